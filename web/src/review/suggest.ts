import type { ClassInfo, Item } from '../api/types';
import { CLASSES, type Columns } from '../wall/columns';

/** How many classes the digits reach. */
export const DIGITS = 9;

/**
 * The classes that the digits set on a tile: its suggestion first, then the labels of
 * its copies, then by probability, then by size of the class; never the given one.
 */
export function suggestedClasses(
  item: Item | undefined,
  columns: Columns,
  position: number,
  classes: readonly ClassInfo[],
): number[] {
  const given = columns.given[position];
  const out = new Set<number>();
  if (columns.suggested[position] < CLASSES) out.add(columns.suggested[position]);
  for (const { given: copy } of item?.others ?? []) if (copy >= 0 && copy !== given) out.add(copy);
  const byProbability = [...(item?.probabilities ?? [])].sort((a, b) => b.p - a.p);
  for (const { class: id } of byProbability) if (id !== given) out.add(id);
  if (out.size < DIGITS) {
    const bySize = [...classes].sort((a, b) => b.count - a.count || a.id - b.id);
    for (const { id } of bySize) {
      if (out.size >= DIGITS) break;
      if (id !== given) out.add(id);
    }
  }
  return [...out].slice(0, DIGITS);
}
