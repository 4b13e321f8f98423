import { max } from 'd3-array';
import { scaleSqrt } from 'd3-scale';
import type { ClassInfo, Pair } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf } from '../app/router';
import { integer, t } from '../i18n';
import { ClassName } from '../ui/ClassName';

/** More classes than this are shown as a list only. */
export const MATRIX_LIMIT = 40;

/** Findings by given class (rows) and suggested class (columns). */
export function Matrix({ pairs, classes }: { pairs: readonly Pair[]; classes: readonly ClassInfo[] }) {
  const most = max(pairs, (pair) => pair.count) ?? 1;
  const strength = scaleSqrt([0, most], [0, 1]);
  const counts = new Map(pairs.map((pair) => [`${pair.given} ${pair.suggested}`, pair.count]));
  return (
    <div className="matrix-scroll">
      <table className={`matrix${classes.length > 16 ? ' matrix-dense' : ''}`}>
        <thead>
          <tr>
            <td className="matrix-corner">
              <span>{t.overview.matrixSuggested}</span>
              <span>{t.overview.matrixGiven}</span>
            </td>
            {classes.map((c) => (
              <th key={c.id} scope="col">
                <ClassName name={c.name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((given) => (
            <tr key={given.id}>
              <th scope="row">
                <ClassName name={given.name} />
              </th>
              {classes.map((suggested) => {
                const n = counts.get(`${given.id} ${suggested.id}`) ?? 0;
                if (n === 0)
                  return <td key={suggested.id} className={given.id === suggested.id ? 'matrix-self' : undefined} />;
                const share = strength(n);
                return (
                  <td key={suggested.id}>
                    <Link
                      href={hrefOf('review', {
                        kind: 'wrong-class',
                        given: String(given.id),
                        suggested: String(suggested.id),
                      })}
                      className={share > 0.62 ? 'matrix-strong' : undefined}
                      style={{ '--strength': `${Math.round(8 + share * 92)}%` } as React.CSSProperties}
                      title={t.overview.matrixCell(given.name, suggested.name, n)}
                      aria-label={t.overview.matrixCell(given.name, suggested.name, n)}
                    >
                      {integer(n)}
                    </Link>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
