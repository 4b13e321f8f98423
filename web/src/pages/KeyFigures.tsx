import type { Session } from '../api/types';
import { integer, percent, t } from '../i18n';
import { Meter } from '../ui/Meter';

function Figure({ label, value, detail, meter }: { label: string; value: string; detail: string; meter?: number }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>
        <strong>{value}</strong>
        {meter === undefined ? null : <Meter value={meter} label={detail} />}
        <small>{detail}</small>
      </dd>
    </div>
  );
}

/** The four numbers that matter. */
export function KeyFigures({ session }: { session: Session }) {
  const { estimate, progress, kinds, dataset } = session;
  const findings = kinds.reduce((sum, kind) => sum + kind.count, 0);
  const decided = kinds.reduce((sum, kind) => sum + Math.min(kind.decided, kind.count), 0);
  const { precision } = progress;
  const errors = Math.round(estimate?.errors ?? 0);
  return (
    <dl className="figures">
      <Figure
        label={t.overview.estimated}
        value={estimate ? integer(errors) : '–'}
        detail={
          estimate
            ? `${t.overview.estimatedRange(Math.round(estimate.low), Math.round(estimate.high))} · ${t.overview.estimatedShare(errors / Math.max(1, dataset.annotations))}`
            : t.overview.estimatedNone
        }
      />
      <Figure label={t.overview.findings} value={integer(findings)} detail={t.overview.findingsDetail(kinds.length)} />
      <Figure
        label={t.overview.decided}
        value={integer(decided)}
        detail={t.overview.decidedDetail(progress.errors)}
        meter={findings > 0 ? decided / findings : 0}
      />
      <Figure
        label={t.overview.precision}
        value={precision.n > 0 ? percent(precision.value) : '–'}
        detail={precision.n > 0 ? t.overview.precisionRange(precision.low, precision.high) : t.overview.precisionNone}
      />
    </dl>
  );
}
