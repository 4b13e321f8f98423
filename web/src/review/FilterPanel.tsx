import { type ReactNode, useId, useState } from 'react';
import type { Session, VerdictFilter, ViewQuery } from '../api/types';
import { hrefOf, navigate } from '../app/router';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Segmented } from '../ui/Segmented';
import { Select } from '../ui/Select';
import { atLeast, unfiltered } from './Filter';
import { withParams } from './query';

interface Props {
  session: Session;
  query: ViewQuery;
  params: URLSearchParams;
  onClose: () => void;
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span>{label}</span>
      {children}
    </div>
  );
}

/** Narrows the view; takes effect when it is closed by Enter or Done. */
export function FilterPanel({ session, query, params, onClose }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<Record<string, string | undefined>>(() => ({
    text: query.text,
    verdict: query.verdict,
    given: query.given?.toString(),
    suggested: query.suggested?.toString(),
    split: query.split,
    min: query.minProbability?.toString(),
  }));
  const set = (name: string) => (value: string) => setDraft({ ...draft, [name]: value });
  const apply = (values: Record<string, string | undefined>) => {
    const verdict = values.verdict === 'any' ? undefined : values.verdict;
    const min = Number(values.min ?? 0) > 0 ? values.min : undefined;
    navigate(hrefOf('review', withParams(params, { ...values, verdict, min })), true);
    onClose();
  };
  const classes = [
    { value: '', label: t.filter.anyClass },
    ...session.classes.map((c) => ({ value: String(c.id), label: c.name })),
  ];
  const verdicts: readonly VerdictFilter[] = ['any', 'undecided', 'decided'];
  return (
    <Dialog title={t.filter.title} className="filter-panel" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply(draft);
        }}
      >
        <div className="field">
          <label htmlFor={`${id}text`}>{t.filter.text}</label>
          <input
            id={`${id}text`}
            type="search"
            data-first
            spellCheck={false}
            placeholder={t.filter.textPlaceholder}
            value={draft.text ?? ''}
            onChange={(event) => set('text')(event.target.value)}
          />
        </div>
        <Field label={t.filter.verdict}>
          <Segmented
            name={t.filter.verdict}
            value={(draft.verdict ?? 'any') as VerdictFilter}
            options={verdicts.map((value) => ({ value, label: t.filter.verdicts[value] }))}
            onChange={set('verdict')}
          />
        </Field>
        <Field label={t.filter.given}>
          <Select name={t.filter.given} value={draft.given ?? ''} options={classes} onChange={set('given')} />
        </Field>
        <Field label={t.filter.suggested}>
          <Select
            name={t.filter.suggested}
            value={draft.suggested ?? ''}
            options={classes}
            onChange={set('suggested')}
          />
        </Field>
        {session.dataset.splits.length > 0 ? (
          <Field label={t.filter.split}>
            <Select
              name={t.filter.split}
              value={draft.split ?? ''}
              options={[
                { value: '', label: t.filter.anySplit },
                ...session.dataset.splits.map((s) => ({ value: s, label: s })),
              ]}
              onChange={set('split')}
            />
          </Field>
        ) : null}
        <div className="field">
          <label htmlFor={`${id}min`}>{t.filter.min}</label>
          <span className="slider">
            <input
              id={`${id}min`}
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={draft.min ?? '0'}
              onChange={(event) => set('min')(event.target.value)}
            />
            <output htmlFor={`${id}min`}>{atLeast(Number(draft.min ?? 0))}</output>
          </span>
        </div>
        <div className="dialog-actions">
          <button type="button" className="button button-quiet" onClick={() => apply(unfiltered)}>
            {t.filter.clear}
          </button>
          <button type="submit" className="button button-primary">
            {t.filter.done}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
