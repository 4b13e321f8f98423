/** A half-open run of positions. */
export type Range = [from: number, to: number];

/** The fewest ranges that hold exactly the given positions, in order. */
export function toRanges(positions: Iterable<number>): Range[] {
  const sorted = Uint32Array.from(positions).sort();
  const out: Range[] = [];
  for (const p of sorted) {
    const last = out[out.length - 1];
    if (last && p <= last[1]) last[1] = Math.max(last[1], p + 1);
    else out.push([p, p + 1]);
  }
  return out;
}

/** Calls `visit` for every position of the ranges. */
export function eachPosition(ranges: readonly Range[], visit: (position: number) => void): void {
  for (const [from, to] of ranges) for (let p = from; p < to; p++) visit(p);
}

/** How many positions the ranges hold. */
export function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}
