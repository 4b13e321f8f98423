/** Which tiles are selected, with an anchor for ranges. Positions are 0..count-1. */
export class Selection {
  anchor = -1;
  private readonly bits: Uint8Array;
  private chosen = 0;

  constructor(count: number) {
    this.bits = new Uint8Array(count);
  }

  get size(): number {
    return this.chosen;
  }

  has(position: number): boolean {
    return this.bits[position] === 1;
  }

  set(position: number, on: boolean): void {
    const value = on ? 1 : 0;
    if (this.bits[position] === value) return;
    this.bits[position] = value;
    this.chosen += on ? 1 : -1;
  }

  toggle(position: number): void {
    this.set(position, !this.has(position));
    this.anchor = position;
  }

  /** Makes [from, to) the whole selection. */
  only(from: number, to: number): void {
    this.clear();
    this.bits.fill(1, from, to);
    this.chosen = to - from;
  }

  /** Makes everything between the anchor and `position`, both included, the selection. */
  extendTo(position: number): void {
    if (this.anchor < 0) this.anchor = position;
    const anchor = this.anchor;
    this.only(Math.min(anchor, position), Math.max(anchor, position) + 1);
    this.anchor = anchor;
  }

  clear(): void {
    if (this.chosen > 0) this.bits.fill(0);
    this.chosen = 0;
    this.anchor = -1;
  }

  positions(): number[] {
    const out: number[] = [];
    if (this.chosen === 0) return out;
    for (let p = this.bits.indexOf(1); p >= 0; p = this.bits.indexOf(1, p + 1)) out.push(p);
    return out;
  }
}
