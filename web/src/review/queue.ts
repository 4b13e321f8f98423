// Decisions on their way to the journal. They are sent one after the other in the
// order they were made; one is saved only when the server has said so. What cannot
// be delivered stays here and is tried again under the same request id, which the
// server takes once.

import { Problem } from '../api/problem';
import type { DecisionPart, DecisionRequest, DecisionResult, Progress } from '../api/types';
import { Store } from '../app/store';
import { countOf } from '../wall/ranges';

/** The view that decisions belong to. */
export interface Owner {
  /** The server's name for the view; changes when it had to be opened again. */
  readonly viewId: string;
  settled(parts: readonly DecisionPart[]): void;
  rejected(parts: readonly DecisionPart[], problem: Problem): void;
  /** Whether the server no longer knows the view, as after a restart. */
  isForgotten(): Promise<boolean>;
  /** Opens the view again after the server forgot it; returns how positions moved. */
  reopen(): Promise<(parts: readonly DecisionPart[]) => DecisionPart[]>;
}

interface Operation {
  request: string;
  owner: Owner;
  parts: readonly DecisionPart[];
}

export interface SaveState {
  /** Labels decided here and not confirmed yet. */
  waiting: number;
  /** Why the last try failed; undefined while all is well. */
  problem?: Problem | undefined;
  /** When the next try is due, in ms since the epoch. */
  retryAt?: number | undefined;
}

export interface QueueOptions {
  send(request: DecisionRequest): Promise<DecisionResult>;
  onProgress(progress: Progress): void;
  uuid(): string;
  /** Waits before the tries that follow a failure, in ms; the last one repeats. */
  delays?: readonly number[];
}

/** The server will never take it as it is: it says that the request itself is wrong. */
const permanent = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);

export class DecisionQueue {
  readonly state = new Store<SaveState>({ waiting: 0 });
  private operations: Operation[] = [];
  private running = false;
  private tries = 0;
  private wake: (() => void) | undefined;
  private idleWaiters: (() => void)[] = [];
  private readonly options: QueueOptions;
  private readonly delays: readonly number[];

  constructor(options: QueueOptions) {
    this.options = options;
    this.delays = options.delays ?? [500, 1000, 2000, 5000, 10_000];
  }

  push(owner: Owner, parts: readonly DecisionPart[]): void {
    this.operations.push({ request: this.options.uuid(), owner, parts });
    this.report();
    void this.run();
  }

  /** Resolves when everything decided so far is saved or refused. */
  idle(): Promise<void> {
    if (this.operations.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Tries again at once. */
  retry(): void {
    this.wake?.();
  }

  /** What an owner has decided and the server has not confirmed. */
  pending(owner: Owner): (readonly DecisionPart[])[] {
    return this.operations.filter((o) => o.owner === owner).map((o) => o.parts);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let next = this.operations[0]; next as Operation | undefined; next = this.operations[0]) {
      await this.deliver(next);
    }
    this.running = false;
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  private async deliver(operation: Operation): Promise<void> {
    try {
      const result = await this.options.send({
        request: operation.request,
        view: operation.owner.viewId,
        parts: [...operation.parts],
      });
      this.done(operation);
      operation.owner.settled(operation.parts);
      this.options.onProgress(result.progress);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, String(error));
      const refused = permanent(problem.status) || problem.status === 404;
      if (refused && (await this.reopen(operation.owner))) return; // sent again by the loop under the view's new name
      if (permanent(problem.status)) {
        this.done(operation);
        operation.owner.rejected(operation.parts, problem);
      } else await this.pause(problem);
    }
  }

  private done(operation: Operation): void {
    this.operations = this.operations.filter((o) => o !== operation);
    this.tries = 0;
    this.report();
  }

  /** True when the server had forgotten the view and it is open again. */
  private async reopen(owner: Owner): Promise<boolean> {
    try {
      if (!(await owner.isForgotten())) return false;
      const before = owner.viewId;
      const translate = await owner.reopen();
      for (const o of this.operations) if (o.owner === owner) o.parts = translate(o.parts);
      return owner.viewId !== before;
    } catch {
      return false;
    }
  }

  private async pause(problem: Problem): Promise<void> {
    const delay = this.delays[Math.min(this.tries, this.delays.length - 1)];
    this.tries++;
    this.report(problem, Date.now() + delay);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }

  private report(problem?: Problem, retryAt?: number): void {
    let waiting = 0;
    for (const o of this.operations) for (const part of o.parts) waiting += countOf(part.ranges);
    const before = this.state.get();
    // A failure stays on show until something is saved again.
    const keep = problem === undefined && this.tries > 0;
    this.state.set({ waiting, problem: keep ? before.problem : problem, retryAt: keep ? before.retryAt : retryAt });
  }
}
