import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import type { Session } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf } from '../app/router';
import { momentOf, t } from '../i18n';
import { Message } from '../ui/Message';
import { ClassTable } from './ClassTable';
import { Histogram } from './Histogram';
import { KeyFigures } from './KeyFigures';
import { KindList } from './KindList';
import { Notes } from './Notes';
import { Pairs } from './Pairs';

/** What the check found, how far the review has come, and where to go on. */
export default function OverviewPage({ session }: { session: Session }) {
  const overview = useQuery({ queryKey: ['overview', session.scanned], queryFn: api.overview });
  const { dataset, progress } = session;
  const judged = overview.data?.histogram.some((bin) => bin.labels > 0) ?? false;
  const first = session.kinds.find((kind) => kind.decided < kind.count) ?? session.kinds[0];
  return (
    <div className="page overview">
      <header className="page-head">
        <div>
          <h1>{dataset.name}</h1>
          <p className="page-facts">
            <span>{t.overview.images(dataset.images)}</span>
            <span>{t.overview.labels(dataset.annotations)}</span>
            <span>{t.overview.classes(session.classes.length)}</span>
            <span>{t.overview.scanned(momentOf(session.scanned))}</span>
            <span className="page-path" title={dataset.root}>
              {dataset.root}
            </span>
          </p>
        </div>
        <Link
          className="button button-primary button-large"
          href={hrefOf('review', first ? { kind: first.kind } : { kind: 'all' })}
        >
          {progress.decided > 0 ? t.overview.goOn : t.overview.start}
        </Link>
      </header>
      <KeyFigures session={session} />
      <div className="overview-grid">
        <KindList session={session} wide={overview.data !== undefined && !judged} />
        {overview.data === undefined ? <div className="card card-loading" /> : null}
        {overview.data && judged ? <Histogram bins={overview.data.histogram} /> : null}
        {overview.data ? (
          <>
            <Pairs overview={overview.data} classes={session.classes} />
            <ClassTable rows={overview.data.classes} classes={session.classes} judged={judged} />
            <Notes notes={overview.data.notes} skipped={overview.data.skipped} />
          </>
        ) : null}
        {overview.error ? (
          <div className="card">
            <Message mark="warn" title={t.errors.failed} detail={overview.error.message}>
              <button type="button" className="button" onClick={() => void overview.refetch()}>
                {t.app.tryAgain}
              </button>
            </Message>
          </div>
        ) : null}
      </div>
    </div>
  );
}
