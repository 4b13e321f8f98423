/** A failed call, with a sentence for people. `status` is 0 when no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
  }
}
