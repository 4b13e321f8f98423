import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { DecisionRequest, Session, UndoResult, ViewQuery } from '../api/types';
import { ACCEPT, type Columns, DROP, emptyColumns, KEEP, RELABEL } from '../wall/columns';
import { Selection } from '../wall/selection';
import type { Wall } from '../wall/wall';

const server = vi.hoisted(() => ({
  openView: vi.fn(),
  columns: vi.fn(),
  item: vi.fn(),
  undo: vi.fn(),
  redo: vi.fn(),
  strip: vi.fn(),
}));
vi.mock('../api/client', () => ({ api: server }));
vi.mock('../wall/columns', async (original) => ({
  ...(await original<typeof import('../wall/columns')>()),
  parseColumns: (c: unknown) => c,
}));

const { Problem } = await import('../api/problem');
const { ReviewController } = await import('./controller');
const { DecisionQueue } = await import('./queue');

const COUNT = 12;
const ROW = 4;

/** Three rows of four; a screen is two rows. */
class FakeWall {
  cursor = 0;
  top = 0;
  selection = new Selection(COUNT);
  hidden = new Set<number>();
  broken = new Set<number>();
  currentGroup = () => 0;
  show = vi.fn();
  invalidate = vi.fn();
  moveCursor = vi.fn((p: number) => {
    this.cursor = p;
  });
  stepOn = vi.fn(() => {
    this.cursor++;
  });
  turnTo = vi.fn((p: number) => {
    this.top = Math.floor(p / ROW);
    this.cursor = p;
  });
  isBroken = (p: number) => this.broken.has(p);
  isPainted = (p: number) => !this.hidden.has(p);
  screen = (): [number, number][] => [this.top, this.top + 1].filter((r) => r < 3).map((r) => [r * ROW, r * ROW + ROW]);
}

const classes = [0, 1, 2].map((id) => ({ id, name: `c${id}`, count: 4, examples: [] }));
const kinds = [
  { kind: 'wrong-class', title: '', summary: '', family: '', label: true, count: COUNT, decided: 0 },
  { kind: 'dark', title: '', summary: '', family: '', label: false, count: COUNT, decided: 0 },
];
const session = { classes, kinds } as unknown as Session;
const query = (kind: string): ViewQuery => ({ kind, order: 'similarity', group: 'pair', verdict: 'any' });

function tiles(): Columns {
  const c = emptyColumns(COUNT);
  c.annotation.set(Array.from({ length: COUNT }, (_, i) => i));
  c.given.fill(0);
  c.label.fill(0);
  c.suggested.fill(1);
  c.probability.fill(0.9);
  return c;
}

let sent: DecisionRequest[];
let wall: FakeWall;

async function open(kind = 'wrong-class') {
  sent = [];
  let id = 0;
  const queue = new DecisionQueue({
    send: (request) => {
      sent.push(request);
      return Promise.resolve({ seq: sent.length, progress: {} as never });
    },
    onProgress: () => undefined,
    uuid: () => String(++id),
  });
  const review = new ReviewController({ session, query: query(kind), queue, onProgress: () => undefined });
  await review.open();
  wall = new FakeWall();
  review.attach(wall as unknown as Wall);
  return { review, queue };
}

const notice = (review: InstanceType<typeof ReviewController>) => review.state.get().notice?.text;

beforeEach(() => {
  vi.resetAllMocks();
  server.openView.mockImplementation(() =>
    Promise.resolve({ id: 'v1', count: COUNT, groups: [{ from: 0, count: COUNT, given: 0, suggested: 1 }] }),
  );
  server.columns.mockImplementation(() => Promise.resolve(tiles()));
  server.item.mockResolvedValue({ probabilities: [{ class: 2, p: 0.3 }] });
});

describe('Enter', () => {
  test('accepts what is undecided on the screen and turns the page', async () => {
    const { review, queue } = await open();
    review.paint(KEEP, [1, 2]);
    review.decideScreen();
    await queue.idle();
    expect(sent[1].parts).toEqual([
      {
        verdict: 'accept',
        ranges: [
          [0, 1],
          [3, 8],
        ],
      },
    ]);
    expect(wall.turnTo).toHaveBeenCalledWith(8);
    expect([...review.model!.columns.verdict.slice(0, 4)]).toEqual([ACCEPT, KEEP, KEEP, ACCEPT]);
  });

  test('leaves out what is selected and what was not shown', async () => {
    const { review } = await open();
    wall.selection.set(0, true);
    wall.hidden.add(5);
    review.decideScreen();
    expect(sent[0].parts[0].ranges).toEqual([
      [1, 5],
      [6, 8],
    ]);
    expect(wall.turnTo).toHaveBeenCalledWith(5);
  });

  test('Shift Enter keeps the rest instead', async () => {
    const { review, queue } = await open();
    review.paint(DROP, [3]);
    review.decideScreen('keep');
    await queue.idle();
    expect(sent[1].parts).toEqual([
      {
        verdict: 'keep',
        ranges: [
          [0, 3],
          [4, 8],
        ],
      },
    ]);
    expect(wall.turnTo).toHaveBeenCalledWith(8);
  });

  test('passes over pictures that could not be had', async () => {
    const { review } = await open();
    for (let p = 4; p < 8; p++) {
      wall.hidden.add(p);
      wall.broken.add(p);
    }
    review.decideScreen();
    expect(sent[0].parts[0].ranges).toEqual([[0, 4]]);
    expect(wall.turnTo).toHaveBeenCalledWith(8);
  });

  test('waits while no picture is there', async () => {
    const { review } = await open();
    for (let p = 0; p < 8; p++) wall.hidden.add(p);
    review.decideScreen();
    expect(sent).toEqual([]);
    expect(notice(review)).toContain('loading');
  });

  test('at the end goes back to what was left undecided', async () => {
    const { review } = await open();
    wall.top = 2;
    review.decideScreen();
    expect(wall.turnTo).toHaveBeenCalledWith(0);
    expect(notice(review)).toContain('8 labels');
  });

  test('keeps pictures and labels where there is nothing to accept', async () => {
    for (const kind of ['dark', '']) {
      const { review } = await open(kind);
      review.decideScreen();
      expect(sent[0].parts[0].verdict).toBe('keep');
    }
  });
});

