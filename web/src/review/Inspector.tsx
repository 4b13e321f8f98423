import { useEffect, useRef } from 'react';
import { verdicts } from '../api/types';
import { useStore } from '../app/store';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Kbd } from '../ui/Kbd';
import { Thumb } from '../ui/Thumb';
import { VerdictTag } from '../ui/VerdictTag';
import { CLASSES, DELETED, DROPPED, MOVED, NONE } from '../wall/columns';
import { colour565 } from '../wall/palette';
import { STRIP } from '../wall/strips';
import { ClassBars } from './ClassBars';
import type { ReviewController } from './controller';
import { Others } from './Others';
import { useItem } from './useItem';
import { VerdictButtons } from './VerdictButtons';
import { ClassName } from '../ui/ClassName';

const PREVIEW = 268;

/** The thumbnail under the cursor, drawn from the strip that is already here. */
function Preview({ review, position }: { review: ReviewController; position: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { wall, model } = review;
    const ctx = canvas.current?.getContext('2d');
    if (!wall || !model || !ctx) return undefined;
    const draw = () => {
      const bitmap = wall.strips?.get(position);
      const { width } = ctx.canvas;
      ctx.imageSmoothingQuality = 'high';
      if (bitmap) {
        const crop = bitmap.width;
        ctx.drawImage(bitmap, 1, (position % STRIP) * crop + 1, crop - 2, crop - 2, 0, 0, width, width);
      } else {
        ctx.fillStyle = colour565(model.columns.colour[position]);
        ctx.fillRect(0, 0, width, width);
      }
    };
    draw();
    return wall.onFrame(draw);
  }, [review, position]);
  const side = PREVIEW * (devicePixelRatio > 1 ? 2 : 1);
  return <canvas className="inspector-preview" ref={canvas} width={side} height={side} />;
}

function Labels({ review, position }: { review: ReviewController; position: number }) {
  const { given, suggested, label, verdict } = review.model!.columns;
  const name = (id: number) =>
    id === DELETED
      ? t.review.deleteObject
      : id === MOVED
        ? t.review.moveObject
        : (review.session.classes.find((c) => c.id === id)?.name ?? '');
  const now = label[position];
  const code = verdict[position];
  return (
    <div className="inspector-labels">
      {given[position] === NONE ? null : (
        <p>
          <small>{t.review.given}</small>
          <strong>
            <ClassName name={name(given[position])} />
          </strong>
        </p>
      )}
      {suggested[position] === NONE ? null : (
        <p>
          <small>{suggested[position] < CLASSES ? t.review.suggested : t.review.proposed}</small>
          <strong>
            <ClassName name={name(suggested[position])} />
          </strong>
        </p>
      )}
      {code === 0 ? null : (
        <VerdictTag
          verdict={verdicts[code]}
          text={now < DROPPED && (code === 1 || code === 3) ? name(now) : undefined}
        />
      )}
    </div>
  );
}

/** The panel beside the wall: everything that helps to decide the tile under the cursor. */
export function Inspector({
  review,
  onPeek,
  onPick,
}: {
  review: ReviewController;
  onPeek: () => void;
  onPick: () => void;
}) {
  const { cursor, status } = useStore(review.state);
  const item = useItem(review, cursor, 60);
  const ready = status === 'ready' && cursor >= 0 && review.model !== undefined && cursor < review.model.columns.count;
  if (!ready) {
    return (
      <aside className="inspector" aria-label={t.inspector.title}>
        <p className="inspector-empty">{t.inspector.empty}</p>
      </aside>
    );
  }
  const path = item?.image.path ?? '';
  const slash = path.lastIndexOf('/') + 1;
  return (
    <aside className="inspector" aria-label={t.inspector.title}>
      <div className="inspector-head">
        <button
          type="button"
          className="inspector-open"
          onClick={onPeek}
          title={`${t.inspector.open}  Space`}
          aria-label={t.inspector.open}
        >
          <Preview review={review} position={cursor} />
          <span className="inspector-expand">
            <Icon name="expand" size={14} />
          </span>
        </button>
        <Labels review={review} position={cursor} />
        <p className="inspector-path" title={path}>
          <span>{path.slice(slash) || '\u00a0'}</span>
          <small>{path.slice(0, slash) || '\u00a0'}</small>
        </p>
      </div>
      {review.mode === 'label' ? (
        <VerdictButtons review={review} />
      ) : (
        <VerdictButtons review={review} onPick={onPick} />
      )}
      <h3>{t.inspector.classes}</h3>
      <ClassBars review={review} position={cursor} item={item} onPick={(id) => review.relabel(id)} />
      {item ? <Others item={item} name={(id) => review.session.classes.find((c) => c.id === id)?.name ?? ''} /> : null}
      {item && item.neighbours.length > 0 ? (
        <>
          <h3>{t.peek.neighbours}</h3>
          <ul className="neighbours">
            {item.neighbours.slice(0, 8).map((n) => {
              const info = review.session.classes.find((c) => c.id === n.given);
              return (
                <li key={n.image} className={n.given === item.given ? 'same' : ''}>
                  <Thumb image={n.image} size={60} />
                  <ClassName name={info?.name} />
                </li>
              );
            })}
          </ul>
        </>
      ) : null}
      <p className="inspector-foot">
        <Kbd keys="Space" /> {t.inspector.open} <Kbd keys="R" /> {t.actions.pick}
      </p>
    </aside>
  );
}
