import { expect, test } from 'vitest';
import { plus, wholeOf } from '../../src/domain/whole.ts';

const largest = Number.MAX_SAFE_INTEGER;

test('sums are exact at any size, and numbers as long as these are', () => {
  expect(plus(largest - 1, 1)).toBe(largest);
  expect(plus(largest, 1)).toBe(9_007_199_254_740_992n);
  expect(plus(largest, 2)).toBe(9_007_199_254_740_993n);
  expect(plus(-largest, -2)).toBe(-9_007_199_254_740_993n);
  expect(plus(9_007_199_254_740_993n, -1)).toBe(9_007_199_254_740_992n);
});

test('a text of digits is the integer that it states, however large', () => {
  expect(wholeOf('-12')).toBe(-12);
  expect(wholeOf('9007199254740991')).toBe(largest);
  expect(wholeOf('9007199254740993')).toBe(9_007_199_254_740_993n);
});
