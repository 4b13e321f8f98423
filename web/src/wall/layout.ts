// Where each tile lies. The wall is a column of blocks. A group of several rows is
// a block of its own; short groups stand side by side on a shelf as long as they
// fit, so that many small groups do not leave the screen empty. Every group has its
// header above its tiles. All lengths are CSS pixels, all heights are in the virtual
// (uncapped) space.

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
  /** Least width of a header on a shelf. */
  headerWidth: number;
  /** Space after the last row of a block. */
  blockGap: number;
  /** Space between the groups of a shelf. */
  shelfGap: number;
}

export interface Rect {
  x: number;
  y: number;
  side: number;
}

/** Tiles [from, to) side by side, the first one's corner at (x, y). */
export interface Row {
  from: number;
  to: number;
  x: number;
  y: number;
}

export class Layout {
  readonly perRow: number;
  /** The side of every picture. */
  readonly side: number;
  readonly rowHeight: number;
  readonly height: number;
  readonly options: LayoutOptions;
  readonly groups: readonly GroupSpan[];
  private readonly blockOf: Uint32Array;
  private readonly lefts: Float64Array;
  /** First group of each block, and one past the last. */
  private readonly firsts: number[] = [];
  private readonly tops: number[] = [];

  constructor(groups: readonly GroupSpan[], options: LayoutOptions) {
    const { width, tile, gap, caption } = options;
    this.groups = groups;
    this.options = options;
    this.perRow = Math.max(1, Math.floor((width + gap) / (tile + gap)));
    this.side = Math.max(24, Math.floor((width - gap * (this.perRow - 1)) / this.perRow));
    this.rowHeight = this.side + caption + gap;
    this.blockOf = new Uint32Array(groups.length);
    this.lefts = new Float64Array(groups.length);
    this.height = this.stack();
  }

  rowsIn(group: number): number {
    return Math.ceil(this.groups[group].count / this.perRow);
  }

  groupTop(group: number): number {
    return this.tops[this.blockOf[group]];
  }

  /** Where the block of a group ends and the next begins. */
  groupBottom(group: number): number {
    const next = this.blockOf[group] + 1;
    return next < this.tops.length ? this.tops[next] : this.height;
  }

  groupLeft(group: number): number {
    return this.lefts[group];
  }

  /** How wide a group's header may be: up to its neighbour on the shelf, else the whole rest. */
  groupWidth(group: number): number {
    const shared = group + 1 < this.groups.length && this.blockOf[group + 1] === this.blockOf[group];
    return (shared ? this.lefts[group + 1] - this.options.shelfGap : this.options.width) - this.lefts[group];
  }

  /** Whether a group stands on a shelf with others. */
  isShared(group: number): boolean {
    const block = this.blockOf[group];
    return this.firsts[block] !== group || (this.firsts[block + 1] ?? this.groups.length) > group + 1;
  }

