/** Shortens text to a width with an ellipsis; measured once for each text and width. */
export class TextFitter {
  private readonly fitted = new Map<string, string>();
  private readonly widths = new Map<string, number>();
  private readonly measure: (text: string) => number;

  constructor(measure: (text: string) => number) {
    this.measure = measure;
  }

  width(text: string): number {
    let width = this.widths.get(text);
    if (width === undefined) {
      width = this.measure(text);
      if (this.widths.size > 20_000) this.widths.clear();
      this.widths.set(text, width);
    }
    return width;
  }

  /** `text` if it fits, else its start and an ellipsis; '' when nothing useful fits. */
  fit(text: string, max: number): string {
    if (this.width(text) <= max) return text;
    const key = `${Math.floor(max)}\u0000${text}`;
    let out = this.fitted.get(key);
    if (out === undefined) {
      out = this.shorten(text, max);
      if (this.fitted.size > 20_000) this.fitted.clear();
      this.fitted.set(key, out);
    }
    return out;
  }

  private shorten(text: string, max: number): string {
    const letters = [...text];
    let low = 0;
    let high = letters.length;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.measure(`${letters.slice(0, mid).join('').trimEnd()}…`) <= max) low = mid;
      else high = mid - 1;
    }
    return low < 2 ? '' : `${letters.slice(0, low).join('').trimEnd()}…`;
  }
}
