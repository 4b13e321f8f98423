// What a person chose on this machine; kept in local storage, never sent.

import { Store } from './store';

export type Theme = 'system' | 'light' | 'dark';
export type TileSize = 'S' | 'M' | 'L';

export interface Settings {
  theme: Theme;
  tile: TileSize;
  inspector: boolean;
  /** h j k l move the cursor; Shift+K keeps. */
  vimKeys: boolean;
}

const defaults: Settings = { theme: 'system', tile: 'M', inspector: true, vimKeys: false };

function read(): Settings {
  const out = { ...defaults };
  try {
    Object.assign(out, JSON.parse(localStorage.getItem('errata.settings') ?? '{}'));
    out.theme = (localStorage.getItem('errata.theme') as Theme | null) ?? 'system';
  } catch {
    // Storage may be forbidden or hold something else: the defaults serve.
  }
  return out;
}

export const settings = new Store<Settings>(read());

export function change(part: Partial<Settings>): void {
  settings.patch(part);
  const { theme, ...rest } = settings.get();
  try {
    localStorage.setItem('errata.settings', JSON.stringify(rest));
    if (theme === 'system') localStorage.removeItem('errata.theme');
    else localStorage.setItem('errata.theme', theme);
  } catch {
    // As above.
  }
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
