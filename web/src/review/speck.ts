import type { Outline } from '../api/types';

/** A ring around what is too small to be seen, as a path; empty for what is not. */
export function speck(outline: Outline, size: { width: number; height: number }): string {
  const all = outline.parts.flat();
  const xs = all.filter((_, i) => i % 2 === 0).map((v) => v * size.width);
  const ys = all.filter((_, i) => i % 2 === 1).map((v) => v * size.height);
  const span = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const longer = Math.max(size.width, size.height);
  if (all.length === 0 || span > longer * 0.02) return '';
  const r = longer * 0.03;
  const x = (Math.max(...xs) + Math.min(...xs)) / 2;
  const y = (Math.max(...ys) + Math.min(...ys)) / 2;
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}
