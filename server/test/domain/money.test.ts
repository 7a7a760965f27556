import { describe, expect, test } from 'vitest';
import { currencyCodesByDigits } from '../../src/domain/lists/currencies.ts';
import {
  amountLimit,
  currencyDigits,
  formatAmount,
  meanAmount,
  readAmount,
  splitAmount,
  splitSum,
} from '../../src/domain/money.ts';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';

describe('currencies', () => {
  test.each([
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['eur', undefined],
    ['XXX', undefined],
    ['XAU', undefined],
    ['', undefined],
  ])('%s has %s decimals', (code, digits) => {
    expect(currencyDigits(code)).toBe(digits);
  });

  test('have three capital letters each, and stand but once', () => {
    const codes = currencyCodesByDigits.flatMap(([, ofDigits]) => ofDigits.split(' '));
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[A-Z]{3}$/);
    expect(codes.length).toBeGreaterThan(160);
  });
});

describe('amounts', () => {
  test.each([
    ['34.17', 2, 3417],
    [34.17, 2, 3417],
    ['34.1', 2, 3410],
    [300, 0, 300],
    ['0', 0, 0],
    [-0, 2, 0],
    [1e3, 2, 100_000],
    ['1.005', 3, 1005],
    [0.07, 2, 7],
    [1.1, 2, 110],
    ['0.0001', 4, 1],
    ['9999999999999.99', 2, amountLimit - 1],
    [9999999999999.99, 2, amountLimit - 1],
  ])('%s with %i decimals is %i minor units', (told, digits, amount) => {
    expect(readAmount(told, digits)).toEqual({ amount });
  });

  test.each([
    [0.1 + 0.2, 2, 'more than 2 decimals'],
    ['0.30000000000000004', 2, 'more than 2 decimals'],
    [1e-7, 2, 'more than 2 decimals'],
    ['34.170', 2, 'more than 2 decimals'],
    [0.5, 0, 'not have decimals'],
    [-1, 2, 'negative'],
    ['-0.01', 2, 'negative'],
    [Number.NaN, 2, 'finite'],
    [Number.POSITIVE_INFINITY, 2, 'finite'],
    [1e15, 2, 'below 10000000000000.00'],
    [1e21, 0, 'below 1000000000000000'],
    ['10000000000000', 2, 'below 10000000000000.00'],
    ['9'.repeat(400), 2, 'below'],
    ['1e3', 2, 'decimal number'],
    ['NaN', 2, 'decimal number'],
    ['', 2, 'decimal number'],
    ['1,5', 2, 'decimal number'],
    ['1.', 2, 'decimal number'],
    ['.5', 2, 'decimal number'],
    ['007', 2, 'decimal number'],
    [' 1', 2, 'decimal number'],
    ['+1', 2, 'decimal number'],
    ['1\n', 2, 'decimal number'],
    ['١', 2, 'decimal number'],
  ])('%s with %i decimals is refused: %s', (told, digits, reason) => {
    expect(readAmount(told, digits)).toEqual({ fault: expect.stringContaining(reason) });
  });

  test.each([
    [3417, 2, '34.17'],
    [-5, 2, '-0.05'],
    [0, 2, '0.00'],
    [-0, 2, '0.00'],
    [300, 0, '300'],
    [-0, 0, '0'],
    [-300, 0, '-300'],
    [1005, 3, '1.005'],
    [amountLimit - 1, 2, '9999999999999.99'],
  ])('%i minor units with %i decimals read %s', (amount, digits, text) => {
    expect(formatAmount(amount, digits)).toBe(text);
  });

  test('are read as they are written, in every currency', () => {
    const random = randomFrom(announceSeed('amounts'));
    for (let count = 0; count < countOf(100_000); count++) {
      const amount = Math.floor(random() ** 4 * amountLimit);
      const digits = Math.floor(random() * 5);
      expect(readAmount(formatAmount(amount, digits), digits)).toEqual({ amount });
      expect(readAmount(Number(formatAmount(amount, digits)), digits)).toEqual({ amount });
    }
  });
});

test.each([
  [0n, 3, 0n],
  [10n, 3, 3n],
  [11n, 3, 4n],
  [1n, 2, 1n],
  [3n, 2, 2n],
  [-1n, 2, 0n],
  [-3n, 2, -1n],
  [-4n, 2, -2n],
  [-11n, 3, -4n],
  [1_000_000_002_872_483n, 1, 1_000_000_002_872_483n],
  [90_071_992_547_409_931n, 2, 45_035_996_273_704_966n],
])('the mean of what adds up to %d, of %d amounts, is %d', (sum, count, mean) => {
  expect(meanAmount(sum, count)).toBe(mean);
});

