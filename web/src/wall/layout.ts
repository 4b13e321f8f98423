// Where each tile lies. Groups stand one below the other, each under a header;
// inside a group tiles fill rows from left to right. All lengths are CSS pixels,
// all heights are in the virtual (uncapped) space.

export interface GroupSpan {
  from: number;
  count: number;
}

export interface LayoutOptions {
  width: number;
  /** Wanted side of a picture; it grows a little so that rows fill the width. */
  tile: number;
  gap: number;
  /** Height of the caption under each picture. */
  caption: number;
  header: number;
  /** Space after the last row of a group. */
  groupGap: number;
}

export interface Rect {
  x: number;
  y: number;
  side: number;
}

export class Layout {
  readonly perRow: number;
  /** The side of every picture. */
  readonly side: number;
  readonly rowHeight: number;
  readonly height: number;
  readonly options: LayoutOptions;
  readonly groups: readonly GroupSpan[];
  private readonly tops: Float64Array;

  constructor(groups: readonly GroupSpan[], options: LayoutOptions) {
    const { width, tile, gap, caption, header, groupGap } = options;
    this.groups = groups;
    this.options = options;
    this.perRow = Math.max(1, Math.floor((width + gap) / (tile + gap)));
    this.side = Math.max(24, Math.floor((width - gap * (this.perRow - 1)) / this.perRow));
    this.rowHeight = this.side + caption + gap;
    this.tops = new Float64Array(groups.length + 1);
    for (let g = 0; g < groups.length; g++) {
      this.tops[g + 1] = this.tops[g] + header + this.rowsIn(g) * this.rowHeight + groupGap;
    }
    this.height = this.tops[groups.length];
  }

  rowsIn(group: number): number {
    return Math.ceil(this.groups[group].count / this.perRow);
  }

  groupTop(group: number): number {
    return this.tops[group];
  }

  /** The group whose block holds y; the nearest one beyond the ends. */
  groupAt(y: number): number {
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.tops[mid] <= y) low = mid;
      else high = mid - 1;
    }
    return low;
  }

  groupOf(position: number): number {
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.groups[mid].from <= position) low = mid;
      else high = mid - 1;
    }
    return low;
  }

  /** Row of a position inside its group. */
  rowOf(position: number, group = this.groupOf(position)): number {
    return Math.floor((position - this.groups[group].from) / this.perRow);
  }

  rowTop(group: number, row: number): number {
    return this.tops[group] + this.options.header + row * this.rowHeight;
  }

  rect(position: number): Rect {
    const group = this.groupOf(position);
    const inGroup = position - this.groups[group].from;
    return {
      x: (inGroup % this.perRow) * (this.side + this.options.gap),
      y: this.rowTop(group, Math.floor(inGroup / this.perRow)),
      side: this.side,
    };
  }

  /** The tile under a point, or -1. Gaps belong to the tile before them. */
  tileAt(x: number, y: number): number {
    if (this.groups.length === 0 || x < 0 || y < 0 || y >= this.height) return -1;
    const group = this.groupAt(y);
    const row = Math.floor((y - this.tops[group] - this.options.header) / this.rowHeight);
    const column = Math.floor(x / (this.side + this.options.gap));
    if (row < 0 || column >= this.perRow) return -1;
    const inGroup = row * this.perRow + column;
    return inGroup < this.groups[group].count ? this.groups[group].from + inGroup : -1;
  }

  /** Calls `visit(from, to, y)` for every row that touches [top, bottom). */
  eachRow(top: number, bottom: number, visit: (from: number, to: number, y: number) => void): void {
    if (this.groups.length === 0) return;
    for (let g = this.groupAt(top); g < this.groups.length && this.tops[g] < bottom; g++) {
      const { from, count } = this.groups[g];
      const start = this.rowTop(g, 0);
      const last = this.rowsIn(g) - 1;
      const r0 = Math.max(0, Math.floor((top - start) / this.rowHeight));
      const r1 = Math.min(last, Math.ceil((bottom - start) / this.rowHeight) - 1);
      for (let r = r0; r <= r1; r++) {
        const first = from + r * this.perRow;
        visit(first, Math.min(first + this.perRow, from + count), start + r * this.rowHeight);
      }
    }
  }

  /** The position one row up (-1) or down (1), in the same column if there is one. */
  vertical(position: number, direction: -1 | 1): number {
    const group = this.groupOf(position);
    const { from, count } = this.groups[group];
    const column = (position - from) % this.perRow;
    const row = this.rowOf(position, group) + direction;
    if (row >= 0 && row < this.rowsIn(group)) {
      return from + Math.min(row * this.perRow + column, count - 1);
    }
    const next = group + direction;
    if (next < 0 || next >= this.groups.length) return position;
    const other = this.groups[next];
    const target = direction > 0 ? 0 : this.rowsIn(next) - 1;
    return other.from + Math.min(target * this.perRow + column, other.count - 1);
  }

  /** Where to scroll so that the position's row is the first below the header. */
  offsetFor(position: number): number {
    const group = this.groupOf(position);
    return this.tops[group] + this.rowOf(position, group) * this.rowHeight;
  }

  /** Rows whose pictures lie inside [top, bottom] but for `slack` pixels, as ranges of positions. */
  wholeRows(top: number, bottom: number, slack: number): [number, number][] {
    const out: [number, number][] = [];
    this.eachRow(top - slack, bottom, (from, to, y) => {
      if (y >= top - slack && y + this.side <= bottom + slack) out.push([from, to]);
    });
    return out;
  }
}
