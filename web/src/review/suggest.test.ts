import { expect, test } from 'vitest';
import type { Item } from '../api/types';
import { emptyColumns, NONE } from '../wall/columns';
import { suggestedClasses } from './suggest';

const classes = Array.from({ length: 12 }, (_, id) => ({ id, name: `c${id}`, count: id, examples: [] }));
const columns = emptyColumns(1);
columns.given[0] = 3;
columns.suggested[0] = 5;
const item = (probabilities: [number, number][]) =>
  ({ probabilities: probabilities.map(([id, p]) => ({ class: id, p })) }) as unknown as Item;

test('the suggestion, then the probable, then the large; never the given', () => {
  expect(
    suggestedClasses(
      item([
        [3, 0.6],
        [1, 0.1],
        [5, 0.05],
        [2, 0.2],
      ]),
      columns,
      0,
      classes,
    ),
  ).toEqual([5, 2, 1, 11, 10, 9, 8, 7, 6]);
});

test('labels of copies come before the probable', () => {
  const copies = {
    others: [{ given: 3 }, { given: -1 }, { given: 8 }],
    probabilities: [{ class: 1, p: 0.9 }],
  } as unknown as Item;
  expect(suggestedClasses(copies, columns, 0, classes).slice(0, 4)).toEqual([5, 8, 1, 11]);
});

test('works before anything is known', () => {
  const none = emptyColumns(1);
  expect(none.suggested[0]).toBe(NONE);
  expect(suggestedClasses(undefined, none, 0, classes)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

test('few classes give few digits', () => {
  expect(suggestedClasses(undefined, columns, 0, classes.slice(3, 6))).toEqual([5, 4]);
});
