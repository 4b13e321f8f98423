/**
 * Shortens text to a width, leaving out its middle: names that begin alike often
 * differ at their end. Each text and width is measured once.
 */
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

  /** `text` if it fits, else its ends around an ellipsis; '' when nothing useful fits. */
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
    const letters = Array.from(text);
    const cut = (n: number): string => {
      const head = Math.ceil(n / 2);
      return `${letters.slice(0, head).join('').trimEnd()}…${letters
        .slice(letters.length - (n - head))
        .join('')
        .trimStart()}`;
    };
    let low = 0;
    let high = letters.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.measure(cut(mid)) <= max) low = mid;
      else high = mid - 1;
    }
    return low < 3 ? '' : cut(low);
  }
}
