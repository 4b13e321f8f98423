// One open view: what is shown, what was decided, what is still on its way. The
// wall draws it, the page shows its state, commands call its methods.

import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { DecisionPart, DecisionVerdict, Item, Progress, Session, UndoResult, View, ViewQuery } from '../api/types';
import { Store } from '../app/store';
import { t } from '../i18n';
import { type Columns, KEEP, NONE, parseColumns, UNDECIDED } from '../wall/columns';
import { WallModel } from '../wall/model';
import { toRanges } from '../wall/ranges';
import { StripLoader } from '../wall/strips';
import type { Wall } from '../wall/wall';
import { type Mode, modeOf } from './query';
import type { DecisionQueue, Owner } from './queue';
import { positionsMoved, translator } from './reopen';
import { suggestedClasses } from './suggest';

export interface ReviewState {
  status: 'loading' | 'ready' | 'failed';
  problem?: Problem | undefined;
  view?: View | undefined;
  cursor: number;
  selected: number;
  /** The tiles that Enter would decide now. */
  actionable: number;
  /** The group at the top of the window. */
  group: number;
  decided: number;
  /** Counts changes of tiles, so that what shows them is drawn again. */
  revision: number;
  notice?: { text: string; id: number } | undefined;
}

const initial: ReviewState = {
  status: 'loading',
  cursor: -1,
  selected: 0,
  actionable: 0,
  group: 0,
  decided: 0,
  revision: 0,
};

export interface ReviewOptions {
  session: Session;
  query: ViewQuery;
  queue: DecisionQueue;
  onProgress(progress: Progress): void;
}

export class ReviewController implements Owner {
  readonly state = new Store<ReviewState>(initial);
  mode: Mode;
  readonly session: Session;
  viewId = '';
  model: WallModel | undefined;
  wall: Wall | undefined;
  private readonly options: ReviewOptions;
  private readonly items = new Map<number, Promise<Item>>();
  private lastClass = -1;
  private reopening: Promise<(parts: readonly DecisionPart[]) => DecisionPart[]> | undefined;
  private undoing: Promise<void> = Promise.resolve();
  private notices = 0;
  private disposed = false;

  constructor(options: ReviewOptions) {
    this.options = options;
    this.session = options.session;
    this.mode = modeOf(options.query, options.session.kinds);
  }

  /** Opens the view at the server and reads its columns. */
  async open(): Promise<void> {
    this.state.patch({ status: 'loading', problem: undefined });
    try {
      const view = await api.openView(this.options.query);
      const columns = parseColumns(await api.columns(view.id));
      if (!this.disposed) this.adopt(view, columns);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(-1, String(error));
      this.state.patch({ status: 'failed', problem });
    }
  }

  attach(wall: Wall): void {
    this.wall = wall;
    this.show();
  }

  detach(): void {
    this.wall = undefined;
  }

  dispose(): void {
    this.disposed = true;
  }

  /** Everything known about a tile; asked for once until it is decided again. */
  item(position: number): Promise<Item> {
    let item = this.items.get(position);
    if (!item) {
      item = api.item(this.viewId, position);
      if (this.items.size > 500) this.items.clear();
      this.items.set(position, item);
      item.catch(() => this.items.delete(position));
    }
    return item;
  }

  /** What keys act on: the selection, else the tile under the cursor. */
  targets(): number[] {
    const wall = this.wall;
    if (!wall) return [];
    if (wall.selection.size > 0) return wall.selection.positions();
    return wall.cursor >= 0 ? [wall.cursor] : [];
  }

  /** Gives the targets a verdict; the same verdict again takes it back. */
  judge(verdict: DecisionVerdict): void {
    const { model } = this;
    const targets = this.targets();
    if (!model || targets.length === 0) return this.notify(t.notice.noCursor);
    if (verdict === 'clear') return this.finish([part('clear', this.decidedOf(targets))]);
    if (verdict === 'accept') {
      const possible = targets.filter((p) => model.columns.suggested[p] !== NONE);
      if (possible.length === 0) return this.notify(t.notice.noSuggestion);
      return this.toggle('accept', possible);
    }
    this.toggle(verdict, targets);
  }

  /** Gives the targets a class, with the verdict that this amounts to. */
  relabel(classId: number, targets = this.targets()): void {
    const { model } = this;
    if (!model || targets.length === 0) return this.notify(t.notice.noCursor);
    const { given, suggested } = model.columns;
    this.lastClass = classId;
    const kept = targets.filter((p) => given[p] === classId);
    const taken = targets.filter((p) => given[p] !== classId && suggested[p] === classId && this.mode === 'label');
    const other = targets.filter((p) => given[p] !== classId && !(suggested[p] === classId && this.mode === 'label'));
    this.finish([part('keep', kept), part('accept', taken), { ...part('relabel', other), class: classId }]);
  }

