import { useState } from 'react';
import type { ClassInfo, ViewGroup } from '../api/types';
import { useSlice } from '../app/store';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Meter } from '../ui/Meter';
import { Thumb } from '../ui/Thumb';
import type { ReviewController } from './controller';
import { ClassName } from '../ui/ClassName';

const EXAMPLES = 8;

/** A class by name and by pictures that certainly show it. */
function Side({
  role,
  info,
  examples,
  calm,
}: {
  role: string;
  info: ClassInfo;
  examples: readonly number[];
  calm: boolean;
}) {
  const [seen, setSeen] = useState(calm);
  if (calm && !seen) setSeen(true);
  return (
    <div className="group-side">
      <div className="group-name">
        <small>{role}</small>
        <strong>
          <ClassName name={info.name} />
        </strong>
      </div>
      <div className="group-examples" role="img" aria-label={t.review.examplesOf(info.name)}>
        {seen ? examples.slice(0, EXAMPLES).map((image) => <Thumb key={image} image={image} size={46} />) : null}
      </div>
    </div>
  );
}

interface Props {
  review: ReviewController;
  group: ViewGroup;
  index: number;
  calm: boolean;
}

export function GroupHeader({ review, group, index, calm }: Props) {
  useSlice(review.state, (state) => state.revision);
  const decided = review.model?.decidedIn[index] ?? 0;
  const find = (id: number) => review.session.classes.find((c) => c.id === id);
  const given = find(group.given);
  const suggested = find(group.suggested);
  return (
    <section className="group-header" data-group={index}>
      <div className="group-inner">
        <div className="group-sides">
          {given ? (
            <Side
              role={t.review.given}
              info={given}
              examples={given.examples.length > 0 ? given.examples : group.examples}
              calm={calm}
            />
          ) : (
            <div className="group-name">
              <strong>{group.title || t.review.everything}</strong>
            </div>
          )}
          {suggested ? (
            <>
              <Icon name="arrow" size={20} />
              <Side role={t.review.suggested} info={suggested} examples={suggested.examples} calm={calm} />
            </>
          ) : null}
        </div>
        <div className="group-counts">
          <span>{t.review.groupDecided(decided, group.count)}</span>
          <Meter value={decided / group.count} label={t.review.groupDecided(decided, group.count)} tone="quiet" />
          {Number.isFinite(group.probability) && group.probability > 0 ? (
            <small>{t.review.groupMean(group.probability)}</small>
          ) : null}
        </div>
      </div>
    </section>
  );
}
