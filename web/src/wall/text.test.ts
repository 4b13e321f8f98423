import { expect, test, vi } from 'vitest';
import { TextFitter } from './text';

const fitter = () => new TextFitter((text) => Array.from(text).length * 10);

test('what fits is left alone', () => {
  expect(fitter().fit('yield', 50)).toBe('yield');
});

test('long names keep both ends', () => {
  expect(fitter().fit('maximum-speed-limit-30', 100)).toBe('maxim…t-30');
});

test('nothing is better than one letter', () => {
  expect(fitter().fit('yield', 30)).toBe('');
});

test('surrogate pairs are not cut', () => {
  expect(fitter().fit('🚗🚗🚗🚗🚗🚗🚗🚗', 60)).toBe('🚗🚗🚗…🚗🚗');
});

test('measures each text once', () => {
  const measure = vi.fn((text: string) => text.length);
  const f = new TextFitter(measure);
  f.width('stop');
  f.width('stop');
  expect(measure).toHaveBeenCalledTimes(1);
});
