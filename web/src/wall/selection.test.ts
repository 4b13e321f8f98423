import { expect, test } from 'vitest';
import { Selection } from './selection';

test('toggling counts and sets the anchor', () => {
  const s = new Selection(10);
  s.toggle(3);
  s.toggle(7);
  expect([s.size, s.anchor, s.positions()]).toEqual([2, 7, [3, 7]]);
  s.toggle(3);
  expect(s.positions()).toEqual([7]);
});

test('a range runs from the anchor either way and replaces the last one', () => {
  const s = new Selection(20);
  s.toggle(5);
  s.extendTo(8);
  expect(s.positions()).toEqual([5, 6, 7, 8]);
  s.extendTo(3);
  expect(s.positions()).toEqual([3, 4, 5]);
  expect(s.anchor).toBe(5);
});

test('without an anchor a range starts where it ends', () => {
  const s = new Selection(5);
  s.extendTo(2);
  expect(s.positions()).toEqual([2]);
});

test('setting twice counts once; clearing forgets all', () => {
  const s = new Selection(4);
  s.set(1, true);
  s.set(1, true);
  expect(s.size).toBe(1);
  s.only(0, 4);
  expect(s.size).toBe(4);
  s.clear();
  expect([s.size, s.anchor, s.positions()]).toEqual([0, -1, []]);
});
