import { type MouseEvent, useMemo, useState } from 'react';
import type { Session } from '../api/types';
import { change, settings, type TileSize } from '../app/settings';
import { useSlice, useStore } from '../app/store';
import { t } from '../i18n';
import { ClassPicker } from './ClassPicker';
import { type PageActions } from './commands';
import { Dock } from './Dock';
import { FilterChips } from './Filter';
import { FilterPanel } from './FilterPanel';
import { GroupList } from './GroupList';
import { Inspector } from './Inspector';
import { Notice } from './Notice';
import { Peek } from './Peek';
import { queryOf } from './query';
import { Toolbar } from './Toolbar';
import { useKeys } from './useKeys';
import { useReview } from './useReview';
import { WallState } from './WallState';
import { WallView } from './WallView';

type Panel = 'peek' | 'picker' | 'filter' | 'groups' | undefined;

const sizes: readonly TileSize[] = ['S', 'M', 'L'];

function resize(by: 1 | -1): void {
  const at = sizes.indexOf(settings.get().tile) + by;
  if (at >= 0 && at < sizes.length) change({ tile: sizes[at] });
}

export function ReviewPage({ session, params }: { session: Session; params: URLSearchParams }) {
  const query = queryOf(params, session.kinds);
  const review = useReview(session, query);
  const [panel, setPanel] = useState<Panel>();
  const { inspector } = useStore(settings);
  const selected = useSlice(review.state, (state) => state.selected > 0);
  const close = () => {
    setPanel(undefined);
    focusWall();
  };

  const actions = useMemo<PageActions>(
    () => ({
      peek: () =>
        review.targets().length > 0 && (review.wall?.cursor ?? -1) >= 0
          ? setPanel('peek')
          : review.notify(t.notice.noCursor),
      pickClass: () => (review.targets().length > 0 ? setPanel('picker') : review.notify(t.notice.noCursor)),
      filter: () => setPanel('filter'),
      groups: () => setPanel('groups'),
      inspector: () => change({ inspector: !settings.get().inspector }),
      resize,
    }),
    [review],
  );
  useKeys(review, actions, panel === undefined);

  // A click on a button must not take the keys away from the wall.
  const giveBackFocus = (event: MouseEvent) => {
    const { target, detail } = event;
    if (detail > 0 && target instanceof Element && !target.closest('select, input, dialog, a')) focusWall();
  };
  return (
    <div
      className={`review${inspector ? '' : ' review-wide'}${selected ? ' review-selecting' : ''}`}
      onClick={giveBackFocus}
    >
      <h1 className="visually-hidden">
        {t.review.title(session.kinds.find((k) => k.kind === query.kind)?.title ?? t.review.allLabels)}
      </h1>
      <Toolbar session={session} query={query} params={params} review={review} onGroups={actions.groups}>
        <FilterChips query={query} session={session} params={params} onOpen={actions.filter} />
      </Toolbar>
      <div className="review-wall">
        <WallView review={review} />
        <WallState review={review} session={session} params={params} />
        <Notice review={review} />
      </div>
      {inspector ? <Inspector review={review} onPeek={actions.peek} onPick={actions.pickClass} /> : null}
      <Dock session={session} review={review} />
      {panel === 'peek' ? <Peek review={review} onClose={close} /> : null}
      {panel === 'picker' ? <ClassPicker review={review} onClose={close} /> : null}
      {panel === 'filter' ? <FilterPanel session={session} query={query} params={params} onClose={close} /> : null}
      {panel === 'groups' ? <GroupList review={review} onClose={close} /> : null}
    </div>
  );
}

function focusWall(): void {
  document.querySelector<HTMLElement>('.wall-mirror')?.focus({ preventScroll: true });
}
