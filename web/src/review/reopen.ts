// A view that was opened again may have its tiles in another order, or fewer.

import type { DecisionPart } from '../api/types';
import { type Columns, NONE } from '../wall/columns';
import { eachPosition, toRanges } from '../wall/ranges';

const keyOf = (columns: Columns, p: number): number =>
  columns.annotation[p] === NONE ? -1 - columns.image[p] : columns.annotation[p];

/** Whether any position stands for another target than before. */
export function positionsMoved(before: Columns, after: Columns): boolean {
  if (before.count !== after.count) return true;
  for (let p = 0; p < before.count; p++) if (keyOf(before, p) !== keyOf(after, p)) return true;
  return false;
}

/** Rewrites decisions on the old positions to the new ones; what is gone is left out. */
export function translator(before: Columns, after: Columns): (parts: readonly DecisionPart[]) => DecisionPart[] {
  const at = new Map<number, number>();
  for (let p = 0; p < after.count; p++) at.set(keyOf(after, p), p);
  return (parts) =>
    parts.map((part) => {
      const moved: number[] = [];
      eachPosition(part.ranges, (p) => {
        const now = at.get(keyOf(before, p));
        if (now !== undefined) moved.push(now);
      });
      return { ...part, ranges: toRanges(moved) };
    });
}
