import type { Session } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf, navigate } from '../app/router';
import { useStore } from '../app/store';
import { t } from '../i18n';
import { Message } from '../ui/Message';
import type { ReviewController } from './controller';
import { filterParams, unfiltered } from './Filter';
import { ALL_LABELS, withParams } from './query';

function NextKind({ session, now }: { session: Session; now: string }) {
  const next = session.kinds.find((kind) => kind.kind !== now && kind.decided < kind.count);
  if (!next) return null;
  return (
    <Link className="button button-primary" href={hrefOf('review', { kind: next.kind })}>
      {t.empty.nextKind(next.title, next.count - next.decided)}
    </Link>
  );
}

/** What stands over the wall when there is nothing on it, or nothing left to do. */
export function WallState({
  review,
  session,
  params,
}: {
  review: ReviewController;
  session: Session;
  params: URLSearchParams;
}) {
  const { status, view, decided, problem } = useStore(review.state);
  if (status === 'loading') {
    return (
      <div className="wall-over loading" role="status">
        {t.app.loading}
      </div>
    );
  }
  if (status === 'failed') {
    return (
      <div className="wall-over">
        <Message
          mark="warn"
          title={problem?.status === 0 ? t.errors.offline : t.errors.failed}
          detail={problem?.status === 0 ? t.errors.offlineDetail : problem?.message}
        >
          <button type="button" className="button" onClick={() => void review.open()}>
            {t.app.tryAgain}
          </button>
        </Message>
      </div>
    );
  }
  const now = params.get('kind') ?? session.kinds[0]?.kind ?? '';
  if (!view || view.count === 0) {
    const filtered = filterParams.some((name) => params.has(name));
    return (
      <div className="wall-over">
        {filtered ? (
          <Message title={t.empty.noMatch} detail={t.empty.noMatchDetail}>
            <button
              type="button"
              className="button"
              onClick={() => navigate(hrefOf('review', withParams(params, unfiltered)), true)}
            >
              {t.empty.clearFilter}
            </button>
          </Message>
        ) : (
          <Message mark="ok" title={t.empty.nothing} detail={t.empty.nothingDetail}>
            {session.dataset.annotations > 0 && now !== ALL_LABELS ? (
              <Link className="button" href={hrefOf('review', { kind: ALL_LABELS })}>
                {t.empty.explore}
              </Link>
            ) : null}
          </Message>
        )}
      </div>
    );
  }
  if (decided < view.count) return null;
  return (
    <div className="wall-done" role="status">
      <div>
        <strong>{t.empty.done}</strong>
        <p>{t.empty.doneDetail(view.count)}</p>
      </div>
      <NextKind session={session} now={now} />
      <Link className="button" href={hrefOf('overview')}>
        {t.empty.toOverview}
      </Link>
    </div>
  );
}
