// What the server says. Indices are positions in the dataset; -1 means none.

export type Verdict = 'undecided' | 'accept' | 'keep' | 'relabel' | 'drop' | 'unsure' | 'skip';
export type DecisionVerdict = Exclude<Verdict, 'undecided'> | 'clear';

export interface ClassInfo {
  id: number;
  name: string;
  count: number;
  examples: number[];
}

export interface KindInfo {
  kind: string;
  title: string;
  summary: string;
  family: string;
  label: boolean;
  count: number;
  decided: number;
}

export interface Progress {
  seq: number;
  decided: number;
  errors: number;
  kept: number;
  unsure: number;
  perMinute: number;
  precision: { value: number; low: number; high: number; n: number };
  canUndo: boolean;
  canRedo: boolean;
  byKind: Record<string, number>;
}

export interface Session {
  version: string;
  dataset: {
    name: string;
    root: string;
    format: string;
    images: number;
    annotations: number;
    splits: string[];
  };
  classes: ClassInfo[];
  kinds: KindInfo[];
  estimate: { errors: number; low: number; high: number };
  scanned: string;
  thumbSide: number;
  who: string;
  progress: Progress;
}

export interface Pair {
  given: number;
  suggested: number;
  count: number;
  probability: number;
}

export interface ClassRow {
  id: number;
  count: number;
  findings: number;
  selfConfidence: number;
  accuracy: number;
}

export interface HistogramBin {
  from: number;
  to: number;
  labels: number;
  findings: number;
}

export interface Overview {
  pairs: Pair[];
  classes: ClassRow[];
  histogram: HistogramBin[];
  confusion?: { size: number; counts: number[] };
  notes: string[];
  skipped: { path: string; reason: string }[];
}

export type Order = 'similarity' | 'probability';
export type Grouping = 'pair' | 'class' | 'none';
export type VerdictFilter = 'any' | 'undecided' | 'decided';

export interface ViewQuery {
  kind?: string;
  given?: number;
  suggested?: number;
  split?: string;
  text?: string;
  verdict?: VerdictFilter;
  minProbability?: number;
  order: Order;
  group: Grouping;
}

export interface ViewGroup {
  title: string;
  given: number;
  suggested: number;
  from: number;
  count: number;
  probability: number;
  expected: number;
  examples: number[];
}

export interface View {
  id: string;
  count: number;
  groups: ViewGroup[];
}

export interface Finding {
  id: string;
  kind: string;
  title: string;
  message: string;
  probability: number;
  score: number;
  suggestion?: { action: string; class: number };
  evidence: Record<string, unknown>;
  verdict: Verdict;
}

export interface Item {
  image: {
    index: number;
    path: string;
    split: string;
    width: number;
    height: number;
    format: string;
    bytes: number;
    metadata: { name: string; value: string }[];
  };
  annotation: number;
  given: number;
  label: number;
  verdict: Verdict;
  probabilities: { class: number; p: number }[];
  findings: Finding[];
  neighbours: { image: number; given: number; label: number; distance: number }[];
  others: { image: number; path: string; given: number; split: string }[];
  history: { seq: number; time: string; who: string; verdict: string; after: string }[];
}

export interface DecisionPart {
  verdict: DecisionVerdict;
  class?: number;
  ranges: [number, number][];
}

export interface DecisionRequest {
  request: string;
  view: string;
  parts: DecisionPart[];
}

export interface DecisionResult {
  seq: number;
  progress: Progress;
}

export interface UndoResult extends DecisionResult {
  changed: { position: number; verdict: number; label: number }[];
  summary: string;
}

export interface ActivityEntry {
  seq: number;
  time: string;
  who: string;
  op: string;
  of: number;
  count: number;
  summary: string;
  undone: boolean;
}

export interface Activity {
  entries: ActivityEntry[];
}
