// Loads thumbnails as strips: one JPEG of up to 64 crops stacked vertically, one
// request and one decode for all of them. Strips are kept least-recently-used.

export const STRIP = 64;

export interface StripSource<Bitmap> {
  /** Fetches and decodes the strip that starts at position `from`. */
  load(from: number, n: number, signal: AbortSignal): Promise<Bitmap>;
  release(bitmap: Bitmap): void;
}

interface Loading {
  abort: AbortController;
}

const RETRY_AFTER = 1500;
const MAX_TRIES = 3;

export class StripLoader<Bitmap> {
  /** Called when a strip arrived or was given up. */
  onChange: () => void = () => undefined;
  private readonly ready = new Map<number, Bitmap>();
  private readonly loading = new Map<number, Loading>();
  private readonly failed = new Map<number, { tries: number; at: number }>();
  private wanted: number[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly source: StripSource<Bitmap>;
  private readonly count: number;
  private readonly inFlight: number;
  private capacity: number;

  constructor(source: StripSource<Bitmap>, count: number, capacity = 32, inFlight = 5) {
    this.source = source;
    this.count = count;
    this.capacity = capacity;
    this.inFlight = inFlight;
  }

  /** The strip that holds a position, if it is here. */
  get(position: number): Bitmap | undefined {
    return this.ready.get(Math.floor(position / STRIP));
  }

  /** True when a picture cannot be had after several tries. */
  isBroken(position: number): boolean {
    return (this.failed.get(Math.floor(position / STRIP))?.tries ?? 0) >= MAX_TRIES;
  }

  /**
   * Says which positions are wanted now, most urgent first: `visible` ranges,
   * then the neighbourhood. What is under way and no longer wanted is aborted.
   */
  want(ranges: readonly (readonly [from: number, to: number])[]): void {
    const pages = new Set<number>();
    for (const [from, to] of ranges) {
      const last = Math.min(to, this.count) - 1;
      for (let p = Math.floor(Math.max(0, from) / STRIP); p <= Math.floor(last / STRIP); p++) pages.add(p);
    }
    this.wanted = [...pages];
    this.capacity = Math.max(this.capacity, pages.size + 4);
    for (const [page, { abort }] of this.loading) {
      if (!pages.has(page)) {
        this.loading.delete(page);
        abort.abort();
      }
    }
    for (const page of [...this.wanted].reverse()) this.touch(page);
    this.pump();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const { abort } of this.loading.values()) abort.abort();
    this.loading.clear();
    for (const bitmap of this.ready.values()) this.source.release(bitmap);
    this.ready.clear();
  }

  private touch(page: number): void {
    const bitmap = this.ready.get(page);
    if (bitmap === undefined) return;
    this.ready.delete(page);
    this.ready.set(page, bitmap);
  }

  private pump(): void {
    for (const page of this.wanted) {
      if (this.loading.size >= this.inFlight) return;
      if (this.ready.has(page) || this.loading.has(page) || !this.mayTry(page)) continue;
      void this.start(page);
    }
  }

  private mayTry(page: number): boolean {
    const failure = this.failed.get(page);
    return !failure || (failure.tries < MAX_TRIES && Date.now() >= failure.at);
  }

  private async start(page: number): Promise<void> {
    const entry: Loading = { abort: new AbortController() };
    this.loading.set(page, entry);
    const from = page * STRIP;
    try {
      const bitmap = await this.source.load(from, Math.min(STRIP, this.count - from), entry.abort.signal);
      if (this.loading.get(page) !== entry) {
        this.source.release(bitmap);
        return;
      }
      this.loading.delete(page);
      this.failed.delete(page);
      this.ready.set(page, bitmap);
      this.evict();
    } catch {
      if (this.loading.get(page) !== entry) return;
      this.loading.delete(page);
      const tries = (this.failed.get(page)?.tries ?? 0) + 1;
      this.failed.set(page, { tries, at: Date.now() + RETRY_AFTER });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.pump(), RETRY_AFTER + 20);
    }
    this.onChange();
    this.pump();
  }

  private evict(): void {
    const keep = new Set(this.wanted);
    for (const [page, bitmap] of this.ready) {
      if (this.ready.size <= this.capacity) return;
      if (keep.has(page)) continue;
      this.ready.delete(page);
      this.source.release(bitmap);
    }
  }
}
