import { type Item, verdicts } from '../api/types';
import { fileSize, momentOf, percent, t } from '../i18n';
import { Thumb } from '../ui/Thumb';
import { VerdictTag } from '../ui/VerdictTag';
import type { ReviewController } from './controller';
import { Others } from './Others';
import { ClassName } from '../ui/ClassName';

type NameOf = (id: number) => string;

function Why({ item }: { item: Item }) {
  if (item.findings.length === 0) return null;
  return (
    <section>
      <h3>{t.peek.why}</h3>
      <ul className="peek-findings">
        {item.findings.map((finding) => (
          <li key={finding.id}>
            <strong>{finding.title}</strong> <small>{percent(finding.probability)}</small>{' '}
            {finding.verdict === 0 ? null : <VerdictTag verdict={verdicts[finding.verdict]} />}
            <p>{finding.message}</p>
            <dl className="evidence">
              {Object.entries(finding.evidence).map(([name, value]) => (
                <div key={name}>
                  <dt>{name.replaceAll('_', ' ')}</dt>
                  <dd>{plain(value)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function plain(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(3);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.slice(0, 6).map(plain).join(', ') + (value.length > 6 ? '…' : '');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(plain).join(' ');
  return String(value);
}

function LookAlikes({ item, name }: { item: Item; name: NameOf }) {
  if (item.neighbours.length === 0) return null;
  return (
    <section>
      <h3>{t.peek.neighbours}</h3>
      <ul className="neighbours">
        {item.neighbours.map((n) => (
          <li key={n.image} className={n.given === item.given ? 'same' : ''} title={t.peek.distance(n.distance)}>
            <Thumb image={n.image} size={66} alt={name(n.given)} />
            <ClassName name={name(n.given)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function File({ item }: { item: Item }) {
  const { image } = item;
  const rows: [string, string][] = [
    [t.peek.path, image.path],
    [t.peek.dimensions, t.peek.size(image.width, image.height)],
    [t.peek.file, `${image.format.toUpperCase()} · ${fileSize(image.bytes)}`],
  ];
  if (image.split) rows.push([t.peek.split, image.split]);
  for (const { name, value } of image.metadata) rows.push([name, value]);
  return (
    <section>
      <h3>{t.peek.details}</h3>
      <dl className="facts">
        {rows.map(([label, value], i) => (
          <div key={i}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function History({ item }: { item: Item }) {
  if (item.history.length === 0) return null;
  return (
    <section>
      <h3>{t.peek.history}</h3>
      <ol className="peek-history">
        {item.history.map((entry) => (
          <li key={entry.seq} className={entry.undone ? 'undone' : undefined}>
            <time dateTime={entry.time}>{momentOf(entry.time)}</time>
            {t.peek.historyLine(entry.who, verdictWord(entry.verdict), entry.after)}
          </li>
        ))}
      </ol>
    </section>
  );
}

function verdictWord(verdict: string): string {
  return verdict in t.verdict ? t.verdict[verdict as keyof typeof t.verdict] : verdict;
}

/** Evidence, look-alikes, duplicates, history and file of one image. */
export function PeekDetails({ item, review }: { item: Item; review: ReviewController }) {
  const name: NameOf = (id) => review.session.classes.find((c) => c.id === id)?.name ?? '';
  return (
    <>
      <Why item={item} />
      <LookAlikes item={item} name={name} />
      <Others item={item} name={name} />
      <History item={item} />
      <File item={item} />
    </>
  );
}
