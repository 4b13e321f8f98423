import { expect, test } from 'vitest';
import { modeOf, queryOf, withParams } from './query';

const kind = (name: string, label: boolean) => ({
  kind: name,
  title: name,
  summary: '',
  family: '',
  label,
  count: 1,
  decided: 0,
});
const kinds = [
  kind('wrong-class', true),
  kind('dark', false),
  { ...kind('inconsistent-component', true), family: 'duplicate' },
];
const query = (text: string) => queryOf(new URLSearchParams(text), kinds);

test('an empty address opens the first kind', () => {
  expect(query('')).toEqual({ kind: 'wrong-class', order: 'similarity', group: 'pair', verdict: 'any' });
});

test('pictures are grouped by class, all labels too', () => {
  expect(query('kind=dark').group).toBe('class');
  expect(query('kind=all')).toMatchObject({ kind: '', group: 'class' });
});

test('copies stand together whatever their labels', () => {
  expect(query('kind=inconsistent-component').group).toBe('none');
});

test('every filter is read', () => {
  expect(
    query(
      'kind=wrong-class&given=3&suggested=0&split=val&text=IMG_1&min=0.5&verdict=undecided&order=probability&group=none',
    ),
  ).toEqual({
    kind: 'wrong-class',
    given: 3,
    suggested: 0,
    split: 'val',
    text: 'IMG_1',
    minProbability: 0.5,
    verdict: 'undecided',
    order: 'probability',
    group: 'none',
  });
});

test('nonsense is left out', () => {
  expect(query('given=x&min=&order=up&verdict=maybe')).toEqual({
    kind: 'wrong-class',
    order: 'similarity',
    group: 'pair',
    verdict: 'any',
  });
});

test('a dataset without findings opens all labels', () => {
  expect(queryOf(new URLSearchParams(), [])).toMatchObject({ kind: '', group: 'class' });
});

test('the mode follows the kind', () => {
  expect(modeOf(query(''), kinds)).toBe('label');
  expect(modeOf(query('kind=dark'), kinds)).toBe('image');
  expect(modeOf(query('kind=all'), kinds)).toBe('explore');
});

test('changed parameters replace, undefined removes', () => {
  const params = new URLSearchParams('kind=dark&given=2');
  expect(withParams(params, { given: undefined, split: 'val' })).toEqual({
    kind: 'dark',
    given: undefined,
    split: 'val',
  });
});