describe('a split', () => {
  test.each([
    ['rounds down and gives what is left to the largest fractions', 10, [1, 2, 2], [2, 4, 4]],
    ['gives the one unit left to the largest fraction', 11, [1, 2, 2], [2, 4, 5]],
    ['gives of equal fractions the latest', 100, [1, 1, 1], [33, 33, 34]],
    ['gives two units left to the two latest', 101, [1, 1, 1], [33, 34, 34]],
    ['gives nothing to no share', 7, [0, 1, 0], [0, 7, 0]],
    ['of nothing is nothing', 0, [1, 1], [0, 0]],
    ['of nothing by no shares is nothing', 0, [0, 0], [0, 0]],
    ['knows that four sevenths of 7 are 4', 7, [0.25, 0.5, 1], [1, 2, 4]],
    [
      'is exact where doubles are not',
      999_999_999_999_999,
      [1, 1, 1],
      [333333333333333, 333333333333333, 333333333333333],
    ],
    [
      'is exact for shares beyond all proportion',
      999_999_999_999_999,
      [2 ** -1074, 1],
      [0, 999_999_999_999_999],
    ],
    ['gives half a unit to the later', 3, [2 ** -600, 2 ** -600], [1, 2]],
    ['is exact among the smallest numbers, too', 9, [2 ** -1022, 2 ** -1023], [6, 3]],
    ['knows which tenths are rounded up', 25, [0.2, 1.8], [3, 22]],
  ])('%s', (_words, amount, shares, parts) => {
    expect(splitAmount(amount, shares)).toEqual(parts);
  });

  test('by no shares at all is refused', () => {
    expect(() => splitAmount(1, [0, 0])).toThrow(RangeError);
    expect(splitSum(7n, [0, 0])).toEqual([0n, 0n]);
  });

  test('of a sum is as that of an amount, and as exact at any size', () => {
    for (const shares of [[1, 1, 1], [2, 0, 1], [0.3, 0.6, 0.1], [1]]) {
      expect(splitSum(101n, shares)).toEqual(splitAmount(101, shares).map(BigInt));
    }
    expect(splitSum(10n ** 20n + 1n, [1, 1, 2])).toEqual([
      25n * 10n ** 18n,
      25n * 10n ** 18n,
      50n * 10n ** 18n + 1n,
    ]);
  });

  test('never loses a unit, is never more than a unit off, and is the same as by whole numbers', () => {
    const random = randomFrom(announceSeed('splits'));
    for (let count = 0; count < countOf(1_000_000); count++) {
      const amount = Math.floor(10 ** (random() * 15));
      const length = count % 1000 === 0 ? 500 : 1 + Math.floor(random() ** 3 * 12);
      const kind = Math.floor(random() * 3);
      const shares = Array.from({ length }, () => {
        if (kind === 0) return 1;
        return kind === 1 ? 2 ** (-random() * 52) : Math.floor(random() * 1000) + 1;
      });
      const parts = splitAmount(amount, shares);
      let sum = 0;
      for (const part of parts) sum += part;
      if (sum !== amount || !parts.every((part) => part >= 0))
        expect.fail(`${amount} by ${shares}: ${parts}`);
      if (count % 20 === 0) expect(parts).toEqual(splitByTheBook(amount, shares));
    }
  });
});

/** The rule itself, in whole numbers of any size. */
function splitByTheBook(amount: number, shares: readonly number[]): number[] {
  const scale = 2 ** 110;
  const whole = shares.map((share) => BigInt(share * scale));
  const total = whole.reduce((sum, share) => sum + share, 0n);
  const parts = whole.map((share) => (share * BigInt(amount)) / total);
  const left = BigInt(amount) - parts.reduce((sum, part) => sum + part, 0n);
  const order = whole
    .map((share, index) => ({ index, fraction: (share * BigInt(amount)) % total }))
    .sort((one, other) =>
      one.fraction === other.fraction ? other.index - one.index : one.fraction > other.fraction ? -1 : 1,
    );
  for (const { index } of order.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map(Number);
}

test.each([
  // Exact ties, and products beyond what a number holds exactly.
  [63_474, [1, 1, 0.25], [28_210, 28_211, 7_053]],
  [
    810_517_251_107_635,
    [32, 37, 23, 29],
    [214_351_669_714_416, 247_844_118_107_293, 154_065_262_607_237, 194_256_200_678_689],
  ],
])('%d by %j is split exactly', (amount, shares, parts) => {
  expect(splitAmount(amount, shares)).toEqual(parts);
});
