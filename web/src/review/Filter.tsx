import type { Session, ViewQuery } from '../api/types';
import { hrefOf, navigate } from '../app/router';
import { percent, t } from '../i18n';
import { Icon } from '../ui/Icon';
import { withParams } from './query';

interface Chip {
  param: string;
  text: string;
}

function chipsOf(query: ViewQuery, session: Session): Chip[] {
  const name = (id: number) => session.classes.find((c) => c.id === id)?.name ?? String(id);
  const chips: Chip[] = [];
  if (query.given !== undefined) chips.push({ param: 'given', text: t.filter.chip.given(name(query.given)) });
  if (query.suggested !== undefined)
    chips.push({ param: 'suggested', text: t.filter.chip.suggested(name(query.suggested)) });
  if (query.split) chips.push({ param: 'split', text: t.filter.chip.split(query.split) });
  if (query.text) chips.push({ param: 'text', text: t.filter.chip.text(query.text) });
  if (query.minProbability !== undefined) chips.push({ param: 'min', text: t.filter.chip.min(query.minProbability) });
  if (query.verdict && query.verdict !== 'any')
    chips.push({ param: 'verdict', text: t.filter.chip.verdict(t.filter.verdicts[query.verdict]) });
  return chips;
}

/** The address parameters that filter. */
export const filterParams = ['given', 'suggested', 'split', 'text', 'min', 'verdict'] as const;

export const unfiltered: Record<string, undefined> = Object.fromEntries(filterParams.map((name) => [name, undefined]));

/** The button that opens the filter, and a chip for each part of it in force. */
export function FilterChips({
  query,
  session,
  params,
  onOpen,
}: {
  query: ViewQuery;
  session: Session;
  params: URLSearchParams;
  onOpen: () => void;
}) {
  return (
    <div className="filter-chips">
      <button
        type="button"
        className="button button-quiet"
        onClick={onOpen}
        title={`${t.filter.title}  F`}
        aria-haspopup="dialog"
      >
        <Icon name="filter" size={14} />
        {t.filter.add}
      </button>
      {chipsOf(query, session).map(({ param, text }) => (
        <button
          key={param}
          type="button"
          className="chip"
          aria-label={t.filter.remove(text)}
          title={t.filter.remove(text)}
          onClick={() => navigate(hrefOf('review', withParams(params, { [param]: undefined })), true)}
        >
          <span>{text}</span>
          <Icon name="cross" size={11} />
        </button>
      ))}
    </div>
  );
}

/** "≥ 70 %" for the slider. */
export const atLeast = (p: number): string => (p > 0 ? `≥ ${percent(p)}` : t.filter.verdicts.any);
