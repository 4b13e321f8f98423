import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StripLoader } from './strips';

interface Request {
  from: number;
  n: number;
  signal: AbortSignal;
  answer(): Promise<void>;
  fail(): Promise<void>;
}

function source() {
  const requests: Request[] = [];
  const released: string[] = [];
  return {
    requests,
    released,
    load: (from: number, n: number, signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        const after = async (f: () => void) => {
          f();
          await vi.advanceTimersByTimeAsync(0);
        };
        requests.push({
          from,
          n,
          signal,
          answer: () => after(() => resolve(`strip ${from}`)),
          fail: () => after(() => reject(new Error('no'))),
        });
      }),
    release: (bitmap: string) => void released.push(bitmap),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('loading', () => {
  test('asks for visible strips first and for no more than fit in flight', async () => {
    const s = source();
    const loader = new StripLoader(s, 1000, 8, 2);
    loader.want([
      [130, 200],
      [200, 300],
      [0, 10],
    ]);
    expect(s.requests.map((r) => r.from)).toEqual([128, 192]);
    await s.requests[0].answer();
    expect(s.requests.map((r) => r.from)).toEqual([128, 192, 256]);
    expect(loader.get(130)).toBe('strip 128');
    expect(loader.get(200)).toBeUndefined();
  });

  test('the last strip is shorter', () => {
    const s = source();
    new StripLoader(s, 100).want([[0, 100]]);
    expect(s.requests.map((r) => [r.from, r.n])).toEqual([
      [0, 64],
      [64, 36],
    ]);
  });

  test('what is no longer wanted is aborted, and let go if it still comes', async () => {
    const s = source();
    const loader = new StripLoader(s, 10_000);
    loader.want([[0, 64]]);
    loader.want([[6400, 6464]]);
    expect(s.requests[0].signal.aborted).toBe(true);
    expect(s.requests[1].signal.aborted).toBe(false);
    await s.requests[0].answer();
    expect(loader.get(0)).toBeUndefined();
    expect(s.released).toEqual(['strip 0']);
  });
});

describe('keeping', () => {
  test('the least recently wanted go first, never those wanted now', async () => {
    const s = source();
    const loader = new StripLoader(s, 64 * 100, 3);
    const show = async (page: number) => {
      loader.want([[page * 64, page * 64 + 64]]);
      await s.requests[s.requests.length - 1].answer();
    };
    for (const page of [0, 1, 2, 3, 4]) await show(page);
    loader.want([[0, 64]]);
    expect(loader.get(0)).toBe('strip 0'); // capacity grows to the wanted strips and four more
    for (const page of [5, 6]) await show(page);
    expect(s.released).toEqual(['strip 64', 'strip 128']);
    loader.dispose();
    expect(s.released.length).toBe(7);
  });
});

describe('failures', () => {
  test('are tried again, then given up', async () => {
    const s = source();
    const loader = new StripLoader(s, 64);
    const changes = vi.fn();
    loader.onChange = changes;
    loader.want([[0, 64]]);
    for (let i = 0; i < 3; i++) {
      expect(loader.isBroken(0)).toBe(false);
      await s.requests[i].fail();
      await vi.advanceTimersByTimeAsync(2000);
    }
    expect(s.requests.length).toBe(3);
    expect(loader.isBroken(0)).toBe(true);
    expect(changes).toHaveBeenCalledTimes(3);
  });

  test('a success forgets them', async () => {
    const s = source();
    const loader = new StripLoader(s, 64);
    loader.want([[0, 64]]);
    await s.requests[0].fail();
    await vi.advanceTimersByTimeAsync(2000);
    await s.requests[1].answer();
    expect(loader.get(5)).toBe('strip 0');
    expect(loader.isBroken(5)).toBe(false);
  });
});
