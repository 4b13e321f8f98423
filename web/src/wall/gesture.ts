// Pointer gestures on the wall: hover moves the cursor, a press paints one state
// over the tiles it passes, Shift extends the selection.

export interface GestureTarget {
  tileAt(clientX: number, clientY: number): number;
  /** Half a tile, the step at which a fast drag is sampled. */
  step(): number;
  hover(clientX: number, clientY: number): void;
  /** Shift-click, and Ctrl- or Command-click. */
  extend(position: number): void;
  toggleSelected(position: number): void;
  /** A press on a tile; false when nothing can be painted. */
  paintStart(position: number): boolean;
  paintOver(position: number): void;
  paintEnd(commit: boolean): void;
  /** A drag above (-1) or below (1) the window. */
  edge(direction: -1 | 0 | 1): void;
}

const TOUCH_SLOP = 8;

export class Gestures {
  private painting = false;
  private pointer = -1;
  private x = 0;
  private y = 0;
  private touchAt: { x: number; y: number; tile: number } | undefined;
  private readonly element: HTMLElement;
  private readonly target: GestureTarget;
  private readonly off = new AbortController();

  constructor(element: HTMLElement, target: GestureTarget) {
    this.element = element;
    this.target = target;
    const { signal } = this.off;
    element.addEventListener('pointerdown', (e) => this.down(e), { signal });
    element.addEventListener('pointermove', (e) => this.move(e), { signal });
    element.addEventListener('pointerup', (e) => this.up(e), { signal });
    element.addEventListener('pointercancel', () => this.finish(false), { signal });
  }

  dispose(): void {
    this.off.abort();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || this.pointer >= 0) return;
    const tile = this.target.tileAt(event.clientX, event.clientY);
    if (tile < 0) return;
    this.target.hover(event.clientX, event.clientY);
    if (event.shiftKey) {
      this.target.extend(tile);
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      this.target.toggleSelected(tile);
      return;
    }
    this.pointer = event.pointerId;
    this.x = event.clientX;
    this.y = event.clientY;
    if (event.pointerType === 'touch') this.touchAt = { x: event.clientX, y: event.clientY, tile };
    else this.startPaint(tile);
  }

  private startPaint(tile: number): void {
    this.painting = this.target.paintStart(tile);
    if (this.painting) this.element.setPointerCapture(this.pointer);
  }

  private move(event: PointerEvent): void {
    if (this.pointer >= 0 && event.pointerId !== this.pointer) return;
    const touch = this.touchAt;
    if (touch) {
      if (Math.hypot(event.clientX - touch.x, event.clientY - touch.y) < TOUCH_SLOP) return;
      this.touchAt = undefined;
      this.startPaint(touch.tile);
    }
    if (this.painting) this.drag(event);
    else this.target.hover(event.clientX, event.clientY);
  }

  private drag(event: PointerEvent): void {
    const dx = event.clientX - this.x;
    const dy = event.clientY - this.y;
    const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy) / this.target.step()));
    for (let i = 1; i <= steps; i++) {
      const tile = this.target.tileAt(this.x + (dx * i) / steps, this.y + (dy * i) / steps);
      if (tile >= 0) this.target.paintOver(tile);
    }
    this.x = event.clientX;
    this.y = event.clientY;
    const { top, bottom } = this.element.getBoundingClientRect();
    this.target.edge(event.clientY < top ? -1 : event.clientY > bottom ? 1 : 0);
  }

  private up(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    const touch = this.touchAt;
    if (touch) this.startPaint(touch.tile);
    this.finish(true);
  }

  private finish(commit: boolean): void {
    this.touchAt = undefined;
    this.pointer = -1;
    this.target.edge(0);
    if (this.painting) {
      this.painting = false;
      this.target.paintEnd(commit);
    }
  }
}
