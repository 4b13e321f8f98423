// What each key does to an open view.

import type { ReviewController } from './controller';
import type { Wall } from '../wall/wall';
import type { Command } from './keys';

/** What the page does itself: panels, pickers, settings. */
export interface PageActions {
  peek: () => void;
  pickClass: () => void;
  filter: () => void;
  groups: () => void;
  inspector: () => void;
  resize: (by: 1 | -1) => void;
}

const steps: Partial<Record<Command, 'left' | 'right' | 'up' | 'down'>> = {
  left: 'left',
  right: 'right',
  up: 'up',
  down: 'down',
  extendLeft: 'left',
  extendRight: 'right',
  extendUp: 'up',
  extendDown: 'down',
};

export function perform(command: Command, key: string, review: ReviewController, page: PageActions): void {
  const step = steps[command];
  if (step) return move(review, step, command.startsWith('extend'));
  const actions: Partial<Record<Command, () => void>> = {
    decideScreen: () => review.decideScreen(),
    keepScreen: () => review.decideScreen('keep'),
    accept: () => review.judge('accept'),
    keep: () => review.judge('keep'),
    drop: () => review.judge('drop'),
    unsure: () => review.judge('unsure'),
    clear: () => review.judge('clear'),
    digit: () => void review.digit(Number(key)),
    repeat: () => review.repeat(),
    undo: () => void review.undo(),
    redo: () => void review.redo(),
    pickClass: page.pickClass,
    peek: page.peek,
    filter: page.filter,
    groups: page.groups,
    inspector: page.inspector,
    bigger: () => page.resize(1),
    smaller: () => page.resize(-1),
    first: () => goTo(review, 0),
    last: () => goTo(review, (review.model?.columns.count ?? 0) - 1),
    pageDown: () => turnPage(review, 1),
    pageUp: () => turnPage(review, -1),
    previousGroup: () => goToGroup(review, -1),
    nextGroup: () => goToGroup(review, 1),
    select: () => select(review),
    selectGroup: () => selectGroup(review),
    escape: () => {
      review.wall?.selection.clear();
      review.wall?.invalidate();
    },
  };
  actions[command]?.();
}

function move(review: ReviewController, step: 'left' | 'right' | 'up' | 'down', extend: boolean): void {
  const { wall, model } = review;
  if (!wall || !model || model.columns.count === 0) return;
  const from = wall.cursor;
  const to = from < 0 ? (wall.screen()[0]?.[0] ?? 0) : stepped(wall, from, step, model.columns.count);
  if (extend) {
    if (wall.selection.anchor < 0) wall.selection.anchor = Math.max(0, from);
    wall.selection.extendTo(to);
  }
  wall.moveCursor(to);
  wall.invalidate();
}

function stepped(wall: Wall, from: number, step: 'left' | 'right' | 'up' | 'down', count: number): number {
  if (step === 'left') return Math.max(0, from - 1);
  if (step === 'right') return Math.min(count - 1, from + 1);
  return wall.layout.vertical(from, step === 'up' ? -1 : 1);
}

/** A screen further without deciding; the cursor comes along. */
function turnPage(review: ReviewController, direction: 1 | -1): void {
  const { wall } = review;
  if (!wall) return;
  wall.scrollBy(direction * wall.pageHeight);
  const first = wall.screen()[0];
  if (first) wall.moveCursor(first[0]);
}

function goTo(review: ReviewController, position: number): void {
  if (position >= 0) review.wall?.moveCursor(position);
}

/** Scrolls to a group and puts the cursor on its first tile. */
export function openGroup(review: ReviewController, group: number): void {
  const { wall, model } = review;
  if (!wall || !model || group < 0 || group >= model.groups.length) return;
  wall.showRowOf(model.groups[group].from);
  wall.moveCursor(model.groups[group].from);
}

function goToGroup(review: ReviewController, by: 1 | -1): void {
  const { wall } = review;
  if (!wall) return;
  const now = wall.currentGroup();
  const inside = wall.offset > wall.layout.groupTop(now) + 1;
  openGroup(review, by < 0 && inside ? now : now + by);
}

function select(review: ReviewController): void {
  const { wall } = review;
  if (!wall || wall.cursor < 0) return;
  wall.selection.toggle(wall.cursor);
  wall.stepOn();
  wall.invalidate();
}

function selectGroup(review: ReviewController): void {
  const { wall, model } = review;
  if (!wall || !model || model.groups.length === 0) return;
  const group = wall.currentGroup();
  const { from, count } = model.groups[group];
  wall.selection.only(from, from + count);
  wall.selection.anchor = from;
  wall.invalidate();
}
