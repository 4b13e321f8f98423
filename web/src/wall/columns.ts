// The columns of a view: one typed array a field, one element a tile, straight
// from the server's bytes.

/** Stands for "no image, no annotation, no class" in u32 columns. */
export const NONE = 0xffffffff;
/** The label of an image that was dropped. */
export const DROPPED = 0xfffffffe;
/** The label of an object that is deleted, and the suggestion to delete it. */
export const DELETED = 0xfffffffd;
/** The label of an object that gets another place, and the suggestion to move it. */
export const MOVED = 0xfffffffc;
/** Labels and suggestions below this are classes. */
export const CLASSES = MOVED;

/** Verdict codes of the verdict column. */
export const UNDECIDED = 0;
export const ACCEPT = 1;
export const KEEP = 2;
export const RELABEL = 3;
export const DROP = 4;
export const UNSURE = 5;
export const SKIP = 6;

export interface Columns {
  readonly count: number;
  readonly image: Uint32Array;
  readonly annotation: Uint32Array;
  readonly finding: Uint32Array;
  readonly given: Uint32Array;
  readonly suggested: Uint32Array;
  /** The class now in force. */
  readonly label: Uint32Array;
  /** Of a true error, in [0,1]; NaN when unknown. */
  readonly probability: Float32Array;
  readonly pGiven: Float32Array;
  readonly pSuggested: Float32Array;
  /** Mean colour of the picture, RGB565. */
  readonly colour: Uint16Array;
  readonly verdict: Uint8Array;
  /**
   * The box around the object, in shares of the tile's side; NaN where a tile is a
   * whole picture. Not there for datasets without objects.
   */
  readonly boxX?: Float32Array;
  readonly boxY?: Float32Array;
  readonly boxWidth?: Float32Array;
  readonly boxHeight?: Float32Array;
}

interface Header {
  count: number;
  columns: { name: string; type: string; offset: number }[];
}

const arrays = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array };

/** Reads the body of `views/{id}/columns`; the arrays share its memory. */
export function parseColumns(body: ArrayBuffer): Columns {
  const length = new DataView(body).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, length))) as Header;
  const out: Record<string, unknown> = { count: header.count };
  for (const column of header.columns) {
    const make = arrays[column.type as keyof typeof arrays];
    out[column.name] = new make(body, column.offset, header.count);
  }
  for (const name of Object.keys(emptyColumns())) {
    if (!(name in out)) throw new Error(`The server sent no column "${name}".`);
  }
  return out as unknown as Columns;
}

/** Columns of `count` tiles, all undecided and unknown. */
export function emptyColumns(count = 0): Columns {
  return {
    count,
    image: new Uint32Array(count),
    annotation: new Uint32Array(count).fill(NONE),
    finding: new Uint32Array(count).fill(NONE),
    given: new Uint32Array(count).fill(NONE),
    suggested: new Uint32Array(count).fill(NONE),
    label: new Uint32Array(count).fill(NONE),
    probability: new Float32Array(count).fill(NaN),
    pGiven: new Float32Array(count).fill(NaN),
    pSuggested: new Float32Array(count).fill(NaN),
    colour: new Uint16Array(count),
    verdict: new Uint8Array(count),
  };
}
