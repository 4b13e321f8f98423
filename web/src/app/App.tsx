import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api } from '../api/client';
import { Problem } from '../api/problem';
import { t } from '../i18n';
import { ReviewPage } from '../review/ReviewPage';
import { Message } from '../ui/Message';
import { ErrorBoundary } from './ErrorBoundary';
import { KeySheet } from './KeySheet';
import { useLocation } from './router';
import { SaveBanner } from './SaveState';
import { TopBar } from './TopBar';

const OverviewPage = lazy(() => import('../pages/OverviewPage'));
const ActivityPage = lazy(() => import('../pages/ActivityPage'));

function Failure({ error, retry }: { error: Error; retry: () => void }) {
  const status = error instanceof Problem ? error.status : -1;
  if (status === 401) return <Message mark="warn" title={t.errors.signIn} detail={t.errors.signInDetail} />;
  const offline = status === 0;
  return (
    <Message
      mark="warn"
      title={offline ? t.errors.offline : t.errors.failed}
      detail={offline ? t.errors.offlineDetail : error.message}
    >
      <button type="button" className="button" onClick={retry}>
        {t.app.tryAgain}
      </button>
    </Message>
  );
}

export function App() {
  const { page, params } = useLocation();
  const session = useQuery({ queryKey: ['session'], queryFn: api.session, staleTime: Infinity });
  const [keys, setKeys] = useState(false);

  useEffect(() => {
    const dataset = session.data?.dataset.name;
    document.title = [t.app[page], dataset, t.app.name].filter(Boolean).join(' · ');
  }, [page, session.data?.dataset.name]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog');
      if (event.key === '?' && !typing) setKeys(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div className={`app app-${page}`}>
      <a className="skip-link" href="#content">
        {t.app.skip}
      </a>
      <TopBar page={page} session={session.data} onKeys={() => setKeys(true)} />
      <SaveBanner />
      <main id="content" tabIndex={-1}>
        {session.data ? (
          <ErrorBoundary key={page}>
            <Suspense fallback={<div className="loading">{t.app.loading}</div>}>
              {page === 'review' ? <ReviewPage session={session.data} params={params} /> : null}
              {page === 'overview' ? <OverviewPage session={session.data} /> : null}
              {page === 'activity' ? <ActivityPage session={session.data} /> : null}
            </Suspense>
          </ErrorBoundary>
        ) : session.error ? (
          <Failure error={session.error} retry={() => void session.refetch()} />
        ) : (
          <div className="loading" role="status">
            {t.app.loading}
          </div>
        )}
      </main>
      {keys ? <KeySheet onClose={() => setKeys(false)} /> : null}
    </div>
  );
}
