import { expect, test } from 'vitest';
import { best, score } from './fuzzy';

const classes = ['yield', 'stop', 'speed limit 30', 'speed limit 50', 'pedestrian crossing', 'no stopping', 'Straße'];
const find = (typed: string) => best(classes, typed, (c) => c, 10);

test('nothing typed keeps the order', () => {
  expect(find('')).toEqual(classes);
});

test('the start beats a word inside, which beats letters apart', () => {
  expect(find('stop')).toEqual(['stop', 'no stopping']);
  expect(find('li')[0]).toBe('speed limit 30');
  expect(find('sl50')).toEqual(['speed limit 50']);
  expect(find('pc')[0]).toBe('pedestrian crossing');
});

test('case does not matter, other letters do', () => {
  expect(find('STRASSE')).toEqual([]);
  expect(find('straß')).toEqual(['Straße']);
  expect(score('yield', 'xyz')).toBe(0);
});

test('no more than the limit', () => {
  expect(best(classes, '', (c) => c, 2)).toEqual(['yield', 'stop']);
});
