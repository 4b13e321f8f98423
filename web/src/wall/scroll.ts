// A scroll position in a space taller than any element may be. Browsers clamp
// elements at some 17 to 33 million pixels, so the spacer stays below LIMIT and
// the offset is kept here: small scrolls move it pixel by pixel, large ones
// (the bar dragged, a click on its track) in proportion.

const LIMIT = 8_000_000;
const ANCHOR_AFTER = 160;

/** What is needed of the scrolled element; tests pass a plain object. */
export interface ScrollElement {
  scrollTop: number;
  readonly clientHeight: number;
}

export class VirtualScroll {
  offset = 0;
  private height = 0;
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly element: ScrollElement;
  private readonly setSpacer: (height: number) => void;

  constructor(element: ScrollElement, setSpacer: (height: number) => void) {
    this.element = element;
    this.setSpacer = setSpacer;
  }

  get capped(): boolean {
    return this.height > LIMIT;
  }

  get maxOffset(): number {
    return Math.max(0, this.height - this.element.clientHeight);
  }

  private get maxTop(): number {
    return Math.max(0, Math.min(this.height, LIMIT) - this.element.clientHeight);
  }

  /** Gives the space a new height and keeps the offset where it can. */
  resize(height: number): void {
    this.height = height;
    this.setSpacer(Math.min(height, LIMIT));
    this.scrollTo(this.offset);
  }

  scrollTo(offset: number): void {
    this.offset = Math.max(0, Math.min(offset, this.maxOffset));
    this.place();
  }

  /** Call on every scroll event; true when the offset changed. */
  onScroll(): boolean {
    const top = this.element.scrollTop;
    const delta = top - this.last;
    this.last = top;
    if (delta === 0) return false;
    if (!this.capped) this.offset = top;
    else if (top <= 0) this.offset = 0;
    else if (top >= this.maxTop - 1) this.offset = this.maxOffset;
    else if (Math.abs(delta) <= this.element.clientHeight * 4) {
      this.offset = Math.max(0, Math.min(this.offset + delta, this.maxOffset));
    } else this.offset = (top / this.maxTop) * this.maxOffset;
    if (this.capped) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.place(), ANCHOR_AFTER);
    }
    return true;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  /** Puts the bar where the offset says. */
  private place(): void {
    const { maxOffset, maxTop } = this;
    this.element.scrollTop = this.capped ? Math.round((this.offset / maxOffset) * maxTop) : this.offset;
    this.last = this.element.scrollTop;
  }
}
