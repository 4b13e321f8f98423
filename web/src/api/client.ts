import createClient from 'openapi-fetch';
import { Problem } from './problem';
import type { paths } from './schema';
import type { DecisionRequest, ViewQuery } from './types';

/** Where the app is served: pages lie side by side, so this is the same for all. */
const base = new URL('.', document.baseURI);

const url = (path: string): string => new URL(`api/v1/${path}`, base).href;

async function fetchOrProblem(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, String(error));
  }
}

const client = createClient<paths>({ baseUrl: base.href.replace(/\/$/, ''), fetch: fetchOrProblem });

interface Answer<T> {
  data?: T;
  error?: { detail?: string; title?: string };
  response: Response;
}

/** The body of an answer; a refusal becomes a Problem with the server's sentence. */
async function body<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (data !== undefined) return data;
  throw new Problem(response.status, error?.detail ?? error?.title ?? response.statusText);
}

async function binary(path: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetchOrProblem(new Request(url(path), signal ? { signal } : {}));
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new Problem(response.status, problem.detail ?? response.statusText);
}

export const api = {
  session: () => body(client.GET('/api/v1/session')),
  overview: () => body(client.GET('/api/v1/overview')),
  openView: (query: ViewQuery) => body(client.POST('/api/v1/views', { body: query })),
  columns: async (view: string) => (await binary(`views/${view}/columns`)).arrayBuffer(),
  strip: async (view: string, from: number, n: number, signal: AbortSignal) =>
    (await binary(`views/${view}/strip?from=${from}&n=${n}`, signal)).blob(),
  item: (view: string, position: number) =>
    body(client.GET('/api/v1/items', { params: { query: { view, position } } })),
  decide: (request: DecisionRequest) => body(client.POST('/api/v1/decisions', { body: request })),
  undo: (view: string) => body(client.POST('/api/v1/undo', { body: { view } })),
  redo: (view: string) => body(client.POST('/api/v1/redo', { body: { view } })),
  activity: (before: number, limit: number) =>
    body(client.GET('/api/v1/activity', { params: { query: { before, limit } } })),
  imageUrl: (image: number) => url(`images/${image}`),
  thumbUrl: (image: number) => url(`images/${image}/thumb`),
};
