import { describe, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import type { DecisionPart, DecisionRequest, DecisionResult } from '../api/types';
import { DecisionQueue, type Owner } from './queue';

const progress = { seq: 1 } as DecisionResult['progress'];
const keep = (from: number, to: number): DecisionPart[] => [{ verdict: 'keep', ranges: [[from, to]] }];

class View implements Owner {
  viewId = 'v1';
  forgotten = false;
  log: string[] = [];
  settled(parts: readonly DecisionPart[]) {
    this.log.push(`settled ${parts[0].ranges[0].join('-')}`);
  }
  rejected(parts: readonly DecisionPart[], problem: Problem) {
    this.log.push(`rejected ${parts[0].ranges[0].join('-')} ${problem.status}`);
  }
  isForgotten() {
    return Promise.resolve(this.forgotten);
  }
  reopen() {
    this.forgotten = false;
    this.viewId = 'v2';
    return Promise.resolve((parts: readonly DecisionPart[]) =>
      parts.map((p) => ({ ...p, ranges: p.ranges.map(([a, b]): [number, number] => [a + 100, b + 100]) })),
    );
  }
}

function queue(answer: (request: DecisionRequest, n: number) => Promise<DecisionResult>) {
  const sent: DecisionRequest[] = [];
  const onProgress = vi.fn();
  let ids = 0;
  const q = new DecisionQueue({
    send: (request) => {
      sent.push(structuredClone(request));
      return answer(request, sent.length);
    },
    onProgress,
    uuid: () => `id${++ids}`,
    delays: [1],
  });
  return { q, sent, onProgress };
}

const fine = () => Promise.resolve({ seq: 1, progress });

describe('delivery', () => {
  test('one at a time, in order; saved only when answered', async () => {
    const gates: (() => void)[] = [];
    const { q, sent, onProgress } = queue(
      () => new Promise((resolve) => gates.push(() => resolve({ seq: 1, progress }))),
    );
    const view = new View();
    q.push(view, keep(0, 3));
    q.push(view, keep(5, 6));
    expect(q.state.get().waiting).toBe(4);
    await vi.waitFor(() => expect(sent.length).toBe(1));
    expect(view.log).toEqual([]);
    gates[0]();
    await vi.waitFor(() => expect(sent.length).toBe(2));
    expect(view.log).toEqual(['settled 0-3']);
    expect(q.state.get().waiting).toBe(1);
    gates[1]();
    await q.idle();
    expect(q.state.get()).toMatchObject({ waiting: 0, problem: undefined });
    expect(onProgress).toHaveBeenCalledTimes(2);
  });

  test('idle resolves at once when there is nothing', async () => {
    await queue(fine).q.idle();
  });
});

describe('failures', () => {
  test('are retried under the same request id until they pass', async () => {
    const { q, sent } = queue((_, n) =>
      n < 4 ? Promise.reject(new Problem(n === 2 ? 0 : 507, 'The disk is full.')) : fine(),
    );
    const view = new View();
    const problems: (number | undefined)[] = [];
    q.state.subscribe(() => problems.push(q.state.get().problem?.status));
    q.push(view, keep(0, 2));
    await q.idle();
    expect(sent.map((r) => r.request)).toEqual(['id1', 'id1', 'id1', 'id1']);
    expect(problems).toContain(507);
    expect(problems).toContain(0);
    expect(q.state.get().problem).toBeUndefined();
    expect(view.log).toEqual(['settled 0-2']);
  });

  test('the failure stays on show while more is decided', async () => {
    let open = false;
    const { q } = queue(() => (open ? fine() : Promise.reject(new Problem(500, 'no'))));
    const view = new View();
    q.push(view, keep(0, 1));
    await vi.waitFor(() => expect(q.state.get().problem?.status).toBe(500));
    q.push(view, keep(1, 2));
    expect(q.state.get()).toMatchObject({ waiting: 2, problem: { status: 500 } });
    open = true;
    q.retry();
    await q.idle();
    expect(q.state.get()).toMatchObject({ waiting: 0, problem: undefined });
  });

  test('a refusal is handed back and the next goes on', async () => {
    const { q } = queue((_, n) => (n === 1 ? Promise.reject(new Problem(422, 'no such class')) : fine()));
    const view = new View();
    q.push(view, keep(0, 1));
    q.push(view, keep(1, 2));
    await q.idle();
    expect(view.log).toEqual(['rejected 0-1 422', 'settled 1-2']);
  });

  test('a sign-in that has run out is waited for, not refused', async () => {
    const { q } = queue((_, n) => (n === 1 ? Promise.reject(new Problem(401, 'token')) : fine()));
    const view = new View();
    q.push(view, keep(0, 1));
    await q.idle();
    expect(view.log).toEqual(['settled 0-1']);
  });
});

describe('a server that was started again', () => {
  test.each([404, 422])(
    'a view it answers with %i is opened again and everything waiting moves along',
    async (status) => {
      const { q, sent } = queue((request) =>
        request.view === 'v1' ? Promise.reject(new Problem(status, 'gone')) : fine(),
      );
      const view = new View();
      view.forgotten = true;
      q.push(view, keep(0, 1));
      q.push(view, keep(1, 2));
      await q.idle();
      expect(sent.map((r) => [r.request, r.view, r.parts[0].ranges[0][0]])).toEqual([
        ['id1', 'v1', 0],
        ['id1', 'v2', 100],
        ['id2', 'v2', 101],
      ]);
      expect(view.log).toEqual(['settled 100-101', 'settled 101-102']);
    },
  );
});
