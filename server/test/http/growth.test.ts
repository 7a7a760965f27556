import { expect, test } from 'vitest';
import { growthOf, linearGrowth } from '../support/growth.ts';

test('the check of growth tells a square from a line', () => {
  const letters = (size: number): string => 'a'.repeat(size);
  // Held against what they should be afterwards: that alone would take longer than the work on a part.
  const [pairs, singles] = [new Map<number, number>(), new Map<number, number>()];
  const countPairs = (text: string): void => {
    let count = 0;
    for (const one of text) for (const other of text) if (one === other) count += 1;
    pairs.set(text.length, count);
  };
  const countSingles = (text: string): void => {
    let count = 0;
    for (const one of text) if (one === 'a') count += 1;
    singles.set(text.length, count);
  };
  expect(growthOf(4096, letters, countPairs)).toBeGreaterThan(linearGrowth);
  expect([...pairs]).toEqual([4096, 256].map((size) => [size, size ** 2]));
  expect(growthOf(64 * 1024, letters, countSingles)).toBeLessThan(linearGrowth);
  expect([...singles]).toEqual([64 * 1024, 4 * 1024].map((size) => [size, size]));
});