describe('verdicts', () => {
  test('act on the cursor, and a second time take it back', async () => {
    const { review } = await open();
    review.judge('drop');
    expect(review.model!.columns.verdict[0]).toBe(4);
    wall.cursor = 0;
    review.judge('drop');
    expect(review.model!.columns.verdict[0]).toBe(0);
    expect(wall.stepOn).toHaveBeenCalledTimes(2);
  });

  test('act on the whole selection in one operation, which then is let go', async () => {
    const { review } = await open();
    wall.selection.only(2, 7);
    review.judge('unsure');
    expect(sent[0].parts).toEqual([{ verdict: 'unsure', ranges: [[2, 7]] }]);
    expect(wall.selection.size).toBe(0);
    expect(wall.stepOn).not.toHaveBeenCalled();
  });

  test('say so when there is no suggestion to accept', async () => {
    const { review } = await open();
    review.model!.columns.suggested.fill(0xffffffff);
    review.judge('accept');
    expect(sent).toEqual([]);
    expect(notice(review)).toContain('no suggestion');
  });
});

describe('classes', () => {
  test('the suggested one is an acceptance, the given one a keep, others a relabel', async () => {
    const { review } = await open();
    review.model!.columns.given[2] = 2;
    wall.selection.only(0, 3);
    review.relabel(2);
    expect(sent[0].parts).toEqual([
      { verdict: 'keep', ranges: [[2, 3]] },
      { verdict: 'relabel', class: 2, ranges: [[0, 2]] },
    ]);
    review.relabel(1, [5]);
    expect(review.model!.columns.verdict[5]).toBe(ACCEPT);
  });

  test('digits follow the list of the tile', async () => {
    const { review } = await open();
    await review.digit(2);
    expect(review.model!.columns.label[0]).toBe(2);
    expect(review.model!.columns.verdict[0]).toBe(RELABEL);
    await review.digit(9);
    expect(notice(review)).toContain('9');
  });

  test('the last one is repeated', async () => {
    const { review } = await open();
    review.repeat();
    expect(sent).toEqual([]);
    review.relabel(2, [4]);
    wall.cursor = 7;
    review.repeat();
    expect(review.model!.columns.label[7]).toBe(2);
  });
});

describe('undo', () => {
  const result = (changed: UndoResult['changed']): UndoResult => ({
    seq: 9,
    progress: {} as never,
    changed,
    summary: 'Took back 2 decisions',
  });

  test('waits for what is under way, then shows what the server changed', async () => {
    const { review } = await open();
    review.paint(KEEP, [3, 4]);
    server.undo.mockResolvedValue(
      result([
        { position: 3, verdict: 0, label: 0 },
        { position: 4, verdict: 0, label: 0 },
      ]),
    );
    await review.undo();
    expect(sent.length).toBe(1);
    expect(review.model!.decided).toBe(0);
    expect(wall.moveCursor).toHaveBeenCalledWith(3);
    expect(notice(review)).toBe('Took back 2 decisions');
  });

  test('after a restart of the server reads the tiles anew', async () => {
    const { review } = await open();
    review.paint(KEEP, [3]);
    server.undo.mockResolvedValue(result([]));
    server.item.mockRejectedValue(new Problem(404, 'not open'));
    server.openView.mockResolvedValue({ id: 'v2', count: COUNT, groups: [] });
    await review.undo();
    expect(review.viewId).toBe('v2');
    expect(review.model!.columns.verdict[3]).toBe(0);
  });

  test('with nothing to undo says so', async () => {
    const { review } = await open();
    server.undo.mockRejectedValue(new Problem(422, 'nothing'));
    await review.undo();
    expect(notice(review)).toBe('There is nothing to undo.');
  });
});

test('a refused decision is taken off the wall again', async () => {
  const { review } = await open();
  review.paint(KEEP, [1]);
  review.rejected([{ verdict: 'keep', ranges: [[1, 2]] }], new Problem(422, 'no such class'));
  await vi.waitFor(() => expect(review.model!.columns.verdict[1]).toBe(0));
  expect(notice(review)).toContain('no such class');
});

test('without any suggestion a wall of labels is worked by selecting', async () => {
  const columns = tiles();
  columns.suggested.fill(0xffffffff);
  server.columns.mockResolvedValue(columns);
  const { review } = await open();
  expect(review.mode).toBe('explore');
  review.decideScreen();
  expect(sent[0].parts[0].verdict).toBe('keep');
});

test('on the wall of all labels only probable errors show a suggestion', async () => {
  const columns = tiles();
  columns.probability[1] = 0.2;
  server.columns.mockResolvedValue(columns);
  const { review } = await open('');
  expect(review.model!.columns.suggested[0]).toBe(1);
  expect(review.model!.columns.suggested[1]).toBe(0xffffffff);
});