  repeat(): void {
    if (this.lastClass < 0) this.notify(t.notice.nothingToRepeat);
    else this.relabel(this.lastClass);
  }

  /** Sets the n-th (from 1) suggested class of the tile under the cursor. */
  async digit(n: number): Promise<void> {
    const { wall, model } = this;
    const targets = this.targets();
    const of = wall && wall.cursor >= 0 ? wall.cursor : targets[0];
    if (!model || targets.length === 0) {
      this.notify(t.notice.noCursor);
      return;
    }
    const item = await this.item(of).catch(() => undefined);
    const classId = suggestedClasses(item, model.columns, of, this.session.classes)[n - 1] as number | undefined;
    if (classId === undefined) this.notify(t.notice.noDigit(String(n)));
    else this.relabel(classId, targets);
  }

  /** Sets verdicts on exactly these tiles, as painted; UNDECIDED clears. */
  paint(code: number, positions: readonly number[]): void {
    const verdict = code === UNDECIDED ? 'clear' : code === KEEP ? 'keep' : 'drop';
    this.decide([part(verdict, positions)]);
  }

  /** The undecided tiles of the screen that Enter speaks of, as far as they were shown. */
  screenTiles(verdict: 'accept' | 'keep' = this.mode === 'label' ? 'accept' : 'keep'): {
    ready: number[];
    hidden: number[];
  } {
    const { wall, model } = this;
    const ready: number[] = [];
    const hidden: number[] = [];
    if (!wall || !model) return { ready, hidden };
    for (const [from, to] of wall.screen()) {
      for (const p of model.undecidedIn(from, to)) {
        if (wall.selection.has(p) || wall.isBroken(p)) continue;
        if (verdict === 'accept' && model.columns.suggested[p] === NONE) continue;
        (wall.isPainted(p) ? ready : hidden).push(p);
      }
    }
    return { ready, hidden };
  }

  /** Decides what is undecided on the screen, by itself as the wall is for, and turns the page. */
  decideScreen(verdict: 'accept' | 'keep' = this.mode === 'label' ? 'accept' : 'keep'): void {
    const { wall, model } = this;
    if (!wall || !model) return;
    const { ready, hidden } = this.screenTiles(verdict);
    if (ready.length === 0 && hidden.length > 0) return this.notify(t.notice.loading);
    const rows = wall.screen();
    this.decide([part(verdict, ready)]);
    const end = rows.length > 0 ? rows[rows.length - 1][1] : 0;
    let next = hidden.length > 0 ? hidden[0] : model.nextUndecided(end);
    if (next < 0) {
      next = model.nextUndecided(0);
      const inScreen = rows.some(([from, to]) => next >= from && next < to);
      if (next >= 0 && !inScreen) this.notify(t.notice.earlier(model.columns.count - model.decided));
    }
    if (next >= 0) wall.turnTo(next);
    this.refresh();
  }

  undo(): Promise<void> {
    return this.travel(api.undo, t.notice.nothingUndone);
  }

  redo(): Promise<void> {
    return this.travel(api.redo, t.notice.nothingRedone);
  }

  notify(text: string): void {
    this.state.patch({ notice: { text, id: ++this.notices } });
  }

  /** Recomputes what the page shows around the wall. */
  refresh(): void {
    const { wall, model } = this;
    if (!wall || !model) return;
    this.state.patch({
      selected: wall.selection.size,
      actionable: this.screenTiles().ready.length,
      group: wall.currentGroup(),
      decided: model.decided,
      cursor: wall.cursor,
    });
  }

  // What the queue tells.

  settled(parts: readonly DecisionPart[]): void {
    this.model?.markSaving(parts, -1);
    this.changed();
  }

  rejected(parts: readonly DecisionPart[], problem: Problem): void {
    this.model?.markSaving(parts, -1);
    this.notify(t.notice.refused(problem.message));
    void api.columns(this.viewId).then((body) => {
      this.model?.adopt(parseColumns(body));
      for (const pending of this.options.queue.pending(this)) this.model?.apply(pending);
      this.changed();
    });
  }

  isForgotten(): Promise<boolean> {
    return api.item(this.viewId, 0).then(
      () => false,
      (error: unknown) => error instanceof Problem && error.status === 404,
    );
  }

  reopen(): Promise<(parts: readonly DecisionPart[]) => DecisionPart[]> {
    this.reopening ??= this.openAgain().finally(() => (this.reopening = undefined));
    return this.reopening;
  }

