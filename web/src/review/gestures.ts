// What pointer gestures mean on a review wall.

import { DROP, KEEP, UNDECIDED } from '../wall/columns';
import type { GestureTarget } from '../wall/gesture';
import type { Wall } from '../wall/wall';
import type { ReviewController } from './controller';

const EDGE_SPEED = 14;

export function gestureTarget(wall: Wall, review: ReviewController): GestureTarget {
  let paints: 'verdict' | 'selection' = 'verdict';
  let code = UNDECIDED;
  let on = true;
  let direction = 0;
  let raf = 0;

  const over = (p: number): void => {
    if (paints === 'selection') wall.selection.set(p, on);
    else if (review.model && review.model.columns.verdict[p] !== code) wall.painted.set(p, code);
    wall.invalidate();
  };
  const creep = (): void => {
    raf = 0;
    if (direction === 0) return;
    wall.scrollBy(direction * EDGE_SPEED);
    raf = requestAnimationFrame(creep);
  };

  return {
    tileAt: (x, y) => wall.tileAt(x, y),
    step: () => wall.layout.side / 2,
    hover: (x, y) => wall.followPointer(x, y),
    extend: (tile) => {
      if (wall.selection.anchor < 0) wall.selection.anchor = tile;
      wall.selection.extendTo(tile);
      wall.invalidate();
    },
    toggleSelected: (tile) => {
      wall.selection.toggle(tile);
      wall.invalidate();
    },
    paintStart: (tile) => {
      if (!review.model) return false;
      const mark = review.mode === 'image' ? DROP : KEEP;
      paints = review.mode === 'explore' ? 'selection' : 'verdict';
      on = !wall.selection.has(tile);
      code = review.model.columns.verdict[tile] === mark ? UNDECIDED : mark;
      wall.selection.anchor = tile;
      over(tile);
      return true;
    },
    paintOver: over,
    paintEnd: (commit) => {
      const tiles = [...wall.painted.keys()];
      wall.painted.clear();
      if (commit && paints === 'verdict') review.paint(code, tiles);
      wall.invalidate();
      review.refresh();
    },
    edge: (to) => {
      direction = to;
      if (to !== 0) raf ||= requestAnimationFrame(creep);
    },
  };
}
