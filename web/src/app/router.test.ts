import { expect, test } from 'vitest';
import { hrefOf, pageOf } from './router';

test('the last segment names the page, under any prefix', () => {
  expect(pageOf('/')).toBe('overview');
  expect(pageOf('/review')).toBe('review');
  expect(pageOf('/proxy/8787/activity')).toBe('activity');
  expect(pageOf('/proxy/8787/')).toBe('overview');
  expect(pageOf('/nonsense')).toBe('overview');
});

test('addresses are relative and leave empty parameters out', () => {
  expect(hrefOf('overview')).toBe('./');
  expect(hrefOf('review', { kind: 'dark', given: undefined, text: '' })).toBe('./review?kind=dark');
  expect(hrefOf('review', { text: 'a b&c' })).toBe('./review?text=a+b%26c');
});
