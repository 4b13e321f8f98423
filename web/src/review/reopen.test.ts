import { expect, test } from 'vitest';
import { type Columns, emptyColumns } from '../wall/columns';
import { positionsMoved, translator } from './reopen';

function columns(annotations: number[]): Columns {
  const c = emptyColumns(annotations.length);
  c.annotation.set(annotations);
  return c;
}

test('the same targets in the same places have not moved', () => {
  expect(positionsMoved(columns([4, 5, 6]), columns([4, 5, 6]))).toBe(false);
  expect(positionsMoved(columns([4, 5, 6]), columns([4, 6, 5]))).toBe(true);
  expect(positionsMoved(columns([4, 5, 6]), columns([4, 5]))).toBe(true);
});

test('decisions follow their targets; those that are gone drop out', () => {
  const translate = translator(columns([4, 5, 6, 7]), columns([7, 9, 4, 6]));
  expect(translate([{ verdict: 'keep', ranges: [[0, 4]] }])).toEqual([
    {
      verdict: 'keep',
      ranges: [
        [0, 1],
        [2, 4],
      ],
    },
  ]);
});

test('pictures without a label are known by their image', () => {
  const before = emptyColumns(2);
  before.image.set([10, 11]);
  const after = emptyColumns(2);
  after.image.set([11, 10]);
  expect(translator(before, after)([{ verdict: 'drop', ranges: [[0, 1]] }])[0].ranges).toEqual([[1, 2]]);
});
