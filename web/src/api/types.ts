// The server's words under the app's names. The schema is generated from the
// server's OpenAPI description by `npm run api`. Indices are positions in the
// dataset; -1 means none.

import type { components } from './schema';

type Schemas = components['schemas'];

export type ClassInfo = Schemas['ClassInfo'];
export type KindInfo = Schemas['KindCount'];
export type Progress = Schemas['Progress'];
export type Session = Schemas['Session'];
export type Pair = Schemas['PairSummary'];
export type ClassRow = Schemas['ClassSummary'];
export type HistogramBin = Schemas['Bin'];
export type Overview = Schemas['Overview'];
export type ViewQuery = Schemas['ViewRequest'];
export type ViewGroup = Schemas['Group'];
export type View = Schemas['View'];
export type Finding = Schemas['FindingInfo'];
export type Item = Schemas['Item'];
export type Outline = Schemas['Outline'];
export type DecisionRequest = Schemas['DecisionRequest'];
export type DecisionResult = Schemas['Saved'];
export type UndoResult = Schemas['Undone'];
export type Activity = Schemas['Activity'];
export type ActivityEntry = Schemas['ActivityEntry'];

export type Order = ViewQuery['order'];
export type Grouping = ViewQuery['group'];
export type VerdictFilter = ViewQuery['verdict'];
export type DecisionVerdict = Schemas['Part']['verdict'];

/** A verdict as it stands: columns and items hold its place in `verdicts`. */
export type Verdict = Exclude<DecisionVerdict, 'clear'> | 'undecided';

export const verdicts: readonly Verdict[] = ['undecided', 'accept', 'keep', 'relabel', 'drop', 'unsure', 'skip'];

/** Half-open ranges of positions that get one verdict. */
export interface DecisionPart extends Omit<Schemas['Part'], 'ranges'> {
  ranges: [from: number, to: number][];
}
