import { useSlice } from '../app/store';
import { ClassName } from '../ui/ClassName';
import { Kbd } from '../ui/Kbd';
import type { ReviewController } from './controller';
import { suggestedClasses } from './suggest';
import { useItem } from './useItem';

const SHOWN = 5;

/** What the first digits set on the tile under the cursor, while the panel is hidden. */
export function DigitHint({ review }: { review: ReviewController }) {
  const cursor = useSlice(review.state, (state) => state.cursor);
  const item = useItem(review, cursor, 60);
  if (!item || !review.model || cursor >= review.model.columns.count) return null;
  const classes = suggestedClasses(item, review.model.columns, cursor, review.session.classes);
  return (
    <ol className="digit-hint">
      {classes.slice(0, SHOWN).map((id, i) => (
        <li key={id}>
          <Kbd keys={String(i + 1)} />
          <ClassName name={review.session.classes.find((c) => c.id === id)?.name} />
        </li>
      ))}
    </ol>
  );
}
