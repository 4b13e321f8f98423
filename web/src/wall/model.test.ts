import { expect, test } from 'vitest';
import { ACCEPT, DROP, DROPPED, emptyColumns, KEEP, NONE, RELABEL, UNDECIDED } from './columns';
import { WallModel } from './model';

const group = (from: number, count: number) => ({
  title: '',
  given: 0,
  suggested: 1,
  from,
  count,
  probability: 0.5,
  expected: 1,
  examples: [],
});

function model() {
  const columns = emptyColumns(6);
  columns.given.fill(0);
  columns.label.fill(0);
  columns.suggested.set([1, 1, 1, 2, 2, NONE]);
  columns.verdict[5] = KEEP;
  return new WallModel(columns, [group(0, 3), group(3, 3)]);
}

test('counts what the server holds as decided', () => {
  const m = model();
  expect(m.decided).toBe(1);
  expect([...m.decidedIn]).toEqual([0, 1]);
});

test('an operation sets verdicts, labels and counts', () => {
  const m = model();
  m.apply([
    {
      verdict: 'accept',
      ranges: [
        [0, 2],
        [3, 4],
      ],
    },
    { verdict: 'relabel', class: 7, ranges: [[2, 3]] },
    { verdict: 'drop', ranges: [[4, 5]] },
  ]);
  expect([...m.columns.verdict]).toEqual([ACCEPT, ACCEPT, RELABEL, ACCEPT, DROP, KEEP]);
  expect([...m.columns.label]).toEqual([1, 1, 7, 2, DROPPED, 0]);
  expect(m.decided).toBe(6);
  expect([...m.decidedIn]).toEqual([3, 3]);
});

test('clearing brings the given label back', () => {
  const m = model();
  m.apply([{ verdict: 'accept', ranges: [[0, 3]] }]);
  m.apply([
    {
      verdict: 'clear',
      ranges: [
        [1, 2],
        [5, 6],
      ],
    },
  ]);
  expect([...m.columns.verdict]).toEqual([ACCEPT, UNDECIDED, ACCEPT, 0, 0, UNDECIDED]);
  expect(m.columns.label[1]).toBe(0);
  expect(m.decided).toBe(2);
});

test('accepting where there is no suggestion leaves the label', () => {
  const m = model();
  m.apply([{ verdict: 'accept', ranges: [[5, 6]] }]);
  expect(m.columns.label[5]).toBe(0);
});

test('saving marks add up and go away one by one', () => {
  const m = model();
  const parts = [{ verdict: 'keep' as const, ranges: [[1, 3]] as [number, number][] }];
  m.markSaving(parts, 1);
  m.markSaving(parts, 1);
  m.markSaving(parts, -1);
  expect([...m.saving]).toEqual([0, 1, 1, 0, 0, 0]);
});

test('the next undecided tile is found, or none', () => {
  const m = model();
  m.apply([{ verdict: 'keep', ranges: [[0, 4]] }]);
  expect(m.nextUndecided(0)).toBe(4);
  expect(m.nextUndecided(5)).toBe(-1);
  expect(m.nextUndecided(6)).toBe(-1);
  expect(m.undecidedIn(2, 6)).toEqual([4]);
});

test('adopting the server’s columns recounts', () => {
  const m = model();
  m.apply([{ verdict: 'accept', ranges: [[0, 6]] }]);
  m.adopt(emptyColumns(6));
  expect(m.decided).toBe(0);
  expect([...m.decidedIn]).toEqual([0, 0]);
});
