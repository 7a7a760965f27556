import { describe, expect, test } from 'vitest';
import { cleanFraction, FractionSums } from '../../src/domain/fraction-sums.ts';

test('a sum of a million fractions is the one that exact arithmetic has, and nothing once all are taken away', () => {
  const count = 1_000_000;
  const units = Math.floor(2 ** 40 / 30);
  const sums = new FractionSums(2);
  for (let index = 0; index < count; index++) {
    sums.add(0, units / 2 ** 40);
    sums.add(1, 1 / (1 + (index % 7)));
  }
  expect(sums.at(0)).toBe(Number(BigInt(units) * BigInt(count)) / 2 ** 40);
  for (let index = 0; index < count; index++) sums.add(1, -1 / (1 + (index % 7)));
  expect([...sums.first(2)]).toEqual([sums.at(0), 0]);
});

test.each([
  ['the smaller first', [2 ** -60, -1, 1]],
  ['the smaller between', [-1, 2 ** -60, 1]],
  ['the smaller last', [1, -1, 2 ** -60]],
])('a sum keeps what is too small beside what is taken away: %s', (_words, fractions) => {
  const sums = new FractionSums(1);
  for (const fraction of fractions) sums.add(0, fraction);
  expect(sums.at(0)).toBe(2 ** -60);
});

describe('a number of conversions', () => {
  test.each([
    [19 / 6, 3.16666666667],
    [0.1 + 0.2, 0.3],
    [1e-10, 0],
    [-1 / 3, -0.333333333333],
    [1234.00000000001, 1234],
    [1_000_000 / 3, 333333.333333333],
    [-1_000_000 / 3, -333333.333333333],
    [5_000_000 + 1 / 3, 5000000.333333333],
    [9e15, 9e15],
  ])('%d is given as %d', (value, given) => {
    expect(cleanFraction(value)).toBe(given);
  });

  test('is given with an error below 1e-9 up to millions, whatever its size', () => {
    for (let value = 1 / 7; value < 8e6; value *= 1.01) {
      expect(Math.abs(cleanFraction(value) - value)).toBeLessThan(1e-9);
    }
  });
});
