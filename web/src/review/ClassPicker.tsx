import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ClassInfo } from '../api/types';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Thumb } from '../ui/Thumb';
import type { ReviewController } from './controller';
import { best } from './fuzzy';
import { suggestedClasses } from './suggest';
import { useItem } from './useItem';
import { ClassName } from '../ui/ClassName';

const LIMIT = 60;

/** Suggestions of the tile first, then all classes as they come. */
function ordered(
  review: ReviewController,
  position: number,
  item: Parameters<typeof suggestedClasses>[0],
): ClassInfo[] {
  const { classes } = review.session;
  const first = position < 0 ? [] : suggestedClasses(item, review.model!.columns, position, classes);
  const byId = new Map(classes.map((c) => [c.id, c]));
  const head = first.flatMap((id) => byId.get(id) ?? []);
  const taken = new Set(first);
  return [...head, ...classes.filter((c) => !taken.has(c.id))];
}

/** Sets the class of the targets by typing a part of its name. */
export function ClassPicker({ review, onClose }: { review: ReviewController; onClose: () => void }) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const [targets] = useState(() => review.targets());
  const list = useRef<HTMLUListElement>(null);
  const position = review.wall?.cursor ?? -1;
  const item = useItem(review, position, 0);
  const classes = useMemo(() => ordered(review, position, item), [review, position, item]);
  const found = best(classes, typed, (c) => c.name, LIMIT);
  const at = Math.min(chosen, found.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const pick = (info: ClassInfo | undefined) => {
    if (!info) return;
    review.relabel(info.id, targets);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter') pick(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog
      title={targets.length > 1 ? t.picker.of(targets.length) : t.picker.title}
      className="picker"
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <input
        type="text"
        role="combobox"
        data-first
        spellCheck={false}
        autoComplete="off"
        aria-label={t.picker.placeholder}
        aria-expanded="true"
        aria-controls={`${id}list`}
        aria-activedescendant={found.length > 0 ? `${id}${found[at].id}` : undefined}
        placeholder={t.picker.placeholder}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
      />
      <ul role="listbox" id={`${id}list`} ref={list} aria-label={t.picker.title}>
        {found.map((info, i) => (
          <li key={info.id} id={`${id}${info.id}`} role="option" aria-selected={i === at} onClick={() => pick(info)}>
            <span className="picker-name">
              <ClassName name={info.name} />
            </span>
            <small>{t.picker.count(info.count)}</small>
            <span className="picker-examples">
              {info.examples.slice(0, 4).map((image) => (
                <Thumb key={image} image={image} size={28} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="picker-none">{t.picker.none}</p> : null}
      <p className="picker-hint">{t.picker.hint}</p>
    </Dialog>
  );
}
