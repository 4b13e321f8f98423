import type { ReactNode } from 'react';
import type { Grouping, Order, Session, ViewQuery } from '../api/types';
import { hrefOf, navigate } from '../app/router';
import { change, settings, type TileSize } from '../app/settings';
import { useSlice, useStore } from '../app/store';
import { integer, t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Segmented } from '../ui/Segmented';
import { Select } from '../ui/Select';
import type { ReviewController } from './controller';
import { openGroup } from './commands';
import { ALL_LABELS, withParams } from './query';

interface Props {
  session: Session;
  query: ViewQuery;
  params: URLSearchParams;
  review: ReviewController;
  onGroups: () => void;
  children: ReactNode;
}

const sizes: readonly TileSize[] = ['S', 'M', 'L'];

function GroupNavigation({ review, onGroups }: { review: ReviewController; onGroups: () => void }) {
  const { view, group } = useStore(review.state);
  if (!view || view.groups.length < 2) return null;
  const count = view.groups.length;
  return (
    <div className="group-navigation">
      <button
        type="button"
        className="icon-button"
        aria-label={t.review.previousGroup}
        title={`${t.review.previousGroup}  [`}
        disabled={group === 0}
        onClick={() => openGroup(review, group - 1)}
      >
        <Icon name="left" size={14} />
      </button>
      <button
        type="button"
        className="button button-quiet"
        title={`${t.review.groupList}  G`}
        aria-haspopup="dialog"
        onClick={onGroups}
      >
        {t.review.groupOf(group + 1, count)}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t.review.nextGroup}
        title={`${t.review.nextGroup}  ]`}
        disabled={group + 1 >= count}
        onClick={() => openGroup(review, group + 1)}
      >
        <Icon name="right" size={14} />
      </button>
    </div>
  );
}

function History({ session, review }: { session: Session; review: ReviewController }) {
  const revision = useSlice(review.state, (state) => state.revision);
  const { canUndo, canRedo } = session.progress;
  return (
    <div className="button-pair" data-revision={revision}>
      <button
        type="button"
        className="icon-button"
        aria-label={t.actions.undo}
        title={`${t.actions.undo}  Z`}
        disabled={!canUndo}
        onClick={() => void review.undo()}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t.actions.redo}
        title={`${t.actions.redo}  Shift Z`}
        disabled={!canRedo}
        onClick={() => void review.redo()}
      >
        <Icon name="redo" />
      </button>
    </div>
  );
}

/** What is shown and how: kind, filter, grouping, order, size. */
export function Toolbar({ session, query, params, review, onGroups, children }: Props) {
  const { tile, inspector } = useStore(settings);
  const go = (changed: Record<string, string | undefined>) =>
    navigate(hrefOf('review', withParams(params, changed)), true);
  const kinds = [
    ...session.kinds.map((kind) => ({ value: kind.kind, label: `${kind.title} · ${integer(kind.count)}` })),
    { value: ALL_LABELS, label: `${t.review.allLabels} · ${integer(session.dataset.annotations)}` },
  ];
  const groupings: readonly Grouping[] = session.kinds.some((k) => k.kind === query.kind && k.label)
    ? ['pair', 'class', 'none']
    : ['class', 'none'];
  const orders: readonly Order[] = ['similarity', 'probability'];
  return (
    <div className="toolbar" role="toolbar" aria-label={t.review.title(query.kind ?? '')}>
      <Select
        name={t.review.kind}
        className="select-kind"
        value={query.kind === '' ? ALL_LABELS : (query.kind ?? '')}
        options={kinds}
        onChange={(kind) => navigate(hrefOf('review', { kind }))}
      />
      <GroupNavigation review={review} onGroups={onGroups} />
      {children}
      <span className="spacer" />
      <History session={session} review={review} />
      <Select
        name={t.review.group}
        className="select-group"
        value={query.group}
        options={groupings.map((value) => ({ value, label: t.review.groups[value] }))}
        onChange={(group) => go({ group })}
      />
      <Segmented
        name={t.review.order}
        value={query.order}
        options={orders.map((value) => ({ value, label: t.review.orders[value], hint: t.review.orderHints[value] }))}
        onChange={(order) => go({ order })}
      />
      <Segmented
        name={t.review.size}
        value={tile}
        options={sizes.map((value) => ({ value, label: value, hint: t.review.sizes[value] }))}
        onChange={(value) => change({ tile: value })}
      />
      <button
        type="button"
        className="icon-button"
        aria-pressed={inspector}
        aria-label={t.review.inspector}
        title={`${t.review.inspector}  I`}
        onClick={() => change({ inspector: !inspector })}
      >
        <Icon name="panel" />
      </button>
    </div>
  );
}
