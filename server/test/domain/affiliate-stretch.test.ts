import { describe, expect, test } from 'vitest';
import type { AffiliatePeriod } from '../../src/domain/affiliate-statement.ts';
import { byPeriod, stretchesOf } from '../../src/domain/affiliate-stretch.ts';

const day = 86_400_000;

/** Periods between these days, one after the other. */
function periodsOf(...days: readonly number[]): readonly AffiliatePeriod[] {
  const rest = { model: 'linear', settingsVersion: 1, actor: 'key_a', closedTime: 0 } as const;
  return days.slice(1).map((end, place) => {
    const start = (days[place] ?? 0) * day;
    return { ...rest, number: place + 1, id: `afp_${place + 1}`, start, end: end * day };
  });
}

const numbersOf = (periods: readonly AffiliatePeriod[]) =>
  stretchesOf(periods).map((stretch) => stretch.periods.map(({ number }) => number));

describe('closed periods are read together', () => {
  test('up to a month', () => {
    expect(numbersOf(periodsOf(0, 30, 31, 32))).toEqual([[1, 2], [3]]);
    expect(numbersOf(periodsOf(0, 40, 41, 72, 73))).toEqual([[1], [2], [3], [4]]);
  });

  test('only where they are of one model, and nothing lies between them', () => {
    const [first, second, third] = periodsOf(0, 1, 2, 3);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('There are three.');
    expect(numbersOf([first, { ...second, model: 'first' }, third])).toEqual([[1], [2], [3]]);
    expect(numbersOf([first, third])).toEqual([[1], [3]]);
  });
});

test('what is dated belongs to the period that had begun last, from its first moment on', () => {
  const [stretch] = stretchesOf(periodsOf(0, 1, 2, 3));
  if (stretch === undefined) throw new Error('There is one.');
  const dated = [0, day - 1, day, 2 * day, 3 * day - 1].map((occurredTime) => ({ occurredTime }));
  const numbers = dated.map((each) => [...byPeriod(stretch, [each]).keys()]);
  expect(numbers).toEqual([[1], [1], [2], [3], [3]]);
});
