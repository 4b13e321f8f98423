// Which key does what. The same table drives the keyboard and the key sheet.

export type Command =
  | 'decideScreen'
  | 'keepScreen'
  | 'accept'
  | 'keep'
  | 'drop'
  | 'unsure'
  | 'clear'
  | 'digit'
  | 'pickClass'
  | 'repeat'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'extendLeft'
  | 'extendRight'
  | 'extendUp'
  | 'extendDown'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'select'
  | 'selectGroup'
  | 'escape'
  | 'previousGroup'
  | 'nextGroup'
  | 'groups'
  | 'undo'
  | 'redo'
  | 'peek'
  | 'filter'
  | 'bigger'
  | 'smaller'
  | 'inspector'
  | 'help';

export type Section = 'decide' | 'move' | 'select' | 'look';

export interface Binding {
  command: Command;
  /** Normal forms as `keyOf` gives them. */
  keys: readonly string[];
  section: Section;
}

const common: readonly Binding[] = [
  { command: 'decideScreen', keys: ['Enter'], section: 'decide' },
  { command: 'keepScreen', keys: ['Shift+Enter'], section: 'decide' },
  { command: 'accept', keys: ['A'], section: 'decide' },
  { command: 'drop', keys: ['X', 'D', 'Delete'], section: 'decide' },
  { command: 'unsure', keys: ['U'], section: 'decide' },
  { command: 'digit', keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], section: 'decide' },
  { command: 'pickClass', keys: ['R', '/'], section: 'decide' },
  { command: 'repeat', keys: ['.'], section: 'decide' },
  { command: 'clear', keys: ['Backspace'], section: 'decide' },
  { command: 'undo', keys: ['Z', 'Ctrl+Z'], section: 'decide' },
  { command: 'redo', keys: ['Shift+Z', 'Ctrl+Shift+Z', 'Ctrl+Y'], section: 'decide' },
  { command: 'pageDown', keys: ['PageDown'], section: 'move' },
  { command: 'pageUp', keys: ['PageUp'], section: 'move' },
  { command: 'previousGroup', keys: ['['], section: 'move' },
  { command: 'nextGroup', keys: [']'], section: 'move' },
  { command: 'groups', keys: ['G'], section: 'move' },
  { command: 'first', keys: ['Home'], section: 'move' },
  { command: 'last', keys: ['End'], section: 'move' },
  { command: 'select', keys: ['S'], section: 'select' },
  { command: 'selectGroup', keys: ['Ctrl+A'], section: 'select' },
  { command: 'escape', keys: ['Escape'], section: 'select' },
  { command: 'peek', keys: ['Space'], section: 'look' },
  { command: 'filter', keys: ['F'], section: 'look' },
  { command: 'inspector', keys: ['I'], section: 'look' },
  { command: 'bigger', keys: ['+', '='], section: 'look' },
  { command: 'smaller', keys: ['-'], section: 'look' },
  { command: 'help', keys: ['?'], section: 'look' },
];

const arrows = (vim: boolean): readonly Binding[] => [
  { command: 'keep', keys: vim ? ['Shift+K'] : ['K'], section: 'decide' },
  { command: 'left', keys: vim ? ['ArrowLeft', 'H'] : ['ArrowLeft'], section: 'move' },
  { command: 'down', keys: vim ? ['ArrowDown', 'J'] : ['ArrowDown'], section: 'move' },
  { command: 'up', keys: vim ? ['ArrowUp', 'K'] : ['ArrowUp'], section: 'move' },
  { command: 'right', keys: vim ? ['ArrowRight', 'L'] : ['ArrowRight'], section: 'move' },
  { command: 'extendLeft', keys: ['Shift+ArrowLeft'], section: 'select' },
  { command: 'extendDown', keys: ['Shift+ArrowDown'], section: 'select' },
  { command: 'extendUp', keys: ['Shift+ArrowUp'], section: 'select' },
  { command: 'extendRight', keys: ['Shift+ArrowRight'], section: 'select' },
];

export function bindings(vim: boolean): readonly Binding[] {
  return [...common.slice(0, 3), arrows(vim)[0], ...common.slice(3), ...arrows(vim).slice(1)];
}

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  altGraph: boolean;
}

/** The normal form of a key press: modifiers, then the key; '' when it is not ours. */
export function keyOf(event: KeyPress): string {
  if (event.altKey && !event.altGraph) return '';
  const control = (event.ctrlKey || event.metaKey) && !event.altGraph ? 'Ctrl+' : '';
  const { key, code } = event;
  if (key === ' ') return `${control}Space`;
  if (key.length > 1) return `${control}${event.shiftKey ? 'Shift+' : ''}${key}`;
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  if (digit && !event.shiftKey && !control) return digit;
  const letter = /^[a-z]$/i.test(key)
    ? key.toUpperCase()
    : key.charCodeAt(0) > 127
      ? /^Key([A-Z])$/.exec(code)?.[1]
      : undefined;
  if (letter) return `${control}${event.shiftKey ? 'Shift+' : ''}${letter}`;
  return control + key;
}

export function commandOf(event: KeyPress, vim: boolean): { command: Command; key: string } | undefined {
  const key = keyOf(event);
  if (key === '') return undefined;
  const found = bindings(vim).find((b) => b.keys.includes(key));
  return found && { command: found.command, key };
}
