import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import {
  type CreditSettings,
  creditsAlike,
  creditsOf,
  noTouch,
  splitRefunds,
} from '../../src/domain/credit.ts';
import { millisecondsPerDay } from '../../src/domain/time.ts';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';

const settings: CreditSettings = { lookbackDays: 90, halfLifeDays: 7, positionWeights: [0.4, 0.2, 0.4] };
const conversionTime = 100 * millisecondsPerDay;

function journey(length: number, apartMilliseconds = millisecondsPerDay) {
  return Array.from({ length }, (_none, index) => ({
    key: index + 1,
    occurredTime: conversionTime - (length - 1 - index) * apartMilliseconds,
    isDirect: false,
  }));
}

function refund(key: number, amount: number, occurredTime = conversionTime + key) {
  return { key, amount, occurredTime };
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

describe('credits', () => {
  test('are alike where the window and what the model depends on are the same', () => {
    expect(creditsAlike('linear', settings, { ...settings, halfLifeDays: 8 })).toBe(true);
    expect(creditsAlike('time-decay', settings, { ...settings, halfLifeDays: 8 })).toBe(false);
    for (const model of attributionModels) {
      expect(creditsAlike(model, settings, { ...settings })).toBe(true);
      expect(creditsAlike(model, settings, { ...settings, lookbackDays: 89 })).toBe(false);
    }
  });

  test('of a conversion without a journey are one that no touch has', () => {
    const touches = [{ key: 1, occurredTime: conversionTime + 1, isDirect: false }];
    const credits = creditsOf(
      touches,
      { occurredTime: conversionTime, amount: 500 },
      [refund(1, 200)],
      settings,
    );
    expect(credits.touchKeys).toEqual([noTouch]);
    for (const model of attributionModels) {
      expect(credits.models[model]).toEqual({ weights: [1], amounts: [500], refunded: [[200]] });
    }
  });

  test('sum to the conversion in every model, and are what each model says', () => {
    const { models, touchKeys } = creditsOf(
      journey(3),
      { occurredTime: conversionTime, amount: 100 },
      [],
      settings,
    );
    expect(touchKeys).toEqual([1, 2, 3]);
    expect(models.first.amounts).toEqual([100, 0, 0]);
    expect(models.last.amounts).toEqual([0, 0, 100]);
    expect(models.linear.amounts).toEqual([33, 33, 34]);
    expect(models['position-based'].amounts).toEqual([40, 20, 40]);
    for (const model of attributionModels) expect(sum(models[model].amounts)).toBe(100);
  });

  test('of a free conversion count it without money', () => {
    const { models } = creditsOf(journey(2), { occurredTime: conversionTime, amount: 0 }, [], settings);
    expect(models.linear).toEqual({ weights: [0.5, 0.5], amounts: [0, 0], refunded: [] });
  });

  test('are taken back in the order in which the refunds occurred', () => {
    const late = refund(1, 30, conversionTime + 2);
    const early = refund(2, 60, conversionTime + 1);
    const conversion = { occurredTime: conversionTime, amount: 100 };
    const { refundKeys, models } = creditsOf(journey(3), conversion, [late, early], settings);
    expect(refundKeys).toEqual([2, 1]);
    expect(models.linear.refunded).toEqual([
      [20, 20, 20],
      [10, 10, 10],
    ]);
  });
});

describe('refunds', () => {
  test('of one moment are taken back in the order in which they arrived', () => {
    const refunds = [refund(2, 30, conversionTime + 5), refund(1, 21, conversionTime + 5)];
    const conversion = { occurredTime: conversionTime, amount: 100 };
    expect(creditsOf(journey(2), conversion, refunds, settings).refundKeys).toEqual([1, 2]);
  });

  test('that reach the whole reverse every credit exactly, whatever their sequence', () => {
    const random = randomFrom(announceSeed('refunds'));
    for (let count = 0; count < countOf(40_000); count++) {
      const amount = Math.floor(10 ** (random() * 15));
      const refunds: ReturnType<typeof refund>[] = [];
      for (let left = amount; left > 0; ) {
        const part = refunds.length === 5 ? left : Math.max(1, Math.floor(left * random()));
        refunds.push(refund(refunds.length + 1, part));
        left -= part;
      }
      const touches = journey(1 + Math.floor(random() ** 2 * 8));
      const { models } = creditsOf(touches, { occurredTime: conversionTime, amount }, refunds, settings);
      for (const model of attributionModels) {
        const { amounts, refunded } = models[model];
        if (sum(amounts) !== amount) expect.fail(`${model} loses a part of ${amount}`);
        refunded.forEach((parts, index) => {
          if (sum(parts) !== refunds[index]?.amount) expect.fail(`${model} loses a part of refund ${index}`);
        });
        amounts.forEach((credit, index) => {
          if (sum(refunded.map((parts) => parts[index] ?? 0)) !== credit) {
            expect.fail(`${model} leaves a part of ${credit}`);
          }
        });
      }
    }
  });

  test('never take more than is left of a credit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        (amounts, parts) => {
          let left = sum(amounts);
          const refunds = parts.map((part) => {
            const amount = Math.floor(left * part);
            left -= amount;
            return { amount };
          });
          const refunded = splitRefunds(amounts, refunds);
          amounts.forEach((amount, index) => {
            expect(sum(refunded.map((taken) => taken[index] ?? 0))).toBeLessThanOrEqual(amount);
          });
        },
      ),
    );
  });
});

test('a million conversions of any size and up to 500 touches are split without losing a unit', () => {
  const random = randomFrom(announceSeed('conversions'));
  for (let count = 0; count < countOf(1_000_000); count++) {
    const amount = Math.floor(10 ** (random() * 15));
    const touches =
      count % 2000 === 0 ? journey(500, millisecondsPerDay / 2) : journey(1 + Math.floor(random() ** 3 * 10));
    const conversion = { occurredTime: conversionTime, amount };
    const { models } = creditsOf(touches, conversion, [], { ...settings, lookbackDays: 365 });
    if (models.linear.weights.length < touches.length) expect.fail('not all touches are credited');
    for (const model of attributionModels) {
      if (sum(models[model].amounts) !== amount) expect.fail(`${model} loses a part of ${amount}`);
    }
  }
});
