import type { Session } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf } from '../app/router';
import { integer, t } from '../i18n';
import { ALL_LABELS } from '../review/query';
import { Icon } from '../ui/Icon';
import { Meter } from '../ui/Meter';

/** The kinds of finding with their progress; each opens its wall. */
export function KindList({ session, wide = false }: { session: Session; wide?: boolean }) {
  return (
    <section className={wide ? 'card card-wide' : 'card'} aria-labelledby="kinds">
      <h2 id="kinds">{t.overview.kinds}</h2>
      <ul className="kinds">
        {session.kinds.map((kind) => (
          <li key={kind.kind}>
            <Link href={hrefOf('review', { kind: kind.kind })}>
              <span className="kind-count">{integer(kind.count)}</span>
              <span className="kind-text">
                <strong>{kind.title}</strong>
                <small>{kind.summary}</small>
              </span>
              <span className="kind-progress">
                <small>{t.overview.kindProgress(kind.decided, kind.count)}</small>
                <Meter
                  value={kind.decided / Math.max(1, kind.count)}
                  label={t.overview.kindProgress(kind.decided, kind.count)}
                />
              </span>
              <Icon name="right" size={14} />
            </Link>
          </li>
        ))}
        <li>
          <Link href={hrefOf('review', { kind: ALL_LABELS })}>
            <span className="kind-count">{integer(session.dataset.annotations)}</span>
            <span className="kind-text">
              <strong>{t.overview.explore}</strong>
              <small>{t.overview.exploreSummary}</small>
            </span>
            <span className="kind-progress" />
            <Icon name="right" size={14} />
          </Link>
        </li>
      </ul>
    </section>
  );
}
