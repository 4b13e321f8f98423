// What lives as long as the page: the cache of server state and the queue of
// decisions on their way.

import { QueryClient } from '@tanstack/react-query';
import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { Progress, Session } from '../api/types';
import { DecisionQueue } from '../review/queue';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      retryDelay: 400,
    },
  },
});

/** Takes over the counts that came with an answer. */
export function onProgress(progress: Progress): void {
  queries.setQueryData<Session>(
    ['session'],
    (session) =>
      session && {
        ...session,
        progress,
        kinds: session.kinds.map((kind) => ({ ...kind, decided: progress.byKind[kind.kind] ?? kind.decided })),
      },
  );
  void queries.invalidateQueries({ queryKey: ['activity'], refetchType: 'active' });
}

export const queue = new DecisionQueue({
  send: api.decide,
  onProgress,
  uuid: () => crypto.randomUUID(),
});

window.addEventListener('beforeunload', (event) => {
  if (queue.state.get().waiting > 0) event.preventDefault();
});
