import { ACCEPT, type Columns, DROP, DROPPED, KEEP, NONE, RELABEL, SKIP, UNDECIDED, UNSURE } from './columns';
import type { DecisionPart, DecisionVerdict, ViewGroup } from '../api/types';
import { eachPosition } from './ranges';

const codes: Record<DecisionVerdict, number> = {
  accept: ACCEPT,
  keep: KEEP,
  relabel: RELABEL,
  drop: DROP,
  unsure: UNSURE,
  skip: SKIP,
  clear: UNDECIDED,
};

/**
 * A view's tiles and what has been said of them: the server's columns, with
 * decisions that are still on their way applied on top and marked as such.
 */
export class WallModel {
  readonly columns: Columns;
  readonly groups: readonly ViewGroup[];
  /** How many decisions on each tile the server has not confirmed yet. */
  readonly saving: Uint8Array;
  /** Decided tiles of each group. */
  readonly decidedIn: Uint32Array;
  decided = 0;
  private readonly groupOf: Uint32Array;

  constructor(columns: Columns, groups: readonly ViewGroup[]) {
    this.columns = columns;
    this.groups = groups;
    this.saving = new Uint8Array(columns.count);
    this.decidedIn = new Uint32Array(groups.length);
    this.groupOf = new Uint32Array(columns.count);
    groups.forEach((group, g) => this.groupOf.fill(g, group.from, group.from + group.count));
    for (let p = 0; p < columns.count; p++) {
      if (columns.verdict[p] !== UNDECIDED) this.count(p, 1);
    }
  }

  /** Sets what is said of a tile, as the server reports it. */
  set(position: number, verdict: number, label: number): void {
    const before = this.columns.verdict[position] !== UNDECIDED;
    const after = verdict !== UNDECIDED;
    if (before !== after) this.count(position, after ? 1 : -1);
    this.columns.verdict[position] = verdict;
    this.columns.label[position] = label;
  }

  /** Applies an operation that was just decided. */
  apply(parts: readonly DecisionPart[]): void {
    for (const part of parts) {
      eachPosition(part.ranges, (p) => this.set(p, codes[part.verdict], this.labelAfter(p, part)));
    }
  }

  /** Marks the tiles of an operation as under way (+1) or answered (-1). */
  markSaving(parts: readonly DecisionPart[], by: 1 | -1): void {
    for (const part of parts) eachPosition(part.ranges, (p) => (this.saving[p] += by));
  }

  /** Takes over what the server holds, when it can differ from what is here. */
  adopt(fresh: Columns): void {
    for (let p = 0; p < fresh.count; p++) this.set(p, fresh.verdict[p], fresh.label[p]);
  }

  undecidedIn(from: number, to: number): number[] {
    const out: number[] = [];
    for (let p = from; p < to; p++) if (this.columns.verdict[p] === UNDECIDED) out.push(p);
    return out;
  }

  /** The first undecided tile at or after `position`, or -1. */
  nextUndecided(position: number): number {
    return position >= this.columns.count ? -1 : this.columns.verdict.indexOf(UNDECIDED, Math.max(0, position));
  }

  private labelAfter(position: number, part: DecisionPart): number {
    const { given, suggested } = this.columns;
    switch (part.verdict) {
      case 'accept':
        return suggested[position] === NONE ? given[position] : suggested[position];
      case 'relabel':
        return part.class ?? given[position];
      case 'drop':
        return DROPPED;
      default:
        return given[position];
    }
  }

  private count(position: number, by: number): void {
    this.decided += by;
    if (this.groups.length > 0) this.decidedIn[this.groupOf[position]] += by;
  }
}
