import { describe, expect, test } from 'vitest';
import { median, quantile, ratioOfMedians } from '../src/statistics.ts';

describe('median', () => {
  test.each([
    { values: [7], expected: 7 },
    { values: [3, 1, 2], expected: 2 },
    { values: [10, 2], expected: 6 },
    { values: [4, 1, 3, 2], expected: 2.5 },
    { values: [100, 9, 20], expected: 20 },
  ])('of $values is $expected', ({ values, expected }) => {
    expect(median(values)).toBe(expected);
  });

  test('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('of no values is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('quantile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, place) => place + 1);

  test.each([
    { share: 0, expected: 1 },
    { share: 0.01, expected: 1 },
    { share: 0.5, expected: 50 },
    { share: 0.99, expected: 99 },
    { share: 0.991, expected: 100 },
    { share: 1, expected: 100 },
  ])('of 1 to 100 at $share is $expected', ({ share, expected }) => {
    expect(quantile(hundred, share)).toBe(expected);
  });

  test('of few values is always one of them', () => {
    expect(quantile([5], 0.99)).toBe(5);
    expect(quantile([5, 8], 0.99)).toBe(8);
  });

  test('of no values is refused', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('ratioOfMedians', () => {
  test('compares the medians, and shows the rounds that were furthest apart', () => {
    const ratio = ratioOfMedians([50, 60, 90], [100, 80, 100]);
    expect(ratio).toEqual({ value: 0.6, lowest: 0.5, highest: 0.9 });
  });

  test('refuses runs that took no turns with others', () => {
    expect(() => ratioOfMedians([1, 2], [1])).toThrow(RangeError);
  });
});
