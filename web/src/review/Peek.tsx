import { type CSSProperties, type KeyboardEvent, useState } from 'react';
import { api } from '../api/client';
import type { Item, Outline } from '../api/types';
import { settings } from '../app/settings';
import { useStore } from '../app/store';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Thumb } from '../ui/Thumb';
import { DELETED, MOVED, NONE } from '../wall/columns';
import { ClassBars } from './ClassBars';
import { type PageActions, perform } from './commands';
import type { ReviewController } from './controller';
import { type Command, commandOf } from './keys';
import { PeekDetails } from './PeekDetails';
import { speck } from './speck';
import { useItem } from './useItem';
import { VerdictButtons } from './VerdictButtons';

/** The keys that work here too; Space and Escape close. */
const allowed: readonly Command[] = [
  'accept',
  'keep',
  'drop',
  'unsure',
  'clear',
  'digit',
  'repeat',
  'undo',
  'redo',
  'left',
  'right',
  'up',
  'down',
];

const nothing: PageActions = {
  peek: () => undefined,
  pickClass: () => undefined,
  filter: () => undefined,
  groups: () => undefined,
  inspector: () => undefined,
  resize: () => undefined,
};

/** Small pictures are enlarged up to this factor; more shows nothing more. */
const ENLARGE = 10;

interface Size {
  width: number;
  height: number;
}

/** Given places solid, that of the tile strong; the suggested one dashed. */
function Outlines({ item, size, style }: { item: Item; size: Size; style: CSSProperties | undefined }) {
  const current = item.annotation;
  const shape = (outline: Outline) =>
    outline.parts
      .map((part) => {
        const corners: string[] = [];
        for (let i = 0; i + 1 < part.length; i += 2)
          corners.push(`${part[i] * size.width} ${part[i + 1] * size.height}`);
        return corners.length > 0 ? `M${corners.join('L')}Z` : '';
      })
      .join('');
  const ring = (outline: Outline) => speck(outline, size);
  const suggested = item.findings.flatMap((f) => (f.suggestion?.outline ? [f.suggestion.outline] : []));
  if (item.objects.length === 0 && suggested.length === 0) return null;
  return (
    <svg
      className="peek-image peek-outlines"
      style={style}
      viewBox={`0 0 ${size.width} ${size.height}`}
      aria-hidden="true"
    >
      {[...item.objects].reverse().map((o) => (
        <g key={o.annotation} className={o.annotation === current ? 'outline outline-current' : 'outline'}>
          <path className="outline-shade" d={shape(o.outline)} />
          <path className="outline-line" d={shape(o.outline)} />
          {o.annotation === current && ring(o.outline) ? <path className="outline-line" d={ring(o.outline)} /> : null}
        </g>
      ))}
      {suggested.map((outline, i) => (
        <g key={i} className="outline outline-suggested">
          <path className="outline-shade" d={shape(outline)} />
          <path className="outline-line" d={shape(outline)} />
        </g>
      ))}
    </svg>
  );
}

function Picture({
  image,
  path,
  side,
  item,
}: {
  image: number;
  path: string;
  side: number | undefined;
  item: Item | undefined;
}) {
  const [failed, setFailed] = useState(false);
  const [size, setSize] = useState<Size>();
  if (failed) {
    return (
      <div className="peek-failed">
        <Thumb image={image} size={192} alt={path} />
        <p>{t.peek.failed}</p>
      </div>
    );
  }
  const limit = side === undefined ? undefined : { maxWidth: side * ENLARGE, maxHeight: side * ENLARGE };
  return (
    <>
      <img
        className="peek-image"
        style={limit}
        src={api.imageUrl(image)}
        alt={path}
        onLoad={(event) =>
          setSize({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight })
        }
        onError={() => setFailed(true)}
        draggable={false}
      />
      {item && size ? <Outlines item={item} size={size} style={limit} /> : null}
    </>
  );
}

/** The whole image and everything known about it, over the wall. */
export function Peek({ review, onClose }: { review: ReviewController; onClose: () => void }) {
  const { cursor } = useStore(review.state);
  const item = useItem(review, cursor, 0);
  const columns = review.model!.columns;
  const image = columns.image[cursor];
  const name = (id: number) =>
    id === DELETED
      ? t.review.deleteObject
      : id === MOVED
        ? t.review.moveObject
        : review.session.classes.find((c) => c.id === id)?.name;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === ' ') {
      event.preventDefault();
      onClose();
      return;
    }
    const found = commandOf(
      {
        ...event,
        key: event.key,
        code: event.code,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        shiftKey: event.shiftKey,
        altKey: event.altKey,
        altGraph: false,
      },
      settings.get().vimKeys,
    );
    if (!found || !allowed.includes(found.command)) return;
    event.preventDefault();
    perform(found.command, found.key, review, nothing);
  };
  const step = (command: Command) => perform(command, '', review, nothing);
  return (
    <Dialog title={t.peek.title} className="peek" onClose={onClose} onKeyDown={onKeyDown} bare>
      <div className="peek-stage">
        <Picture
          key={image}
          image={image}
          path={item?.image.path ?? ''}
          item={item}
          side={item && Math.max(item.image.width, item.image.height)}
        />
        <button
          type="button"
          className="icon-button peek-previous"
          onClick={() => step('left')}
          aria-label={t.peek.previous}
          title={`${t.peek.previous}  ←`}
        >
          <Icon name="left" />
        </button>
        <button
          type="button"
          className="icon-button peek-next"
          onClick={() => step('right')}
          aria-label={t.peek.next}
          title={`${t.peek.next}  →`}
        >
          <Icon name="right" />
        </button>
      </div>
      <div className="peek-side">
        <header>
          <h2>
            {name(columns.given[cursor])}
            {columns.suggested[cursor] === NONE ? null : (
              <>
                <Icon name="arrow" size={18} /> {name(columns.suggested[cursor])}
              </>
            )}
          </h2>
          <button
            type="button"
            className="icon-button"
            onClick={onClose}
            aria-label={t.app.close}
            title={`${t.app.close}  Space`}
          >
            <Icon name="cross" />
          </button>
        </header>
        <VerdictButtons review={review} />
        <section>
          <h3>{t.inspector.classes}</h3>
          <ClassBars review={review} position={cursor} item={item} onPick={(id) => review.relabel(id)} />
        </section>
        {item ? <PeekDetails item={item} review={review} /> : null}
      </div>
    </Dialog>
  );
}
