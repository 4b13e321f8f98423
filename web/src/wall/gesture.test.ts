import { beforeEach, expect, test, vi } from 'vitest';
import { Gestures, type GestureTarget } from './gesture';

/** A row of tiles 10 wide, at y 0 to 10; the element is 100 by 20. */
class Surface {
  readonly handlers = new Map<string, (event: PointerEvent) => void>();
  addEventListener(type: string, handler: (event: PointerEvent) => void) {
    this.handlers.set(type, handler);
  }
  setPointerCapture = vi.fn();
  getBoundingClientRect = () => ({ top: 0, bottom: 20 });
}

let surface: Surface;
let log: string[];
let canPaint: boolean;

const target: GestureTarget = {
  tileAt: (x, y) => (y < 0 || y >= 10 || x < 0 || x >= 100 ? -1 : Math.floor(x / 10)),
  step: () => 5,
  hover: (x) => void log.push(`hover ${Math.floor(x / 10)}`),
  extend: (tile) => void log.push(`extend ${tile}`),
  toggleSelected: (tile) => void log.push(`select ${tile}`),
  paintStart: (tile) => {
    log.push(`start ${tile}`);
    return canPaint;
  },
  paintOver: (tile) => void log.push(`over ${tile}`),
  paintEnd: (commit) => void log.push(commit ? 'commit' : 'discard'),
  edge: (d) => {
    if (d !== 0) log.push(`edge ${d}`);
  },
};

const send = (type: string, x: number, y = 5, more: Partial<PointerEvent> = {}) =>
  surface.handlers.get(type)!({
    button: 0,
    pointerId: 1,
    pointerType: 'mouse',
    clientX: x,
    clientY: y,
    ...more,
  } as PointerEvent);

beforeEach(() => {
  surface = new Surface();
  log = [];
  canPaint = true;
  new Gestures(surface as unknown as HTMLElement, target);
});

test('moving without a press only hovers', () => {
  send('pointermove', 25);
  expect(log).toEqual(['hover 2']);
});

test('a press and release paints one tile', () => {
  send('pointerdown', 25);
  send('pointerup', 25);
  expect(log).toEqual(['hover 2', 'start 2', 'commit']);
});

test('a fast drag misses no tile', () => {
  send('pointerdown', 5);
  send('pointermove', 55);
  send('pointerup', 55);
  const painted = new Set(log.filter((l) => l.startsWith('start') || l.startsWith('over')).map((l) => l[l.length - 1]));
  expect([...painted]).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(log[log.length - 1]).toBe('commit');
});

test('modifiers select instead of painting', () => {
  send('pointerdown', 35, 5, { shiftKey: true });
  send('pointerdown', 45, 5, { ctrlKey: true });
  expect(log).toEqual(['hover 3', 'extend 3', 'hover 4', 'select 4']);
});

test('a cancelled drag changes nothing', () => {
  send('pointerdown', 5);
  send('pointercancel', 5);
  expect(log).toEqual(['hover 0', 'start 0', 'discard']);
});

test('beyond the edge of the window it creeps', () => {
  send('pointerdown', 5);
  send('pointermove', 5, 30);
  expect(log).toContain('edge 1');
});

test('a tap of a finger paints, a scroll does not', () => {
  const touch = { pointerType: 'touch' };
  send('pointerdown', 15, 5, touch);
  send('pointercancel', 15, 5, touch);
  expect(log).toEqual(['hover 1']);
  send('pointerdown', 15, 5, touch);
  send('pointerup', 16, 5, touch);
  expect(log.slice(1)).toEqual(['hover 1', 'start 1', 'commit']);
});

test('other buttons and empty space do nothing', () => {
  send('pointerdown', 5, 5, { button: 2 });
  send('pointerdown', 5, 15);
  expect(log).toEqual([]);
});