  /** The first group of the block that holds y; the nearest one beyond the ends. */
  groupAt(y: number): number {
    return this.groups.length === 0 ? 0 : this.firsts[this.blockAt(y)];
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

  rect(position: number): Rect {
    const group = this.groupOf(position);
    const inGroup = position - this.groups[group].from;
    return {
      x: this.lefts[group] + (inGroup % this.perRow) * this.pitch,
      y: this.rowTop(group, Math.floor(inGroup / this.perRow)),
      side: this.side,
    };
  }

  /** The tile under a point, or -1. Gaps belong to the tile before them. */
  tileAt(x: number, y: number): number {
    if (this.groups.length === 0 || y < 0 || y >= this.height) return -1;
    const group = this.groupAtX(this.blockAt(y), x);
    const row = Math.floor((y - this.rowTop(group, 0)) / this.rowHeight);
    const column = Math.floor((x - this.lefts[group]) / this.pitch);
    if (row < 0 || column < 0 || column >= this.perRow) return -1;
    const inGroup = row * this.perRow + column;
    return inGroup < this.groups[group].count ? this.groups[group].from + inGroup : -1;
  }

  /** Calls `visit` for every row that touches [top, bottom), in reading order. */
  eachRow(top: number, bottom: number, visit: (row: Row) => void): void {
    if (this.groups.length === 0) return;
    for (let g = this.groupAt(top); g < this.groups.length && this.groupTop(g) < bottom; g++) {
      const { from, count } = this.groups[g];
      const start = this.rowTop(g, 0);
      const r0 = Math.max(0, Math.floor((top - start) / this.rowHeight));
      const r1 = Math.min(this.rowsIn(g) - 1, Math.ceil((bottom - start) / this.rowHeight) - 1);
      for (let r = r0; r <= r1; r++) {
        const first = from + r * this.perRow;
        visit({
          from: first,
          to: Math.min(first + this.perRow, from + count),
          x: this.lefts[g],
          y: start + r * this.rowHeight,
        });
      }
    }
  }

  /** The position one row up (-1) or down (1), as straight as it goes. */
  vertical(position: number, direction: -1 | 1): number {
    const group = this.groupOf(position);
    const { from, count } = this.groups[group];
    const row = Math.floor((position - from) / this.perRow) + direction;
    const column = (position - from) % this.perRow;
    if (row >= 0 && row < this.rowsIn(group)) return from + Math.min(row * this.perRow + column, count - 1);
    const block = this.blockOf[group] + direction;
    if (block < 0 || block >= this.tops.length) return position;
    const x = this.lefts[group] + column * this.pitch;
    const other = this.groupAtX(block, x);
    const start = direction > 0 ? 0 : (this.rowsIn(other) - 1) * this.perRow;
    const beside = Math.max(0, Math.round((x - this.lefts[other]) / this.pitch));
    return this.groups[other].from + Math.min(start + beside, this.groups[other].count - 1);
  }

  /** Where to scroll so that the position's row is the first below the header. */
  offsetFor(position: number): number {
    return this.rect(position).y - this.options.header;
  }

  /** Rows whose pictures lie inside [top, bottom] but for `slack` pixels, as ranges of positions. */
  wholeRows(top: number, bottom: number, slack: number): [number, number][] {
    const out: [number, number][] = [];
    this.eachRow(top - slack, bottom, ({ from, to, y }) => {
      if (y >= top - slack && y + this.side <= bottom + slack) out.push([from, to]);
    });
    return out;
  }

  private get pitch(): number {
    return this.side + this.options.gap;
  }

  private rowTop(group: number, row: number): number {
    return this.groupTop(group) + this.options.header + row * this.rowHeight;
  }

  /** Puts the groups into blocks; returns the height of all. */
  private stack(): number {
    const { width, gap, header, headerWidth, blockGap, shelfGap } = this.options;
    let top = 0;
    let left = Infinity; // where the next short group would stand on the open shelf
    for (let g = 0; g < this.groups.length; g++) {
      const { count } = this.groups[g];
      const short = count <= this.perRow;
      const need = Math.min(width, Math.max(headerWidth, count * this.pitch - gap));
      if (!short || left + need > width) {
        this.firsts.push(g);
        this.tops.push(top);
        top += header + this.rowsIn(g) * this.rowHeight + blockGap;
        left = 0;
      }
      this.blockOf[g] = this.tops.length - 1;
      this.lefts[g] = left;
      left = short ? left + need + shelfGap : Infinity;
    }
    return top;
  }

  private blockAt(y: number): number {
    let low = 0;
    let high = this.tops.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.tops[mid] <= y) low = mid;
      else high = mid - 1;
    }
    return low;
  }

  /** The group of a block that x falls to. */
  private groupAtX(block: number, x: number): number {
    const end = block + 1 < this.firsts.length ? this.firsts[block + 1] : this.groups.length;
    let group = this.firsts[block];
    while (group + 1 < end && this.lefts[group + 1] <= x) group++;
    return group;
  }
}
