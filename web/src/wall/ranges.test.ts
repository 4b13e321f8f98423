import { expect, test } from 'vitest';
import { countOf, eachPosition, toRanges } from './ranges';

test('positions become the fewest ranges', () => {
  expect(toRanges([])).toEqual([]);
  expect(toRanges([7])).toEqual([[7, 8]]);
  expect(toRanges([5, 3, 4, 9, 11, 10, 4])).toEqual([
    [3, 6],
    [9, 12],
  ]);
});

test('ranges give the positions back', () => {
  const seen: number[] = [];
  const ranges = toRanges(new Set([2, 100, 1, 3]));
  eachPosition(ranges, (p) => seen.push(p));
  expect(seen).toEqual([1, 2, 3, 100]);
  expect(countOf(ranges)).toBe(4);
});
