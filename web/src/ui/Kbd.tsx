import { t } from '../i18n';

const names: Record<string, string> = {
  ...t.keys.names,
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** A key as it is printed on the keyboard. */
export function Kbd({ keys }: { keys: string }) {
  const parts = keys === '+' ? ['+'] : keys.split(/\+(?=.)/);
  return <kbd>{parts.map((part) => names[part] ?? part).join(' ')}</kbd>;
}
