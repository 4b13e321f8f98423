import { useMemo, useState } from 'react';
import type { ClassInfo, ClassRow } from '../api/types';
import { Link } from '../app/Link';
import { hrefOf } from '../app/router';
import { finePercent, integer, percent, t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Meter } from '../ui/Meter';
import { Thumb } from '../ui/Thumb';
import { ClassName } from '../ui/ClassName';

/** Rows at first, and with each request for more. */
const FEW = 30;
const MORE = 300;

interface Row extends ClassRow {
  name: string;
  share: number;
  example: number | undefined;
}

/** The columns that say how well labels hold need labels that were judged. */
type Column = 'name' | 'count' | 'findings' | 'share' | 'selfConfidence' | 'accuracy';
const counted: readonly Column[] = ['name', 'count'];
const judgedColumns: readonly Column[] = [...counted, 'findings', 'share', 'selfConfidence', 'accuracy'];

function sorted(rows: readonly Row[], by: Column, down: boolean): Row[] {
  const sign = down ? -1 : 1;
  return [...rows].sort(
    (a, b) =>
      sign * (by === 'name' ? a.name.localeCompare(b.name, 'en', { numeric: true }) : a[by] - b[by]) || a.id - b.id,
  );
}

/** Every class with its labels and how well they hold; sorts by any column. */
export function ClassTable({
  rows,
  classes,
  judged,
}: {
  rows: readonly ClassRow[];
  classes: readonly ClassInfo[];
  judged: boolean;
}) {
  const columns = judged ? judgedColumns : counted;
  const [by, setBy] = useState<Column>(judged ? 'share' : 'count');
  const [down, setDown] = useState(true);
  const [limit, setLimit] = useState(FEW);
  const list = useMemo(() => {
    const byId = new Map(classes.map((c) => [c.id, c]));
    const full = rows.map((row) => ({
      ...row,
      name: byId.get(row.id)?.name ?? '',
      share: row.count > 0 ? row.findings / row.count : 0,
      example: byId.get(row.id)?.examples[0],
    }));
    return sorted(full, by, down);
  }, [rows, classes, by, down]);
  const sort = (column: Column) => {
    setDown(column === by ? !down : column !== 'name');
    setBy(column);
  };
  const hints = t.overview.columnHints as Partial<Record<Column, string>>;
  return (
    <section className="card card-wide" aria-labelledby="classes">
      <h2 id="classes">{t.overview.classTable}</h2>
      <div className="table-scroll">
        <table className="class-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={column === by ? (down ? 'descending' : 'ascending') : 'none'}
                  title={hints[column]}
                >
                  <button type="button" onClick={() => sort(column)}>
                    {t.overview.columns[column]}
                    {column === by ? <Icon name="down" size={11} /> : null}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.slice(0, limit).map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <Link href={hrefOf('review', { kind: 'all', given: String(row.id) })}>
                    {row.example === undefined ? (
                      judged && <span className="thumb thumb-none" />
                    ) : (
                      <Thumb image={row.example} size={28} lazy />
                    )}
                    <ClassName name={row.name} />
                  </Link>
                </th>
                <td>{integer(row.count)}</td>
                {judged ? (
                  <>
                    <td>
                      {row.findings > 0 ? (
                        <Link href={hrefOf('review', { given: String(row.id) })}>{integer(row.findings)}</Link>
                      ) : (
                        0
                      )}
                    </td>
                    <td>
                      <span className="cell-meter">
                        {finePercent(row.share)}
                        <Meter value={row.share} label={finePercent(row.share)} tone="warm" />
                      </span>
                    </td>
                    <td>
                      <span className="cell-meter">
                        {percent(row.selfConfidence)}
                        <Meter value={row.selfConfidence} label={percent(row.selfConfidence)} tone="quiet" />
                      </span>
                    </td>
                    <td>
                      <span className="cell-meter">
                        {percent(row.accuracy)}
                        <Meter value={row.accuracy} label={percent(row.accuracy)} tone="quiet" />
                      </span>
                    </td>
                  </>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {list.length > limit ? (
        <button type="button" className="button button-quiet" onClick={() => setLimit(limit + MORE)}>
          {t.overview.more(Math.min(MORE, list.length - limit), list.length)}
        </button>
      ) : null}
    </section>
  );
}
