// The wall: a canvas that shows a window into a very tall grid of pictures. It
// owns layout, scrolling, loading and drawing; what keys and gestures mean is
// decided by whoever made it.

import { NONE, UNDECIDED } from './columns';
import { Layout } from './layout';
import { Mirror, type MirrorTile } from './mirror';
import type { WallModel } from './model';
import { drawFrame } from './paint';
import { type Palette, readPalette } from './palette';
import { VirtualScroll } from './scroll';
import { Selection } from './selection';
import type { StripLoader } from './strips';
import { TilePainter, tileStyle, type TileWords } from './tile';

/** Height of a group's header and the space below it. */
export const HEADER = 74;
export const MARGIN = 16;
const GAP = 6;
const BLOCK_GAP = 18;
const SHELF_GAP = 34;
const HEADER_WIDTH = 300;
/** Headers up to this width are drawn compactly (see wall.css); on a shelf none is wider, so that all look alike. */
const COMPACT = 660;
/** Share of a picture that may be cut off while its row still counts as shown. */
const SLACK = 0.08;
const SETTLE_AFTER = 120;

export interface WallHost {
  scroller: HTMLElement;
  spacer: HTMLElement;
  stage: HTMLElement;
  canvas: HTMLCanvasElement;
  mirror: HTMLElement;
}

export interface WallEvents {
  /** After each painted frame. */
  frame(): void;
  cursor(position: number): void;
}

/** Where a group's header stands in the window. */
export interface HeaderPlace {
  group: number;
  x: number;
  y: number;
  width: number;
}

export class Wall {
  layout = new Layout([], {
    width: 1,
    tile: 1,
    gap: 0,
    caption: 0,
    header: 0,
    headerWidth: 0,
    blockGap: 0,
    shelfGap: 0,
  });
  model: WallModel | undefined;
  selection = new Selection(0);
  strips: StripLoader<ImageBitmap> | undefined;
  cursor = -1;
  readonly painted = new Map<number, number>();
  private tileSide = 128;
  private palette: Palette;
  private tiles: TilePainter | undefined;
  private readonly ctx: CanvasRenderingContext2D;
  private readonly scroll: VirtualScroll;
  private readonly mirror: Mirror;
  private readonly resizes: ResizeObserver;
  private readonly off = new AbortController();
  private readonly frames = new Set<() => void>();
  private raf = 0;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** Where the pointer last was; undefined while keys lead. */
  private pointer: { x: number; y: number } | undefined;
  private width = 0;
  private height = 0;
  private busy: boolean | undefined;
  private readonly host: WallHost;
  private readonly words: TileWords;
  private readonly events: WallEvents;
  private readonly describe: (position: number) => MirrorTile;

  constructor(host: WallHost, words: TileWords, events: WallEvents, describe: (position: number) => MirrorTile) {
    this.host = host;
    this.words = words;
    this.events = events;
    this.describe = describe;
    this.ctx = host.canvas.getContext('2d', { alpha: false })!;
    this.palette = readPalette(host.scroller);
    this.mirror = new Mirror(host.mirror);
    this.scroll = new VirtualScroll(host.scroller, (height) => (host.spacer.style.height = `${height}px`));
    this.resizes = new ResizeObserver(() => this.relayout());
    this.resizes.observe(host.scroller);
    const { signal } = this.off;
    host.scroller.addEventListener('scroll', () => this.onScroll(), { signal, passive: true });
    host.mirror.addEventListener('focus', () => this.invalidate(), { signal });
    host.mirror.addEventListener('blur', () => this.invalidate(), { signal });
    const theme = () => this.refreshTheme();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', theme, { signal });
    matchMedia('(forced-colors: active)').addEventListener('change', theme, { signal });
  }

  /** Shows another view; the loader becomes the wall's. */
  show(model: WallModel, strips: StripLoader<ImageBitmap>): void {
    this.strips?.dispose();
    this.model = model;
    this.strips = strips;
    strips.onChange = () => this.invalidate();
    this.selection = new Selection(model.columns.count);
    this.painted.clear();
    this.cursor = -1;
    this.scroll.offset = 0;
    this.relayout();
    const start = Math.max(0, model.nextUndecided(0));
    if (start > 0) this.showRowOf(start);
    if (model.columns.count > 0) this.setCursor(start);
  }

  setTile(side: number): void {
    if (side === this.tileSide) return;
    this.tileSide = side;
    this.relayout();
  }

