import { describe, expect, test } from 'vitest';
import { type GroupSpan, Layout } from './layout';

const options = { width: 430, tile: 100, gap: 10, caption: 20, header: 50, groupGap: 15 };
// 4 to a row, side 100, rows 130 apart. Groups of 6, 1 and 9 tiles: 2, 1 and 3 rows.
const groups: GroupSpan[] = [
  { from: 0, count: 6 },
  { from: 6, count: 1 },
  { from: 7, count: 9 },
];
const layout = new Layout(groups, options);

describe('geometry', () => {
  test('rows fill the width', () => {
    expect(layout.perRow).toBe(4);
    expect(layout.side).toBe(100);
    const wider = new Layout(groups, { ...options, width: 500 });
    expect(wider.perRow).toBe(4);
    expect(wider.side).toBe(117);
  });

  test('a window narrower than a tile still shows one to a row', () => {
    expect(new Layout(groups, { ...options, width: 60 }).perRow).toBe(1);
  });

  test('groups stand below each other', () => {
    expect([0, 1, 2].map((g) => layout.groupTop(g))).toEqual([0, 325, 520]);
    expect(layout.height).toBe(520 + 50 + 3 * 130 + 15);
  });

  test('every tile is found again under its own middle', () => {
    for (let p = 0; p < 16; p++) {
      const { x, y, side } = layout.rect(p);
      expect(layout.tileAt(x + side / 2, y + side / 2)).toBe(p);
    }
  });

  test('headers, empty ends of rows and the outside hold no tile', () => {
    expect(layout.tileAt(10, 20)).toBe(-1);
    expect(layout.tileAt(350, 50 + 130 + 10)).toBe(-1);
    expect(layout.tileAt(-5, 60)).toBe(-1);
    expect(layout.tileAt(10, layout.height + 5)).toBe(-1);
    expect(layout.tileAt(445, 60)).toBe(-1);
  });
});

describe('groups', () => {
  test('are found by height and by position', () => {
    expect([-10, 0, 324, 325, 519, 520, 9e9].map((y) => layout.groupAt(y))).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect([0, 5, 6, 7, 15].map((p) => layout.groupOf(p))).toEqual([0, 0, 1, 2, 2]);
  });
});

describe('windows', () => {
  const rows = (top: number, bottom: number) => {
    const out: [number, number][] = [];
    layout.eachRow(top, bottom, (from, to) => out.push([from, to]));
    return out;
  };

  test('each row that touches the window is visited once, in order', () => {
    expect(rows(0, layout.height)).toEqual([[0, 4], [4, 6], [6, 7], [7, 11], [11, 15], [15, 16]]);
    expect(rows(200, 400)).toEqual([[4, 6], [6, 7]]);
    expect(rows(0, 10)).toEqual([]);
  });

  test('whole rows are those whose pictures are not cut', () => {
    expect(layout.wholeRows(50, 280, 0)).toEqual([[0, 4], [4, 6]]);
    expect(layout.wholeRows(51, 279, 0)).toEqual([]);
    expect(layout.wholeRows(51, 279, 2)).toEqual([[0, 4], [4, 6]]);
    expect(layout.wholeRows(60, 700, 0)).toEqual([[4, 6], [6, 7], [7, 11]]);
  });

  test('the offset for a position puts its row under the header', () => {
    for (const p of [0, 5, 6, 12]) expect(layout.rect(p).y - layout.offsetFor(p)).toBe(50);
  });
});

describe('vertical steps', () => {
  test('keep the column inside a group and across groups', () => {
    expect(layout.vertical(1, 1)).toBe(5);
    expect(layout.vertical(3, 1)).toBe(5); // the row below is short
    expect(layout.vertical(5, 1)).toBe(6);
    expect(layout.vertical(6, 1)).toBe(7);
    expect(layout.vertical(9, -1)).toBe(6);
    expect(layout.vertical(12, -1)).toBe(8);
  });

  test('stop at the ends', () => {
    expect(layout.vertical(2, -1)).toBe(2);
    expect(layout.vertical(15, 1)).toBe(15);
  });
});

test('a million tiles are found as surely as ten', () => {
  const many = Array.from({ length: 1000 }, (_, g) => ({ from: g * 1000, count: 1000 }));
  const big = new Layout(many, options);
  expect(big.height).toBe(1000 * (50 + 250 * 130 + 15));
  for (const p of [0, 999, 1000, 123_456, 999_999]) {
    const { x, y } = big.rect(p);
    expect(big.tileAt(x + 1, y + 1)).toBe(p);
  }
});

test('a view without groups has no height and no tiles', () => {
  const none = new Layout([], options);
  expect(none.height).toBe(0);
  expect(none.tileAt(5, 5)).toBe(-1);
  expect(none.wholeRows(0, 100, 0)).toEqual([]);
});
