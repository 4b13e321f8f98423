import { max } from 'd3-array';
import { useState } from 'react';
import type { ClassInfo, Pair } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf } from '../app/router';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Meter } from '../ui/Meter';
import { Thumb } from '../ui/Thumb';
import { ClassName } from '../ui/ClassName';

/** Pairs at first, and with each request for more. */
const FEW = 12;
const MORE = 300;

function Side({ info }: { info: ClassInfo | undefined }) {
  return (
    <span className="pair-side">
      {info && info.examples.length > 0 ? (
        <Thumb image={info.examples[0]} size={32} lazy />
      ) : (
        <span className="thumb thumb-none" />
      )}
      <ClassName name={info?.name} />
    </span>
  );
}

/** Class pairs, most expected errors first; each opens the wall with just these. */
export function PairList({ pairs, classes }: { pairs: readonly Pair[]; classes: readonly ClassInfo[] }) {
  const [limit, setLimit] = useState(FEW);
  const byId = new Map(classes.map((c) => [c.id, c]));
  const most = max(pairs, (pair) => pair.count) ?? 1;
  return (
    <div>
      <ol className="pairs">
        {pairs.slice(0, limit).map((pair) => (
          <li key={`${pair.given} ${pair.suggested}`}>
            <Link
              href={hrefOf('review', {
                kind: 'wrong-class',
                given: String(pair.given),
                suggested: String(pair.suggested),
              })}
            >
              <Side info={byId.get(pair.given)} />
              <Icon name="arrow" size={14} />
              <Side info={byId.get(pair.suggested)} />
              <span className="pair-count">
                <span>{t.overview.pairLine(pair.count, pair.probability)}</span>
                <Meter
                  value={pair.count / most}
                  label={t.overview.pairLine(pair.count, pair.probability)}
                  tone="warm"
                />
              </span>
            </Link>
          </li>
        ))}
      </ol>
      {pairs.length > limit ? (
        <button type="button" className="button button-quiet" onClick={() => setLimit(limit + MORE)}>
          {t.overview.more(Math.min(MORE, pairs.length - limit), pairs.length)}
        </button>
      ) : null}
    </div>
  );
}
