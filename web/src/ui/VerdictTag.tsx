import type { Verdict } from '../api/types';
import { t } from '../i18n';
import { Icon, type IconName } from './Icon';

const icons: Record<Verdict, IconName | undefined> = {
  undecided: undefined,
  accept: 'check',
  keep: 'keep',
  relabel: 'arrow',
  drop: 'cross',
  unsure: 'question',
  skip: 'skip',
};

/** A verdict as word, sign and colour. */
export function VerdictTag({ verdict, text }: { verdict: Verdict; text?: string | undefined }) {
  const icon = icons[verdict];
  return (
    <span className={`verdict verdict-${verdict}`}>
      {icon ? <Icon name={icon} size={12} /> : null}
      {text ?? t.verdict[verdict]}
    </span>
  );
}
