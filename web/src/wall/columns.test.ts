import { expect, test } from 'vitest';
import { NONE, parseColumns } from './columns';

type Type = 'u8' | 'u16' | 'u32' | 'f32';
const width: Record<Type, number> = { u8: 1, u16: 2, u32: 4, f32: 4 };
const all: [string, Type][] = [
  ['image', 'u32'],
  ['annotation', 'u32'],
  ['finding', 'u32'],
  ['given', 'u32'],
  ['suggested', 'u32'],
  ['label', 'u32'],
  ['probability', 'f32'],
  ['pGiven', 'f32'],
  ['pSuggested', 'f32'],
  ['colour', 'u16'],
  ['verdict', 'u8'],
];

/** A body as the server writes it; value v(name, i) for each element. */
function body(count: number, value: (name: string, i: number) => number, names = all): ArrayBuffer {
  let offset = 2048;
  const columns = names.map(([name, type]) => {
    const column = { name, type, offset };
    offset += (count * width[type] + 7) & ~7;
    return column;
  });
  const out = new ArrayBuffer(offset);
  const view = new DataView(out);
  const header = new TextEncoder().encode(JSON.stringify({ count, columns }));
  view.setUint32(0, header.length, true);
  new Uint8Array(out).set(header, 4);
  for (const { name, type, offset: at } of columns) {
    for (let i = 0; i < count; i++) {
      const v = value(name, i);
      if (type === 'u8') view.setUint8(at + i, v);
      else if (type === 'u16') view.setUint16(at + 2 * i, v, true);
      else if (type === 'u32') view.setUint32(at + 4 * i, v, true);
      else view.setFloat32(at + 4 * i, v, true);
    }
  }
  return out;
}

test('columns are read from where the header says', () => {
  const c = parseColumns(
    body(3, (name, i) => (name === 'suggested' && i === 1 ? NONE : name === 'probability' ? i / 4 : name.length + i)),
  );
  expect(c.count).toBe(3);
  expect([...c.image]).toEqual([5, 6, 7]);
  expect([...c.suggested]).toEqual([9, NONE, 11]);
  expect([...c.probability]).toEqual([0, 0.25, 0.5]);
  expect([...c.colour]).toEqual([6, 7, 8]);
  expect([...c.verdict]).toEqual([7, 8, 9]);
});

test('an empty view has empty columns', () => {
  expect(parseColumns(body(0, () => 0)).image.length).toBe(0);
});

test('a missing column is named', () => {
  expect(() => parseColumns(body(1, () => 0, all.slice(1)))).toThrow('"image"');
});
