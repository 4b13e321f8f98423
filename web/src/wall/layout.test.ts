import { describe, expect, test } from 'vitest';
import { type GroupSpan, Layout } from './layout';

const options = {
  width: 430,
  tile: 100,
  gap: 10,
  caption: 20,
  header: 50,
  headerWidth: 300,
  blockGap: 15,
  shelfGap: 20,
};
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
    layout.eachRow(top, bottom, ({ from, to }) => out.push([from, to]));
    return out;
  };

  test('each row that touches the window is visited once, in order', () => {
    expect(rows(0, layout.height)).toEqual([
      [0, 4],
      [4, 6],
      [6, 7],
      [7, 11],
      [11, 15],
      [15, 16],
    ]);
    expect(rows(200, 400)).toEqual([
      [4, 6],
      [6, 7],
    ]);
    expect(rows(0, 10)).toEqual([]);
  });

  test('whole rows are those whose pictures are not cut', () => {
    expect(layout.wholeRows(50, 280, 0)).toEqual([
      [0, 4],
      [4, 6],
    ]);
    expect(layout.wholeRows(51, 279, 0)).toEqual([]);
    expect(layout.wholeRows(51, 279, 2)).toEqual([
      [0, 4],
      [4, 6],
    ]);
    expect(layout.wholeRows(60, 700, 0)).toEqual([
      [4, 6],
      [6, 7],
      [7, 11],
    ]);
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

describe('shelves', () => {
  // 10 to a row; a header needs 250, so a single tile takes as much as three.
  const wide = { ...options, width: 1090, headerWidth: 250 };
  const short = new Layout(
    [
      { from: 0, count: 4 }, // 430 wide
      { from: 4, count: 1 }, // 250
      { from: 5, count: 3 }, // 320: 430+20+250+20+320 = 1040 fits
      { from: 8, count: 1 }, // next shelf
      { from: 9, count: 25 }, // three rows: a block of its own
      { from: 34, count: 2 },
    ],
    wide,
  );

  test('short groups stand side by side in reading order', () => {
    expect([0, 1, 2, 3, 4, 5].map((g) => short.groupLeft(g))).toEqual([0, 450, 720, 0, 0, 0]);
    expect([0, 1, 2, 3, 4, 5].map((g) => short.groupTop(g))).toEqual([0, 0, 0, 195, 390, 845]);
  });

  test('headers reach to their neighbour, the last one to the edge', () => {
    expect([0, 1, 2, 3].map((g) => short.groupWidth(g))).toEqual([430, 250, 370, 1090]);
    expect([0, 1, 2, 3, 4, 5].map((g) => short.isShared(g))).toEqual([true, true, true, false, false, false]);
    expect(short.groupBottom(1)).toBe(195);
    expect(short.groupBottom(5)).toBe(short.height);
  });

  test('tiles are found on the shelf, empty places are not', () => {
    for (let p = 0; p < 36; p++) {
      const { x, y } = short.rect(p);
      expect(short.tileAt(x + 5, y + 5)).toBe(p);
    }
    expect(short.tileAt(600, 60)).toBe(-1);
    expect(short.tileAt(440, 60)).toBe(-1);
  });

  test('rows of a shelf are visited from left to right', () => {
    const seen: [number, number, number][] = [];
    short.eachRow(0, 200, ({ from, to, x }) => seen.push([from, to, x]));
    expect(seen).toEqual([
      [0, 4, 0],
      [4, 5, 450],
      [5, 8, 720],
    ]);
  });

  test('up and down go to what is nearest above and below', () => {
    expect(short.vertical(8, -1)).toBe(0);
    expect(short.vertical(6, 1)).toBe(8);
    expect(short.vertical(29, -1)).toBe(19);
    expect(short.vertical(16, -1)).toBe(8);
    expect(short.vertical(34, -1)).toBe(29);
    expect(short.vertical(8, 1)).toBe(9);
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
