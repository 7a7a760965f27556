import { expect, test } from 'vitest';
import { growthOf, linearGrowth } from '../support/growth.ts';

test('the check of growth tells a square from a line', () => {
  const letters = (size: number): string => 'a'.repeat(size);
  const pairs = (text: string): void => {
    let count = 0;
    for (const one of text) for (const other of text) if (one === other) count += 1;
    expect(count).toBe(text.length ** 2);
  };
  const singles = (text: string): void => {
    let count = 0;
    for (const one of text) if (one === 'a') count += 1;
    expect(count).toBe(text.length);
  };
  expect(growthOf(1024, letters, pairs)).toBeGreaterThan(linearGrowth);
  expect(growthOf(64 * 1024, letters, singles)).toBeLessThan(linearGrowth);
});
