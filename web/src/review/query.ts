import type { Grouping, KindInfo, Order, VerdictFilter, ViewQuery } from '../api/types';

/** `kind` in the address that stands for every label, with or without a finding. */
export const ALL_LABELS = 'all';

/**
 * How a wall is worked: 'label' walls take the suggestion unless told otherwise,
 * 'image' walls keep the picture, 'explore' walls keep the label.
 */
export type Mode = 'label' | 'image' | 'explore';

const oneOf = <T extends string>(value: string | null, allowed: readonly T[], fallback: T): T =>
  allowed.includes(value as T) ? (value as T) : fallback;

const number = (value: string | null): number | undefined => {
  const n = value === null || value === '' ? NaN : Number(value);
  return Number.isFinite(n) ? n : undefined;
};

/** How a kind is grouped at first: copies of a picture must stand together whatever their labels. */
function groupingOf(kind: KindInfo | undefined): Grouping {
  if (kind?.family === 'duplicate') return 'none';
  return kind?.label ? 'pair' : 'class';
}

/** The view that an address asks for. */
export function queryOf(params: URLSearchParams, kinds: readonly KindInfo[]): ViewQuery {
  const asked = params.get('kind');
  const kind = asked === ALL_LABELS ? '' : (asked ?? kinds[0]?.kind ?? '');
  const grouping = groupingOf(kinds.find((k) => k.kind === kind));
  const query: ViewQuery = {
    kind,
    order: oneOf<Order>(params.get('order'), ['similarity', 'probability'], 'similarity'),
    group: oneOf<Grouping>(params.get('group'), ['pair', 'class', 'none'], grouping),
    verdict: oneOf<VerdictFilter>(params.get('verdict'), ['any', 'undecided', 'decided'], 'any'),
  };
  const given = number(params.get('given'));
  const suggested = number(params.get('suggested'));
  const minProbability = number(params.get('min'));
  if (given !== undefined) query.given = given;
  if (suggested !== undefined) query.suggested = suggested;
  if (minProbability !== undefined) query.minProbability = minProbability;
  const split = params.get('split');
  const text = params.get('text');
  if (split) query.split = split;
  if (text) query.text = text;
  return query;
}

export function modeOf(query: ViewQuery, kinds: readonly KindInfo[]): Mode {
  if (!query.kind) return 'explore';
  return kinds.find((k) => k.kind === query.kind)?.label ? 'label' : 'image';
}

/** The address parameters with some changed; undefined removes one. */
export function withParams(
  params: URLSearchParams,
  change: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return { ...Object.fromEntries(params), ...change };
}
