import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { ActivityEntry, Session, UndoResult } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf } from '../app/router';
import { onProgress, queries, queue } from '../app/services';
import { clockOf, dayOf, t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Message } from '../ui/Message';

const PAGE = 50;

function byDay(entries: readonly ActivityEntry[]): [string, ActivityEntry[]][] {
  const days = new Map<string, ActivityEntry[]>();
  for (const entry of entries) {
    const day = dayOf(entry.time);
    const list = days.get(day);
    if (list) list.push(entry);
    else days.set(day, [entry]);
  }
  return [...days];
}

function Entry({ entry }: { entry: ActivityEntry }) {
  const op = entry.op in t.activity.ops ? t.activity.ops[entry.op] : entry.op;
  return (
    <li className={`entry entry-${entry.op}${entry.undone ? ' entry-undone' : ''}`}>
      <time dateTime={entry.time}>{clockOf(entry.time)}</time>
      <span className="entry-mark">
        <Icon name={entry.op === 'undo' ? 'undo' : entry.op === 'redo' ? 'redo' : 'check'} size={14} />
      </span>
      <span className="entry-text">
        <strong>{entry.summary || op}</strong>
        {entry.undone ? <em>{t.activity.undone}</em> : null}
      </span>
      <span className="entry-count">{t.activity.count(entry.count)}</span>
      <span className="entry-who">{entry.who}</span>
      <span className="entry-seq">{t.activity.seq(entry.seq)}</span>
    </li>
  );
}

function useTravel() {
  const [message, setMessage] = useState('');
  const travel = async (call: (view: string) => Promise<UndoResult>, nothing: string) => {
    await queue.idle();
    try {
      const result = await call('');
      setMessage(result.summary);
      onProgress(result.progress);
    } catch (error) {
      setMessage(error instanceof Problem && [409, 422].includes(error.status) ? nothing : (error as Error).message);
    }
    await queries.invalidateQueries({ queryKey: ['activity'] });
  };
  return {
    message,
    undo: () => void travel(api.undo, t.notice.nothingUndone),
    redo: () => void travel(api.redo, t.notice.nothingRedone),
  };
}

/** The journal, newest first. */
export default function ActivityPage({ session }: { session: Session }) {
  const { canUndo, canRedo } = session.progress;
  const { message, undo, redo } = useTravel();
  const activity = useInfiniteQuery({
    queryKey: ['activity'],
    staleTime: 0,
    queryFn: ({ pageParam }) => api.activity(pageParam, PAGE),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.entries.length < PAGE ? undefined : last.entries[last.entries.length - 1].seq),
  });
  const entries = activity.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <div className="page activity">
      <header className="page-head">
        <div>
          <h1>{t.activity.title}</h1>
          <p className="page-facts">{t.activity.detail}</p>
        </div>
        <div className="button-row">
          <button type="button" className="button" disabled={!canUndo} onClick={undo}>
            <Icon name="undo" /> {t.activity.undoLast}
          </button>
          <button type="button" className="button" disabled={!canRedo} onClick={redo}>
            <Icon name="redo" /> {t.activity.redo}
          </button>
        </div>
      </header>
      <p className="activity-message" role="status">
        {message}
      </p>
      {activity.error ? <Message mark="warn" title={t.errors.failed} detail={activity.error.message} /> : null}
      {activity.data && entries.length === 0 ? (
        <Message title={t.empty.activity} detail={t.empty.activityDetail}>
          <Link className="button button-primary" href={hrefOf('review')}>
            {t.overview.start}
          </Link>
        </Message>
      ) : null}
      {byDay(entries).map(([day, list]) => (
        <section key={day}>
          <h2 className="day">{day}</h2>
          <ol className="entries">
            {list.map((entry) => (
              <Entry key={entry.seq} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
      {activity.hasNextPage ? (
        <button type="button" className="button" onClick={() => void activity.fetchNextPage()}>
          {t.activity.more}
        </button>
      ) : null}
    </div>
  );
}
