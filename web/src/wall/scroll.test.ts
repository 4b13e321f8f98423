import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VirtualScroll } from './scroll';

/** An element that clamps its scroll position as browsers do. */
function element(clientHeight: number) {
  let top = 0;
  let height = 0;
  return {
    clientHeight,
    get scrollTop() {
      return top;
    },
    set scrollTop(value: number) {
      top = Math.max(0, Math.min(Math.round(value), height - clientHeight));
    },
    setHeight: (value: number) => (height = value),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('below the limit the offset is the scroll position', () => {
  const el = element(500);
  const scroll = new VirtualScroll(el, el.setHeight);
  scroll.resize(10_000);
  el.scrollTop = 1234;
  expect(scroll.onScroll()).toBe(true);
  expect(scroll.offset).toBe(1234);
  expect(scroll.onScroll()).toBe(false);
  scroll.scrollTo(99_999);
  expect(scroll.offset).toBe(9_500);
});

test('above it small scrolls are exact, the ends are reached, and the bar is put right after', () => {
  const el = element(1000);
  const scroll = new VirtualScroll(el, el.setHeight);
  scroll.resize(200_000_000);
  expect(scroll.capped).toBe(true);
  scroll.scrollTo(50_000_000);
  el.scrollTop += 120;
  scroll.onScroll();
  expect(scroll.offset).toBe(50_000_120);
  vi.runAllTimers();
  expect(scroll.offset).toBe(50_000_120);
  expect(el.scrollTop).toBe(Math.round((50_000_120 / 199_999_000) * 7_999_000));
  el.scrollTop = 8_000_000;
  scroll.onScroll();
  expect(scroll.offset).toBe(199_999_000);
  el.scrollTop = 0;
  scroll.onScroll();
  expect(scroll.offset).toBe(0);
});

test('a dragged bar moves in proportion', () => {
  const el = element(1000);
  const scroll = new VirtualScroll(el, el.setHeight);
  scroll.resize(80_001_000);
  el.scrollTop = 3_999_500;
  scroll.onScroll();
  expect(scroll.offset).toBe(40_000_000);
});

test('a new height keeps the offset where it can', () => {
  const el = element(500);
  const scroll = new VirtualScroll(el, el.setHeight);
  scroll.resize(10_000);
  scroll.scrollTo(8_000);
  scroll.resize(6_000);
  expect(scroll.offset).toBe(5_500);
  scroll.resize(100);
  expect(scroll.offset).toBe(0);
});
