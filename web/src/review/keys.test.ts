import { expect, test } from 'vitest';
import { t } from '../i18n';
import { bindings, commandOf, type KeyPress, keyOf } from './keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  altGraph: false,
  ...more,
});

const command = (key: string, more: Partial<KeyPress> = {}, vim = false) => commandOf(press(key, more), vim)?.command;

test.each([
  ['Enter', {}, 'decideScreen'],
  ['Enter', { shiftKey: true }, 'keepScreen'],
  ['a', {}, 'accept'],
  ['k', {}, 'keep'],
  ['x', {}, 'drop'],
  ['d', {}, 'drop'],
  ['u', {}, 'unsure'],
  ['z', {}, 'undo'],
  ['Z', { shiftKey: true }, 'redo'],
  ['z', { ctrlKey: true }, 'undo'],
  ['Z', { ctrlKey: true, shiftKey: true }, 'redo'],
  ['z', { metaKey: true }, 'undo'],
  ['7', { code: 'Digit7' }, 'digit'],
  ['/', {}, 'pickClass'],
  ['.', {}, 'repeat'],
  [' ', {}, 'peek'],
  ['[', {}, 'previousGroup'],
  ['?', { shiftKey: true }, 'help'],
  ['ArrowRight', {}, 'right'],
  ['ArrowRight', { shiftKey: true }, 'extendRight'],
  ['A', { ctrlKey: true }, 'selectGroup'],
] as const)('%s %o is %s', (key, more, expected) => {
  expect(command(key, more)).toBe(expected);
});

test('other layouts: digits that need Shift, letters that are not Latin, brackets behind AltGr', () => {
  expect(commandOf(press('&', { code: 'Digit1' }), false)).toEqual({ command: 'digit', key: '1' });
  expect(command('ф', { code: 'KeyA' })).toBe('accept');
  expect(command('[', { ctrlKey: true, altKey: true, altGraph: true })).toBe('previousGroup');
});

test('the browser keeps its own keys', () => {
  expect(command('a', { altKey: true })).toBeUndefined();
  expect(command('r', { ctrlKey: true })).toBeUndefined();
  expect(command('1', { ctrlKey: true, code: 'Digit1' })).toBeUndefined();
  expect(command('F5')).toBeUndefined();
});

test('with h j k l to move, keeping needs Shift', () => {
  expect(command('k', {}, true)).toBe('up');
  expect(command('K', { shiftKey: true }, true)).toBe('keep');
  expect(command('h', {}, true)).toBe('left');
  expect(command('h')).toBeUndefined();
});

test.each([true, false])('no key does two things, and every command is explained (vim %s)', (vim) => {
  const all = bindings(vim);
  const keys = all.flatMap((b) => b.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { command: c } of all) expect(t.keys.commands[c]).toBeTruthy();
});

test('the normal form is the one in the table', () => {
  for (const key of bindings(false).flatMap((b) => b.keys)) {
    const parts = key.split(/\+(?=.)/);
    const last = parts[parts.length - 1];
    const shiftKey = parts.includes('Shift');
    const name = last === 'Space' ? ' ' : last;
    expect(keyOf(press(name, { ctrlKey: parts.includes('Ctrl'), shiftKey }))).toBe(key);
  }
});
