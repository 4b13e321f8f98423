import type { Session } from '../api/types';
import { settings } from '../app/settings';
import { useStore } from '../app/store';
import { integer, percent, t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Kbd } from '../ui/Kbd';
import { Meter } from '../ui/Meter';
import type { ReviewController } from './controller';
import { DigitHint } from './DigitHint';
import { VerdictButtons } from './VerdictButtons';

function Stat({
  value,
  label,
  hint,
  range,
}: {
  value: string;
  label: string;
  hint?: string | undefined;
  range?: string | undefined;
}) {
  return (
    <div className="stat" title={hint}>
      <strong>{value}</strong>
      <span>
        {label}
        {range ? <small> {range}</small> : null}
      </span>
    </div>
  );
}

function Statistics({ session, review }: { session: Session; review: ReviewController }) {
  const { precision, perMinute, errors } = session.progress;
  const { estimate } = session;
  const left = estimate ? Math.max(0, Math.round(estimate.errors) - errors) : 0;
  return (
    <div className="stats">
      {perMinute >= 1 ? <Stat value={integer(perMinute)} label={t.dock.perMinute} /> : null}
      {precision.n > 0 ? (
        <Stat
          value={percent(precision.value)}
          label={t.dock.precision}
          range={t.dock.range(precision.low, precision.high)}
          hint={t.dock.precisionHint(precision.low, precision.high, precision.n)}
        />
      ) : null}
      {estimate && review.mode !== 'image' ? (
        <Stat
          value={`≈ ${integer(left)}`}
          label={t.dock.left}
          hint={t.dock.leftHint(errors, Math.round(estimate.low), Math.round(estimate.high))}
        />
      ) : null}
    </div>
  );
}

/** The foot of the review page: what Enter does, and how far one has come. */
export function Dock({ session, review }: { session: Session; review: ReviewController }) {
  const { actionable, selected, decided, view } = useStore(review.state);
  const { inspector } = useStore(settings);
  const count = view?.count ?? 0;
  const verb = review.mode === 'label' ? t.dock.accept : t.dock.keep;
  return (
    <footer className="dock">
      <button
        type="button"
        className="button button-primary button-enter"
        title={t.dock.hint[review.mode]}
        disabled={decided >= count}
        onClick={() => review.decideScreen()}
      >
        <span>{actionable > 0 ? verb(actionable) : t.dock.next}</span>
        <Kbd keys="Enter" />
      </button>
      {review.mode === 'label' && selected === 0 ? (
        <button
          type="button"
          className="button button-enter-keep"
          title={t.dock.keepHint}
          disabled={decided >= count}
          onClick={() => review.decideScreen('keep')}
        >
          <span>{actionable > 0 ? t.dock.keep(actionable) : t.actions.keep}</span>
          <Kbd keys="Shift+Enter" />
        </button>
      ) : null}
      {selected > 0 ? (
        <div className="dock-selection">
          <strong>{t.dock.selected(selected)}</strong>
          <VerdictButtons review={review} compact />
          <button
            type="button"
            className="icon-button"
            aria-label={t.dock.unselect}
            title={`${t.dock.unselect}  Esc`}
            onClick={() => {
              review.wall?.selection.clear();
              review.wall?.invalidate();
            }}
          >
            <Icon name="cross" size={14} />
          </button>
        </div>
      ) : (
        <>
          <span className="dock-hint">{t.dock.click[review.mode]}</span>
          {inspector ? null : <DigitHint review={review} />}
        </>
      )}
      <span className="spacer" />
      <Statistics session={session} review={review} />
      <div className="dock-progress">
        <span>
          <strong>{t.dock.progress(decided, count)}</strong> {t.dock.decided}
        </span>
        <Meter value={count > 0 ? decided / count : 0} label={`${t.dock.progress(decided, count)} ${t.dock.decided}`} />
      </div>
    </footer>
  );
}
