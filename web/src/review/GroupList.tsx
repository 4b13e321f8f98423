import { useMemo, useState } from 'react';
import { integer, percent, t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Meter } from '../ui/Meter';
import { openGroup } from './commands';
import type { ReviewController } from './controller';
import { score } from './fuzzy';
import { ClassName } from '../ui/ClassName';

const LIMIT = 400;

/** All groups of the view; choosing one scrolls there. */
export function GroupList({ review, onClose }: { review: ReviewController; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const names = useMemo(() => new Map(review.session.classes.map((c) => [c.id, c.name])), [review]);
  const groups = (review.state.get().view?.groups ?? []).map((group, index) => ({
    group,
    index,
    given: names.get(group.given) ?? group.title,
    suggested: names.get(group.suggested),
  }));
  const found = groups.filter((g) => score(`${g.given} ${g.suggested ?? ''}`, typed) > 0).slice(0, LIMIT);
  const now = review.state.get().group;
  const open = (index: number) => {
    openGroup(review, index);
    onClose();
  };
  return (
    <Dialog title={t.review.groupList} className="group-list" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found.length > 0) open(found[0].index);
        }}
      >
        <input
          type="search"
          data-first
          spellCheck={false}
          aria-label={t.picker.placeholder}
          placeholder={t.picker.placeholder}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
      <ul>
        {found.map(({ group, index, given, suggested }) => {
          const decided = review.model?.decidedIn[index] ?? 0;
          return (
            <li key={index}>
              <button type="button" aria-current={index === now} onClick={() => open(index)}>
                <span className="group-list-name">
                  <ClassName name={given} />
                  {suggested ? (
                    <>
                      <Icon name="arrow" size={13} />
                      <ClassName name={suggested} />
                    </>
                  ) : null}
                </span>
                <small>{group.probability > 0 ? percent(group.probability) : ''}</small>
                <Meter value={decided / group.count} label={t.review.groupDecided(decided, group.count)} tone="quiet" />
                <span className="group-list-count">{integer(group.count)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
