import { useState } from 'react';
import type { ClassInfo, Overview } from '../api/types';
import { t } from '../i18n';
import { Segmented } from '../ui/Segmented';
import { Matrix, MATRIX_LIMIT } from './Matrix';
import { PairList } from './PairList';

type Shape = 'list' | 'matrix';

/** Which classes are taken for which, as a list or as a matrix. */
export function Pairs({ overview, classes }: { overview: Overview; classes: readonly ClassInfo[] }) {
  const canMatrix = classes.length > 2 && classes.length <= MATRIX_LIMIT;
  const [shape, setShape] = useState<Shape>('list');
  if (overview.pairs.length === 0) return null;
  const options: { value: Shape; label: string }[] = [
    { value: 'list', label: t.overview.list },
    { value: 'matrix', label: t.overview.matrix },
  ];
  return (
    <section className="card card-wide" aria-labelledby="pairs">
      <header className="card-head">
        <div>
          <h2 id="pairs">{t.overview.pairs}</h2>
          <p className="card-detail">{t.overview.pairsDetail}</p>
        </div>
        {canMatrix ? (
          <Segmented<Shape> name={t.overview.view} value={shape} options={options} onChange={setShape} />
        ) : null}
      </header>
      {shape === 'matrix' && canMatrix ? (
        <div className="matrix-beside">
          <Matrix pairs={overview.pairs} classes={classes} />
          <PairList pairs={overview.pairs} classes={classes} />
        </div>
      ) : (
        <PairList pairs={overview.pairs} classes={classes} />
      )}
    </section>
  );
}
