import { t } from '../i18n';

/** What the check wants known: remarks, and files that it left out. */
export function Notes({
  notes,
  skipped,
}: {
  notes: readonly string[];
  skipped: readonly { path: string; reason: string }[];
}) {
  if (notes.length === 0 && skipped.length === 0) return null;
  return (
    <section className="card card-wide" aria-labelledby="notes">
      <h2 id="notes">{t.overview.notes}</h2>
      {notes.length > 0 ? (
        <ul className="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      {skipped.length > 0 ? (
        <details className="skipped">
          <summary>{t.overview.skipped(skipped.length)}</summary>
          <ul>
            {skipped.map(({ path, reason }, i) => (
              <li key={i}>
                <code>{path}</code> {reason}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}
