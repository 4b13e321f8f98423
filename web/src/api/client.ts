import type {
  Activity,
  DecisionRequest,
  DecisionResult,
  Item,
  Overview,
  Session,
  UndoResult,
  View,
  ViewQuery,
} from './types';

/** A failed call. `status` is 0 when no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
  }
}

/** The address of an API path, under whatever prefix the app is served. */
export function url(path: string): string {
  return new URL(`api/v1/${path}`, new URL('.', document.baseURI)).href;
}

async function problemOf(response: Response): Promise<Problem> {
  let title = response.statusText;
  let detail = '';
  try {
    const body = (await response.json()) as { title?: string; detail?: string };
    title = body.title ?? title;
    detail = body.detail ?? '';
  } catch {
    // Not problem+json: the status has to do.
  }
  return new Problem(response.status, title, detail || title);
}

async function call(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url(path), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'offline', String(error));
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await call(path, signal ? { signal } : undefined);
  return (await response.json()) as T;
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

export const api = {
  session: () => get<Session>('session'),
  overview: () => get<Overview>('overview'),
  openView: (query: ViewQuery) => post<View>('views', query),
  columns: async (view: string) => (await call(`views/${view}/columns`)).arrayBuffer(),
  strip: async (view: string, from: number, n: number, signal: AbortSignal) =>
    (await call(`views/${view}/strip?from=${from}&n=${n}`, { signal })).blob(),
  item: (view: string, position: number, signal?: AbortSignal) =>
    get<Item>(`items?view=${encodeURIComponent(view)}&position=${position}`, signal),
  decide: (request: DecisionRequest) => post<DecisionResult>('decisions', request),
  undo: (view: string) => post<UndoResult>('undo', { view }),
  redo: (view: string) => post<UndoResult>('redo', { view }),
  activity: (before: number, limit: number) =>
    get<Activity>(`activity?limit=${limit}${before > 0 ? `&before=${before}` : ''}`),
  imageUrl: (image: number) => url(`images/${image}`),
  thumbUrl: (image: number) => url(`images/${image}/thumb`),
};
