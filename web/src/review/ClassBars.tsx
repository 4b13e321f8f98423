import type { Item } from '../api/types';
import { percent } from '../i18n';
import { Icon } from '../ui/Icon';
import { Kbd } from '../ui/Kbd';
import { NONE } from '../wall/columns';
import type { ReviewController } from './controller';
import { suggestedClasses } from './suggest';
import { ClassName } from '../ui/ClassName';

interface Props {
  review: ReviewController;
  position: number;
  item: Item | undefined;
  onPick: (classId: number) => void;
}

/** The classes that the digits set, with their probabilities; the given one for comparison. */
export function ClassBars({ review, position, item, onPick }: Props) {
  const columns = review.model!.columns;
  const names = new Map(review.session.classes.map((c) => [c.id, c.name]));
  const given = columns.given[position];
  const label = columns.label[position];
  const p = (id: number) => item?.probabilities.find((entry) => entry.class === id)?.p;
  const all = suggestedClasses(item, columns, position, review.session.classes);
  // Until the item is here only the suggestion is certain to keep its digit.
  const shown = item ? all : all.filter((id) => id === columns.suggested[position]);
  const bar = (value: number | undefined) => (
    <span className="class-bar" aria-hidden="true">
      <span style={{ transform: `scaleX(${Math.min(1, value ?? 0)})` }} />
    </span>
  );
  const value = (v: number | undefined) => <span className="class-value">{v === undefined ? '' : percent(v)}</span>;
  return (
    <ul className="class-bars">
      {given === NONE ? null : (
        <li>
          <button type="button" className="class-given" aria-pressed={label === given} onClick={() => onPick(given)}>
            <span className="class-key">
              <Icon name="keep" size={12} />
            </span>
            <span className="class-name">
              <ClassName name={names.get(given)} />
            </span>
            {bar(p(given))}
            {value(p(given))}
          </button>
        </li>
      )}
      {shown.map((id, i) => (
        <li key={id}>
          <button type="button" aria-pressed={label === id} onClick={() => onPick(id)}>
            <span className="class-key">
              <Kbd keys={String(i + 1)} />
            </span>
            <span className="class-name">
              <ClassName name={names.get(id)} />
            </span>
            {bar(p(id))}
            {value(p(id))}
          </button>
        </li>
      ))}
    </ul>
  );
}
