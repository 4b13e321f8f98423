// Draws one tile: what stands under the picture and what was said of it.

import { ACCEPT, DROP, DROPPED, KEEP, NONE, RELABEL, SKIP, UNDECIDED, UNSURE } from './columns';
import type { WallModel } from './model';
import type { Palette } from './palette';
import { TextFitter } from './text';

export interface TileStyle {
  caption: number;
  font: number;
  pill: number;
}

/** The sizes that go with a side: small tiles get small print, never none. */
export function tileStyle(side: number): TileStyle {
  if (side < 96) return { caption: 15, font: 10, pill: 15 };
  if (side < 150) return { caption: 18, font: 11, pill: 18 };
  return { caption: 20, font: 12, pill: 20 };
}

/** Words for verdicts, from the catalogue. */
export interface TileWords {
  verdict: Record<number, string>;
  className(id: number): string;
  percent: readonly string[];
}

export class TilePainter {
  private readonly captions: TextFitter;
  private readonly pills: TextFitter;
  private readonly captionFont: string;
  private readonly pillFont: string;
  private readonly ctx: CanvasRenderingContext2D;
  private readonly palette: Palette;
  private readonly style: TileStyle;
  private readonly words: TileWords;

  constructor(ctx: CanvasRenderingContext2D, palette: Palette, style: TileStyle, words: TileWords) {
    this.ctx = ctx;
    this.palette = palette;
    this.style = style;
    this.words = words;
    this.captionFont = `${style.font}px ${palette.font}`;
    this.pillFont = `600 ${style.font}px ${palette.font}`;
    const measure = (font: string) => (text: string) => {
      ctx.font = font;
      return ctx.measureText(text).width;
    };
    this.captions = new TextFitter(measure(this.captionFont));
    this.pills = new TextFitter(measure(this.pillFont));
  }

  /** Call before a run of captions: sets the font once. */
  beginCaptions(): void {
    this.ctx.font = this.captionFont;
    this.ctx.textBaseline = 'middle';
  }

  caption(model: WallModel, p: number, x: number, y: number, side: number): void {
    const { ctx, palette, captions, words } = this;
    const { given, suggested, probability } = model.columns;
    const middle = y + side + this.style.caption / 2 + 1;
    let room = side;
    const percent = probability[p];
    if (!Number.isNaN(percent)) {
      const text = words.percent[Math.round(percent * 100)];
      const width = captions.width(text);
      ctx.font = this.captionFont;
      ctx.fillStyle = palette.ink2;
      ctx.fillText(text, x + side - width, middle);
      room -= width + 6;
    }
    if (given[p] === NONE) return;
    const from = words.className(given[p]);
    if (suggested[p] === NONE) {
      this.text(captions.fit(from, room), x, middle, palette.ink2);
      return;
    }
    const to = words.className(suggested[p]);
    const arrow = captions.width('→ ');
    const space = captions.width(' ');
    const both = captions.width(from) + space + arrow + captions.width(to);
    if (both <= room) {
      const start = this.text(from, x, middle, palette.ink3) + space;
      this.text(to, this.text('→ ', start, middle, palette.ink3), middle, palette.ink);
    } else {
      this.text(captions.fit(to, room - arrow), this.text('→ ', x, middle, palette.ink3), middle, palette.ink);
    }
  }

  /** The word and sign of the verdict, at the foot of the picture. */
  verdict(model: WallModel, p: number, verdict: number, x: number, y: number, side: number): void {
    if (verdict === UNDECIDED) return;
    const { ctx, palette, style, words } = this;
    const height = style.pill;
    const sign = height * 0.5;
    const inset = 4;
    const colour = palette.verdict[verdict];
    const label = model.columns.label[p];
    const named = verdict === ACCEPT || verdict === RELABEL;
    const word = named && label < DROPPED && label !== NONE ? words.className(label) : words.verdict[verdict];
    const text = this.pills.fit(word, side - inset * 2 - sign - height * 0.9);
    const width = sign + height * 0.6 + (text ? this.pills.width(text) + height * 0.3 : 0);
    const top = y + side - height - inset;
    const left = x + inset;
    const unsaved = model.saving[p] > 0;
    ctx.beginPath();
    ctx.roundRect(left, top, width, height, height / 2);
    ctx.fillStyle = unsaved ? palette.surface : palette.verdictSoft[verdict];
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.strokeStyle = colour;
    ctx.setLineDash(unsaved ? [2, 2] : []);
    ctx.stroke();
    ctx.setLineDash([]);
    drawSign(ctx, verdict, left + height * 0.3, top + (height - sign) / 2, sign, colour);
    if (text) {
      ctx.font = this.pillFont;
      ctx.textBaseline = 'middle';
      ctx.fillStyle = colour;
      ctx.fillText(text, left + height * 0.3 + sign + height * 0.25, top + height / 2 + 0.5);
    }
  }

  private text(text: string, x: number, y: number, colour: string): number {
    this.ctx.font = this.captionFont;
    this.ctx.fillStyle = colour;
    this.ctx.fillText(text, x, y);
    return x + this.captions.width(text);
  }
}

const signs: Record<number, readonly (readonly [number, number])[][]> = {
  [ACCEPT]: [
    [
      [0.05, 0.55],
      [0.38, 0.88],
      [0.95, 0.15],
    ],
  ],
  [KEEP]: [
    [
      [0.1, 0.35],
      [0.9, 0.35],
    ],
    [
      [0.1, 0.68],
      [0.9, 0.68],
    ],
  ],
  [RELABEL]: [
    [
      [0.02, 0.5],
      [0.95, 0.5],
    ],
    [
      [0.6, 0.15],
      [0.95, 0.5],
      [0.6, 0.85],
    ],
  ],
  [DROP]: [
    [
      [0.12, 0.12],
      [0.88, 0.88],
    ],
    [
      [0.88, 0.12],
      [0.12, 0.88],
    ],
  ],
  [UNSURE]: [
    [
      [0.25, 0.3],
      [0.32, 0.1],
      [0.68, 0.1],
      [0.75, 0.34],
      [0.5, 0.54],
      [0.5, 0.66],
    ],
    [
      [0.5, 0.92],
      [0.5, 0.94],
    ],
  ],
  [SKIP]: [
    [
      [0.15, 0.15],
      [0.5, 0.5],
      [0.15, 0.85],
    ],
    [
      [0.55, 0.15],
      [0.9, 0.5],
      [0.55, 0.85],
    ],
  ],
};

function drawSign(
  ctx: CanvasRenderingContext2D,
  verdict: number,
  x: number,
  y: number,
  size: number,
  colour: string,
): void {
  ctx.beginPath();
  for (const line of signs[verdict]) {
    line.forEach(([px, py], i) => {
      if (i === 0) ctx.moveTo(x + px * size, y + py * size);
      else ctx.lineTo(x + px * size, y + py * size);
    });
  }
  ctx.lineWidth = Math.max(1.5, size * 0.19);
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colour;
  ctx.stroke();
}
