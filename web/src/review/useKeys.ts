import { useEffect } from 'react';
import { settings } from '../app/settings';
import { type PageActions, perform } from './commands';
import type { ReviewController } from './controller';
import { commandOf } from './keys';

/** Keys that belong to a focused control rather than to the wall. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, dialog, [contenteditable]')) return true;
  return (event.key === 'Enter' || event.key === ' ') && target.closest('button, a, summary') !== null;
}

/** The keys of the review page, while no panel is open. */
export function useKeys(review: ReviewController, page: PageActions, active: boolean): void {
  useEffect(() => {
    if (!active) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTaken(event)) return;
      const press = { ...pick(event), altGraph: event.getModifierState('AltGraph') };
      const found = commandOf(press, settings.get().vimKeys);
      if (!found || found.command === 'help') return;
      event.preventDefault();
      // A held key must not run through screens that nobody looked at.
      if (event.repeat && (found.command === 'decideScreen' || found.command === 'keepScreen')) return;
      perform(found.command, found.key, review, page);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [review, page, active]);
}

function pick({ key, code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent) {
  return { key, code, ctrlKey, metaKey, shiftKey, altKey };
}
