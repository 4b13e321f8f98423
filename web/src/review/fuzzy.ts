/** How well `text` matches what was typed; 0 is no match, higher is better. */
export function score(text: string, typed: string): number {
  const hay = text.toLowerCase();
  const needle = typed.toLowerCase().trim();
  if (needle === '') return 1;
  if (hay === needle) return 1000;
  if (hay.startsWith(needle)) return 900 - hay.length / 1000;
  const at = hay.indexOf(needle);
  if (at >= 0) return (isStart(hay, at) ? 800 : 600) - at - hay.length / 1000;
  return subsequence(hay, needle);
}

const isStart = (text: string, at: number): boolean => at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1]);

/** Letters in order but apart: starts of words and runs count more. */
function subsequence(hay: string, needle: string): number {
  let points = 0;
  let at = -1;
  for (const letter of needle) {
    if (letter === ' ') continue;
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) return 0;
    points += next === at + 1 ? 8 : isStart(hay, next) ? 6 : 1;
    at = next;
  }
  return points - hay.length / 1000;
}

/** The best matches, best first; ties keep the given order. */
export function best<T>(items: readonly T[], typed: string, name: (item: T) => string, limit: number): T[] {
  const scored: { item: T; value: number; index: number }[] = [];
  items.forEach((item, index) => {
    const value = score(name(item), typed);
    if (value > 0) scored.push({ item, value, index });
  });
  scored.sort((a, b) => b.value - a.value || a.index - b.index);
  return scored.slice(0, limit).map((s) => s.item);
}
