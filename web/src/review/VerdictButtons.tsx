import type { DecisionVerdict } from '../api/types';
import { settings } from '../app/settings';
import { useStore } from '../app/store';
import { t } from '../i18n';
import { Icon, type IconName } from '../ui/Icon';
import { Kbd } from '../ui/Kbd';
import type { ReviewController } from './controller';

interface Choice {
  verdict: DecisionVerdict;
  icon: IconName;
  label: string;
  hint: string;
  key: string;
}

/** The verdicts as buttons, for those who do not use keys. */
export function VerdictButtons({
  review,
  compact = false,
  onPick,
}: {
  review: ReviewController;
  compact?: boolean;
  onPick?: () => void;
}) {
  const { vimKeys } = useStore(settings);
  const image = review.mode === 'image';
  const choices: Choice[] = [
    {
      verdict: 'keep',
      icon: 'keep',
      label: t.actions.keep,
      hint: image ? t.actions.keepImageHint : t.actions.keepHint,
      key: vimKeys ? 'Shift+K' : 'K',
    },
    { verdict: 'drop', icon: 'cross', label: t.actions.drop, hint: t.actions.dropHint, key: 'X' },
    { verdict: 'unsure', icon: 'question', label: t.actions.unsure, hint: t.actions.unsureHint, key: 'U' },
  ];
  if (review.mode === 'label')
    choices.unshift({
      verdict: 'accept',
      icon: 'check',
      label: t.actions.accept,
      hint: t.actions.acceptHint,
      key: 'A',
    });
  return (
    <div className={`verdict-buttons${compact ? ' verdict-buttons-compact' : ''}`}>
      {choices.map(({ verdict, icon, label, hint, key }) => (
        <button
          key={verdict}
          type="button"
          className={`button verdict-button verdict-${verdict}`}
          title={hint}
          onClick={() => review.judge(verdict)}
        >
          <Icon name={icon} size={13} />
          <span>{label}</span>
          <Kbd keys={key} />
        </button>
      ))}
      {onPick ? (
        <button type="button" className="button verdict-button" onClick={onPick}>
          <Icon name="pencil" size={13} />
          <span>{t.actions.pick}</span>
          <Kbd keys="R" />
        </button>
      ) : null}
    </div>
  );
}
