import { useEffect, useRef, useState } from 'react';
import { verdicts } from '../api/types';
import { settings, type TileSize } from '../app/settings';
import { useStore } from '../app/store';
import { percents, t } from '../i18n';
import { DELETED, DROPPED, MOVED, NONE } from '../wall/columns';
import { Gestures } from '../wall/gesture';
import type { MirrorTile } from '../wall/mirror';
import { Wall } from '../wall/wall';
import type { ReviewController } from './controller';
import { gestureTarget } from './gestures';
import { GroupHeaders } from './GroupHeaders';

export const tileSides: Record<TileSize, number> = { S: 84, M: 128, L: 196 };

function classNames(review: ReviewController): (id: number) => string {
  const names = new Map(review.session.classes.map((c) => [c.id, c.name]));
  const actions: Record<number, string> = { [DELETED]: t.review.deleteObject, [MOVED]: t.review.moveObject };
  return (id) => names.get(id) ?? actions[id] ?? '';
}

/** What assistive technology says of a tile. */
function describe(review: ReviewController, wall: () => Wall | undefined): (p: number) => MirrorTile {
  const name = classNames(review);
  return (p) => {
    const { columns, saving } = review.model!;
    const given = columns.given[p] === NONE ? '' : name(columns.given[p]);
    const suggested = columns.suggested[p];
    const verdict = verdicts[columns.verdict[p]];
    const after =
      columns.label[p] < DROPPED && (verdict === 'accept' || verdict === 'relabel')
        ? `: ${name(columns.label[p])}`
        : '';
    const probability = columns.probability[p];
    return {
      label: t.review.tile(
        suggested === NONE ? given : t.review.change(given, name(suggested)),
        Number.isNaN(probability) ? '' : t.review.probabilityOfError(probability),
        t.verdict[verdict] + after + (saving[p] > 0 ? `, ${t.review.unsaved}` : ''),
      ),
      selected: wall()?.selection.has(p) ?? false,
    };
  };
}

/** The wall itself: a canvas that stays in view while a spacer gives the height. */
export function WallView({ review }: { review: ReviewController }) {
  const scroller = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [wall, setWall] = useState<Wall>();
  const { tile, theme } = useStore(settings);

  useEffect(() => {
    const made: Wall = new Wall(
      {
        scroller: scroller.current!,
        spacer: spacer.current!,
        stage: stage.current!,
        canvas: canvas.current!,
        mirror: mirror.current!,
      },
      { className: classNames(review), percent: percents, verdict: verdicts.map((v) => t.verdict[v]) },
      {
        frame: () => review.refresh(),
        cursor: () => review.refresh(),
      },
      describe(review, () => made),
    );
    const gestures = new Gestures(canvas.current!, gestureTarget(made, review));
    made.setTile(tileSides[settings.get().tile]);
    review.attach(made);
    setWall(made);
    return () => {
      review.detach();
      gestures.dispose();
      made.dispose();
      setWall(undefined);
    };
  }, [review]);

  useEffect(() => {
    wall?.setTile(tileSides[tile]);
  }, [wall, tile]);
  useEffect(() => {
    wall?.refreshTheme();
  }, [wall, theme]);

  return (
    <div className="wall" ref={scroller}>
      <div className="wall-stage" ref={stage}>
        <canvas className="wall-canvas" ref={canvas} />
        <div
          className="wall-mirror"
          ref={mirror}
          tabIndex={0}
          aria-label={t.review.wall}
          aria-description={t.review.wallHint}
        />
        {wall ? <GroupHeaders review={review} wall={wall} /> : null}
      </div>
      <div className="wall-spacer" ref={spacer} />
    </div>
  );
}
