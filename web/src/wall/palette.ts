import { ACCEPT, DROP, KEEP, RELABEL, SKIP, UNSURE } from './columns';

/** The colours and fonts the canvas draws with, resolved from the CSS tokens. */
export interface Palette {
  wall: string;
  surface: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  accent: string;
  onAccent: string;
  verdict: Record<number, string>;
  verdictSoft: Record<number, string>;
  font: string;
}

const names: Record<number, string> = {
  [ACCEPT]: 'accept',
  [KEEP]: 'keep',
  [RELABEL]: 'relabel',
  [DROP]: 'drop',
  [UNSURE]: 'unsure',
  [SKIP]: 'skip',
};

/**
 * Reads the tokens as they apply to `element` now. `light-dark()` and system
 * colours are resolved only on real properties, hence the probe.
 */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return style.color;
  };
  const palette: Palette = {
    wall: colour('wall'),
    surface: colour('surface'),
    ink: colour('ink'),
    ink2: colour('ink-2'),
    ink3: colour('ink-3'),
    line: colour('line'),
    accent: colour('accent'),
    onAccent: colour('on-accent'),
    verdict: {},
    verdictSoft: {},
    font: getComputedStyle(element).fontFamily,
  };
  for (const [code, name] of Object.entries(names)) {
    palette.verdict[Number(code)] = colour(name);
    palette.verdictSoft[Number(code)] = colour(`${name}-soft`);
  }
  probe.remove();
  return palette;
}

const hex = (value: number): string => value.toString(16).padStart(2, '0');
const cache = new Map<number, string>();

/** The CSS colour of an RGB565 value. */
export function colour565(value: number): string {
  let css = cache.get(value);
  if (css === undefined) {
    const r = Math.round(((value >> 11) * 255) / 31);
    const g = Math.round((((value >> 5) & 63) * 255) / 63);
    const b = Math.round(((value & 31) * 255) / 31);
    css = `#${hex(r)}${hex(g)}${hex(b)}`;
    cache.set(value, css);
  }
  return css;
}
