// Draws one frame of the wall. Everything drawn comes from the scene; nothing is
// remembered between frames but measured texts.

import { ACCEPT, UNDECIDED } from './columns';
import type { Layout } from './layout';
import type { WallModel } from './model';
import { colour565, type Palette } from './palette';
import type { Selection } from './selection';
import { STRIP, type StripLoader } from './strips';
import type { TilePainter } from './tile';

export interface Scene {
  model: WallModel;
  layout: Layout;
  strips: StripLoader<ImageBitmap>;
  selection: Selection;
  palette: Palette;
  tiles: TilePainter;
  width: number;
  height: number;
  ratio: number;
  /** Top of the window in the virtual space. */
  offset: number;
  /** Left and right margin of the tiles. */
  margin: number;
  cursor: number;
  focused: boolean;
  /** Verdicts being painted by a drag that has not ended. */
  painted: ReadonlyMap<number, number>;
  /** Positions that Enter would decide, as a range of whole rows; from the layout. */
  screen: readonly (readonly [number, number])[];
}

const FADE = 0.36;
const RADIUS = 5;

export function drawFrame(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, palette, width, height, ratio, offset, margin } = scene;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.wall;
  ctx.fillRect(0, 0, width, height);
  const side = layout.side;
  const snap = (v: number) => Math.round(v * ratio) / ratio;
  const at: { p: number; x: number; y: number }[] = [];
  layout.eachRow(offset, offset + height, ({ from, to, x, y }) => {
    const left = snap(margin + x);
    const top = snap(y - offset);
    for (let p = from; p < to; p++) at.push({ p, x: left + (p - from) * (side + layout.options.gap), y: top });
  });
  for (const { p, x, y } of at) drawPicture(ctx, scene, p, x, y);
  roundCorners(ctx, at, side, palette.wall);
  scene.tiles.beginCaptions();
  for (const { p, x, y } of at) scene.tiles.caption(scene.model, p, x, y, side);
  for (const { p, x, y } of at) drawMarks(ctx, scene, p, x, y);
  drawRail(ctx, scene);
}

const verdictOf = (scene: Scene, p: number): number => scene.painted.get(p) ?? scene.model.columns.verdict[p];

function drawPicture(ctx: CanvasRenderingContext2D, scene: Scene, p: number, x: number, y: number): void {
  const { model, layout, strips } = scene;
  const side = layout.side;
  ctx.globalAlpha = verdictOf(scene, p) === UNDECIDED ? 1 : FADE;
  const bitmap = strips.get(p);
  if (bitmap) {
    // The crop's first and last rows mix with its neighbours in the strip.
    const crop = bitmap.width;
    ctx.drawImage(bitmap, 1, (p % STRIP) * crop + 1, crop - 2, crop - 2, x, y, side, side);
  } else {
    ctx.fillStyle = colour565(model.columns.colour[p]);
    ctx.fillRect(x, y, side, side);
    if (strips.isBroken(p)) drawBroken(ctx, scene.palette, x, y, side);
  }
  drawBox(ctx, scene, p, x, y);
  ctx.globalAlpha = 1;
}

/** The object that a tile speaks of, as a box on the picture. */
function drawBox(ctx: CanvasRenderingContext2D, scene: Scene, p: number, x: number, y: number): void {
  const { boxX, boxY, boxWidth, boxHeight } = scene.model.columns;
  if (!boxX || !boxY || !boxWidth || !boxHeight || Number.isNaN(boxX[p])) return;
  const side = scene.layout.side;
  const clamp = (v: number) => Math.min(1, Math.max(0, v)) * side;
  const left = clamp(boxX[p]);
  const top = clamp(boxY[p]);
  const width = Math.max(3, clamp(boxX[p] + boxWidth[p]) - left);
  const height = Math.max(3, clamp(boxY[p] + boxHeight[p]) - top);
  ctx.lineJoin = 'miter';
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = 'rgb(0 0 0 / 0.55)';
  ctx.strokeRect(x + left, y + top, width, height);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = '#fff';
  ctx.strokeRect(x + left, y + top, width, height);
}

function drawBroken(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number, side: number): void {
  ctx.fillStyle = palette.surface;
  ctx.fillRect(x, y, side, side);
  ctx.strokeStyle = palette.ink3;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x + side * 0.4, y + side * 0.4);
  ctx.lineTo(x + side * 0.6, y + side * 0.6);
  ctx.moveTo(x + side * 0.6, y + side * 0.4);
  ctx.lineTo(x + side * 0.4, y + side * 0.6);
  ctx.stroke();
}

/** Paints the four corners of every picture in the wall's colour, in one path. */
function roundCorners(
  ctx: CanvasRenderingContext2D,
  at: readonly { x: number; y: number }[],
  side: number,
  wall: string,
): void {
  const r = RADIUS;
  ctx.beginPath();
  for (const { x, y } of at) {
    corner(ctx, x, y, r, 1, 1);
    corner(ctx, x + side, y, r, -1, 1);
    corner(ctx, x + side, y + side, r, -1, -1);
    corner(ctx, x, y + side, r, 1, -1);
  }
  ctx.fillStyle = wall;
  ctx.fill();
}

function corner(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, dx: number, dy: number): void {
  ctx.moveTo(x - dx * 0.5, y - dy * 0.5);
  ctx.lineTo(x + dx * r, y - dy * 0.5);
  ctx.lineTo(x + dx * r, y);
  ctx.quadraticCurveTo(x, y, x, y + dy * r);
  ctx.lineTo(x - dx * 0.5, y + dy * r);
  ctx.closePath();
}

function frame(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  side: number,
  grow: number,
  width: number,
  colour: string,
): void {
  ctx.beginPath();
  ctx.roundRect(x - grow, y - grow, side + grow * 2, side + grow * 2, Math.max(1, RADIUS + grow));
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

function drawMarks(ctx: CanvasRenderingContext2D, scene: Scene, p: number, x: number, y: number): void {
  const { palette, selection, cursor, layout } = scene;
  const side = layout.side;
  const verdict = verdictOf(scene, p);
  if (verdict !== UNDECIDED) {
    if (verdict !== ACCEPT) frame(ctx, x, y, side, -1, 2, palette.verdict[verdict]);
    scene.tiles.verdict(scene.model, p, verdict, x, y, side);
  }
  if (selection.has(p)) {
    frame(ctx, x, y, side, -1.5, 3, palette.accent);
    drawCheck(ctx, palette, x + side - 11, y + 11);
  }
  if (p === cursor) frame(ctx, x, y, side, 2.5, scene.focused ? 2 : 1, palette.accent);
}

function drawCheck(ctx: CanvasRenderingContext2D, palette: Palette, cx: number, cy: number): void {
  ctx.beginPath();
  ctx.arc(cx, cy, 8, 0, Math.PI * 2);
  ctx.fillStyle = palette.accent;
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(cx - 3.5, cy + 0.2);
  ctx.lineTo(cx - 1, cy + 2.8);
  ctx.lineTo(cx + 3.6, cy - 2.6);
  ctx.lineWidth = 1.8;
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  ctx.strokeStyle = palette.onAccent;
  ctx.stroke();
}

/** A line in the left margin along the rows that Enter speaks of. */
function drawRail(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, offset, margin, palette } = scene;
  ctx.fillStyle = palette.accent;
  for (const [from] of scene.screen) {
    const { y } = layout.rect(from);
    ctx.beginPath();
    ctx.roundRect(margin / 2 - 1.5, y - offset, 2, layout.side, 1);
    ctx.fill();
  }
}