  refreshTheme(): void {
    this.palette = readPalette(this.host.scroller);
    this.tiles = undefined;
    this.invalidate();
  }

  get offset(): number {
    return this.scroll.offset;
  }

  scrollTo(offset: number): void {
    this.scroll.scrollTo(offset);
    this.invalidate();
  }

  scrollBy(delta: number): void {
    this.scrollTo(this.scroll.offset + delta);
  }

  /** Puts the position's row first below the header. */
  showRowOf(position: number): void {
    this.scrollTo(this.layout.offsetFor(position));
  }

  /** Height of the window below the sticky header. */
  get pageHeight(): number {
    return Math.max(0, this.height - HEADER);
  }

  /** Whole rows in the window, as ranges of positions; at least one row. */
  screen(): [number, number][] {
    const top = this.offset + HEADER;
    const bottom = this.offset + this.height;
    const rows = this.layout.wholeRows(top, bottom, SLACK * this.layout.side);
    if (rows.length === 0 && this.height > 0) {
      this.layout.eachRow(top, bottom, ({ from, to }) => {
        if (rows.length === 0) rows.push([from, to]);
      });
    }
    return rows;
  }

  /** True when the tile's picture could not be had. */
  isBroken(position: number): boolean {
    return this.strips?.isBroken(position) ?? false;
  }

  /** True when the tile's picture is there to be drawn. */
  isPainted(position: number): boolean {
    return this.strips?.get(position) !== undefined;
  }

  /** Where the group headers stand: those of the current block stick and are pushed out by the next. */
  headers(): HeaderPlace[] {
    const { layout, offset } = this;
    const out: HeaderPlace[] = [];
    if (layout.groups.length === 0) return out;
    for (let g = layout.groupAt(offset); g < layout.groups.length; g++) {
      const top = layout.groupTop(g) - offset;
      if (top >= this.height) break;
      const pushed = Math.min(0, layout.groupBottom(g) - offset - HEADER);
      const width = layout.isShared(g) ? Math.min(COMPACT, layout.groupWidth(g)) : layout.groupWidth(g);
      out.push({ group: g, x: layout.groupLeft(g) + MARGIN, y: Math.max(top, pushed), width });
    }
    return out;
  }

  /** The group one is at: the cursor's while it is in the window, else the topmost. */
  currentGroup(): number {
    const { layout, cursor, offset } = this;
    if (cursor >= 0 && layout.groups.length > 0) {
      const group = layout.groupOf(cursor);
      if (layout.groupBottom(group) > offset + HEADER && layout.groupTop(group) < offset + this.height) return group;
    }
    return layout.groupAt(offset);
  }

  /** Moves the cursor by key: scrolls to it and stops following the pointer. */
  moveCursor(position: number): void {
    this.pointer = undefined;
    this.setCursor(position);
    if (position >= 0) this.reveal(position);
  }

  /** Turns the page so that the position's row is the first; the pointer keeps the cursor if it leads. */
  turnTo(position: number): void {
    this.showRowOf(position);
    const under = this.pointer ? this.tileAt(this.pointer.x, this.pointer.y) : position;
    this.setCursor(under >= 0 ? under : position);
  }

  /** Moves the cursor to the next tile, unless the pointer holds it. */
  stepOn(): void {
    if (this.pointer || !this.model || this.cursor + 1 >= this.model.columns.count) return;
    this.moveCursor(this.cursor + 1);
  }

  /** Moves the cursor to the tile under the pointer. */
  followPointer(clientX: number, clientY: number): void {
    if (this.pointer?.x === clientX && this.pointer.y === clientY) return;
    this.pointer = { x: clientX, y: clientY };
    const tile = this.tileAt(clientX, clientY);
    if (tile >= 0) this.setCursor(tile);
  }

  tileAt(clientX: number, clientY: number): number {
    const box = this.host.canvas.getBoundingClientRect();
    const y = clientY - box.top;
    if (y < 0 || y >= this.height) return -1;
    return this.layout.tileAt(clientX - box.left - MARGIN, y + this.offset);
  }

  /** Calls `listener` after each painted frame until the result is called. */
  onFrame(listener: () => void): () => void {
    this.frames.add(listener);
    return () => this.frames.delete(listener);
  }

  invalidate(): void {
    this.raf ||= requestAnimationFrame(() => this.frame());
  }

