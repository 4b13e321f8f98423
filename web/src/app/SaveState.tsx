import { useEffect, useState } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { queue } from './services';
import { useStore } from './store';

/** Says whether every decision is in the journal. */
export function SaveIndicator() {
  const { waiting, problem } = useStore(queue.state);
  const state = problem ? 'failing' : waiting > 0 ? 'saving' : 'saved';
  return (
    <span className={`save save-${state}`} role="status" title={state === 'saved' ? t.save.savedHint : undefined}>
      {state === 'saved' ? <Icon name="check" size={14} /> : <span className="save-dot" />}
      {state === 'saved' ? t.save.saved : state === 'saving' ? t.save.saving(waiting) : t.save.failing(waiting)}
    </span>
  );
}

function useSecondsUntil(time: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (time === undefined) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [time]);
  return time === undefined ? 0 : Math.max(0, Math.ceil((time - now) / 1000));
}

/** Stands above the page while decisions cannot be saved. */
export function SaveBanner() {
  const { waiting, problem, retryAt } = useStore(queue.state);
  const seconds = useSecondsUntil(problem ? retryAt : undefined);
  if (!problem || waiting === 0) return null;
  const reason =
    problem.status === 0 ? t.save.offline : problem.status === 401 ? t.errors.signInDetail : problem.message;
  return (
    <div className="banner" role="alert">
      <Icon name="warn" />
      <p>
        <strong>{t.save.banner(waiting)}</strong> {reason} {t.save.keepOpen}
      </p>
      <span className="banner-next" aria-hidden="true">
        {t.save.next(seconds)}
      </span>
      <button type="button" className="button" onClick={() => queue.retry()}>
        {t.save.now}
      </button>
    </div>
  );
}