  private async openAgain(): Promise<(parts: readonly DecisionPart[]) => DecisionPart[]> {
    const view = await api.openView(this.options.query);
    const columns = parseColumns(await api.columns(view.id));
    const before = this.model;
    const pending = this.options.queue.pending(this);
    const moved = before && positionsMoved(before.columns, columns);
    const translate = moved ? translator(before.columns, columns) : (parts: readonly DecisionPart[]) => [...parts];
    if (moved || !before) {
      this.adopt(view, columns);
      this.notify(t.notice.reopened);
    } else {
      this.viewId = view.id;
      before.adopt(columns);
    }
    for (const parts of pending) {
      this.model?.apply(translate(parts));
      if (moved) this.model?.markSaving(translate(parts), 1);
    }
    this.changed();
    return translate;
  }

  private adopt(view: View, columns: Columns): void {
    if (!this.options.query.kind) hideUnlikely(columns);
    // Without a single suggestion there is nothing that Enter could accept.
    if (this.mode === 'label' && columns.suggested.every((id) => id === NONE)) this.mode = 'explore';
    this.viewId = view.id;
    this.model = new WallModel(columns, view.groups);
    this.items.clear();
    this.state.patch({ status: 'ready', view, cursor: -1, selected: 0, decided: this.model.decided });
    this.show();
  }

  private show(): void {
    if (!this.wall || !this.model) return;
    this.wall.show(this.model, new StripLoader<ImageBitmap>(this.stripSource(), this.model.columns.count));
  }

  private stripSource() {
    return {
      load: async (from: number, n: number, signal: AbortSignal) => {
        try {
          return await createImageBitmap(await api.strip(this.viewId, from, n, signal));
        } catch (error) {
          if (error instanceof Problem && error.status === 404) await this.reopen();
          throw error;
        }
      },
      release: (bitmap: ImageBitmap) => bitmap.close(),
    };
  }

  private decidedOf(targets: readonly number[]): number[] {
    return targets.filter((p) => this.model!.columns.verdict[p] !== UNDECIDED);
  }

  private toggle(verdict: DecisionVerdict, targets: readonly number[]): void {
    const code = { accept: 1, keep: 2, relabel: 3, drop: 4, unsure: 5, skip: 6, clear: 0 }[verdict];
    const done = targets.every((p) => this.model!.columns.verdict[p] === code);
    this.finish([part(done ? 'clear' : verdict, targets)]);
  }

  /** Decides, lets the selection go, and steps on when keys lead. */
  private finish(parts: readonly DecisionPart[]): void {
    const single = this.wall?.selection.size === 0;
    this.decide(parts);
    this.wall?.selection.clear();
    if (single) this.wall?.stepOn();
    this.changed();
  }

  private decide(parts: readonly DecisionPart[]): void {
    const real = parts.filter((p) => p.ranges.length > 0);
    if (real.length === 0 || !this.model) return;
    this.model.apply(real);
    this.model.markSaving(real, 1);
    this.items.clear();
    this.options.queue.push(this, real);
    this.changed();
  }

  private changed(): void {
    this.wall?.invalidate();
    this.state.patch({ revision: this.state.get().revision + 1 });
    this.refresh();
  }

  private travel(call: (view: string) => Promise<UndoResult>, nothing: string): Promise<void> {
    this.undoing = this.undoing.then(async () => {
      await this.options.queue.idle();
      try {
        const result = await call(this.viewId);
        // Nothing changed here: either it was elsewhere, or the server was started
        // again and does not know which tiles this page shows.
        if (result.changed.length === 0 && (await this.isForgotten())) await this.reopen();
        this.travelled(result);
      } catch (error) {
        const { status, message } = error as Problem;
        this.notify(status === 409 || status === 422 ? nothing : status === 0 ? t.errors.offline : message);
      }
    });
    return this.undoing;
  }

  private travelled(result: UndoResult): void {
    for (const { position, verdict, label } of result.changed) this.model?.set(position, verdict, label);
    this.items.clear();
    this.options.onProgress(result.progress);
    this.notify(result.summary);
    if (result.changed.length > 0)
      this.wall?.moveCursor(Math.min(...result.changed.slice(0, 1000).map((c) => c.position)));
    this.changed();
  }
}

function part(verdict: DecisionVerdict, positions: readonly number[]): DecisionPart {
  return { verdict, ranges: toRanges(positions) };
}

/** On the wall of all labels only probable errors show what they look like. */
function hideUnlikely({ suggested, probability, count }: Columns): void {
  for (let p = 0; p < count; p++) if (!(probability[p] >= 0.5)) suggested[p] = NONE;
}
