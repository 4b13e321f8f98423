import { expect, test } from 'vitest';
import { speck } from './speck';

const size = { width: 200, height: 100 };

test('what has no area gets a ring around it', () => {
  expect(speck({ parts: [[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]] }, size)).toBe(
    'M94 50a6 6 0 1 0 12 0a6 6 0 1 0 -12 0',
  );
});

test('what can be seen gets none, nor what is no outline', () => {
  expect(speck({ parts: [[0.1, 0.1, 0.2, 0.1, 0.2, 0.2]] }, size)).toBe('');
  expect(speck({ parts: [] }, size)).toBe('');
});
