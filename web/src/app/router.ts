// The whole state of a page is its address: the last path segment names the page,
// the query its parameters. Pages lie side by side, so relative addresses work
// under any prefix.

import { useSyncExternalStore } from 'react';

export type Page = 'overview' | 'review' | 'activity';

export interface Location {
  page: Page;
  params: URLSearchParams;
}

const listeners = new Set<() => void>();
const pages: readonly string[] = ['review', 'activity'];

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export function pageOf(pathname: string): Page {
  const last = pathname.split('/').pop() ?? '';
  return pages.includes(last) ? (last as Page) : 'overview';
}

/** The address of a page, relative to wherever the app is served. */
export function hrefOf(page: Page, params?: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    if (value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return `${page === 'overview' ? './' : `./${page}`}${text ? `?${text}` : ''}`;
}

/** Where each page was left, so that its tab leads back there. */
const left = new Map<Page, string>();

/** The address of a page as it was last seen. */
export function returnTo(page: Page): string {
  return left.get(page) ?? hrefOf(page);
}

export function navigate(href: string, replace = false): void {
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  for (const listener of listeners) listener();
}

export function useLocation(): Location {
  const href = useSyncExternalStore(subscribe, () => window.location.href);
  const { pathname, search, searchParams } = new URL(href);
  const page = pageOf(pathname);
  left.set(page, hrefOf(page) + search);
  return { page, params: searchParams };
}