  dispose(): void {
    cancelAnimationFrame(this.raf);
    clearTimeout(this.settling);
    this.off.abort();
    this.resizes.disconnect();
    this.scroll.dispose();
    this.strips?.dispose();
  }

  private setCursor(position: number): void {
    if (position === this.cursor) return;
    this.cursor = position;
    this.mirror.point(position);
    this.events.cursor(position);
    this.invalidate();
  }

  private reveal(position: number): void {
    const { y } = this.layout.rect(position);
    const tall = this.layout.rowHeight;
    if (y < this.offset + HEADER) this.showRowOf(position);
    else if (y + tall > this.offset + this.height) this.scrollTo(y + tall - this.height);
  }

  private onScroll(): void {
    if (!this.scroll.onScroll()) return;
    if (this.pointer) {
      const tile = this.tileAt(this.pointer.x, this.pointer.y);
      if (tile >= 0) this.setCursor(tile);
    }
    this.invalidate();
  }

  private relayout(): void {
    const { scroller, stage } = this.host;
    const top = this.model && this.layout.groups.length > 0 ? this.firstVisible() : -1;
    this.width = scroller.clientWidth;
    this.height = scroller.clientHeight;
    stage.style.setProperty('--wall-height', `${this.height}px`);
    const width = Math.max(40, this.width - 2 * MARGIN);
    const tile = Math.min(this.tileSide, width);
    const { caption } = tileStyle(tile);
    this.layout = new Layout(this.model?.groups ?? [], {
      width,
      tile,
      gap: GAP,
      caption,
      header: HEADER,
      headerWidth: HEADER_WIDTH,
      blockGap: BLOCK_GAP,
      shelfGap: SHELF_GAP,
    });
    this.tiles = undefined;
    this.scroll.resize(this.layout.height);
    if (top >= 0) this.showRowOf(top);
    this.invalidate();
  }

  private firstVisible(): number {
    if (this.offset <= 0) return -1;
    return this.screen()[0]?.[0] ?? -1;
  }

  /** Asks for the strips in the window, then for the next screen, then for half of the last. */
  private want(): void {
    let from = NONE;
    let to = 0;
    this.layout.eachRow(this.offset, this.offset + this.height, (row) => {
      from = Math.min(from, row.from);
      to = Math.max(to, row.to);
    });
    if (to === 0) return;
    const page = to - from;
    this.setBusy(from, to);
    this.strips?.want([
      [from, to],
      [to, to + page],
      [from - (page >> 1), from],
    ]);
  }

  /** Tells assistive technology whether pictures of the window are still to come. */
  private setBusy(from: number, to: number): void {
    let busy = false;
    for (let p = from; p < to && !busy; p++) busy = !this.isPainted(p) && !this.isBroken(p);
    if (busy === this.busy) return;
    this.busy = busy;
    this.host.mirror.setAttribute('aria-busy', String(busy));
  }

  private frame(): void {
    this.raf = 0;
    const { model, strips } = this;
    const ratio = devicePixelRatio || 1;
    const { canvas } = this.host;
    const w = Math.round(this.width * ratio);
    const h = Math.round(this.height * ratio);
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    if (!model || !strips || w === 0 || h === 0) return;
    this.want();
    this.tiles ??= new TilePainter(this.ctx, this.palette, tileStyle(this.layout.side), this.words);
    drawFrame(this.ctx, {
      model,
      strips,
      ratio,
      layout: this.layout,
      selection: this.selection,
      palette: this.palette,
      tiles: this.tiles,
      width: this.width,
      height: this.height,
      offset: this.offset,
      margin: MARGIN,
      cursor: this.cursor,
      focused: document.activeElement === this.host.mirror,
      painted: this.painted,
      screen: this.screen().filter(([from, to]) => this.hasUndecided(model, from, to)),
    });
    for (const listener of this.frames) listener();
    this.events.frame();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLE_AFTER);
  }

  private hasUndecided(model: WallModel, from: number, to: number): boolean {
    for (let p = from; p < to; p++) if (model.columns.verdict[p] === UNDECIDED) return true;
    return false;
  }

  private settle(): void {
    const { model } = this;
    if (!model) return;
    this.mirror.rebuild({
      layout: this.layout,
      count: model.columns.count,
      offset: this.offset,
      height: this.height,
      margin: MARGIN,
      cursor: this.cursor,
      tile: this.describe,
    });
  }
}
