import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from '../app/store';
import type { HeaderPlace, Wall } from '../wall/wall';
import type { ReviewController } from './controller';
import { GroupHeader } from './GroupHeader';

const CALM_AFTER = 90;

/** The headers of the groups in the window, moved with the canvas frame by frame. */
export function GroupHeaders({ review, wall }: { review: ReviewController; wall: Wall }) {
  const layer = useRef<HTMLDivElement>(null);
  const [places, setPlaces] = useState<HeaderPlace[]>(() => wall.headers());
  /** Examples are fetched only once the wall stands still. */
  const [calm, setCalm] = useState(true);
  const { view } = useStore(review.state);

  useEffect(() => {
    let shown = '';
    let lastOffset = -1;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = () => {
      const next = wall.headers();
      const key = next.map(({ group }) => group).join();
      const moved = wall.offset !== lastOffset;
      lastOffset = wall.offset;
      const fresh = key !== shown;
      if (fresh) {
        shown = key;
        setPlaces(next);
        setCalm(false);
      } else place(layer.current, next);
      if (moved || fresh) {
        clearTimeout(timer);
        timer = setTimeout(() => setCalm(true), CALM_AFTER);
      }
    };
    const off = wall.onFrame(update);
    timer = setTimeout(update, 0);
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [wall, view]);

  useLayoutEffect(() => place(layer.current, wall.headers()));

  const groups = view?.groups ?? [];
  return (
    <div className="group-headers" ref={layer}>
      {places.length > 0 ? <div className="group-band" /> : null}
      {places.map(({ group }) =>
        group < groups.length ? (
          <GroupHeader
            key={`${view?.id ?? ''} ${group}`}
            review={review}
            index={group}
            group={groups[group]}
            calm={calm}
          />
        ) : null,
      )}
    </div>
  );
}

function place(layer: HTMLElement | null, places: readonly HeaderPlace[]): void {
  if (!layer) return;
  const band = layer.querySelector<HTMLElement>('.group-band');
  const first = places[0];
  if (band && first) band.style.transform = `translateY(${Math.min(0, first.y)}px)`;
  band?.classList.toggle('group-stuck', first !== undefined && first.y <= 0);
  for (const { group, x, y, width } of places) {
    const header = layer.querySelector<HTMLElement>(`[data-group="${group}"]`);
    if (!header) continue;
    header.style.transform = `translate(${x}px, ${y}px)`;
    header.style.width = `${width}px`;
  }
}
