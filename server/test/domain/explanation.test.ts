import { describe, expect, test } from 'vitest';
import { attributionModels, modelShares } from '../../src/domain/attribution-models.ts';
import type { CreditSettings } from '../../src/domain/credit.ts';
import { explainCredits, explainUnattributed } from '../../src/domain/explanation.ts';
import { millisecondsPerDay } from '../../src/domain/time.ts';

const settings: CreditSettings = { lookbackDays: 90, halfLifeDays: 7, positionWeights: [0.4, 0.2, 0.4] };

/** Touches 7 days apart up to the conversion; `d` is a direct one. */
function touches(kinds: string) {
  return [...kinds].map((kind, index) => ({
    key: index + 1,
    occurredTime: index * 7 * millisecondsPerDay,
    isDirect: kind === 'd',
  }));
}

function explained(
  model: (typeof attributionModels)[number],
  kinds: string,
  own: Partial<CreditSettings> = {},
) {
  const journey = touches(kinds);
  return [...explainCredits(model, journey, journey.at(-1)?.occurredTime ?? 0, { ...settings, ...own })];
}

describe('the sentence for a credit', () => {
  test.each([
    [
      'first',
      'xx',
      [
        'The first touch of the journey takes all.',
        'Only the first touch of the journey takes credit; this is number 2.',
      ],
    ],
    [
      'last',
      'xx',
      [
        'Only the last touch of the journey takes credit; this is number 1 of 2.',
        'The last touch of the journey takes all.',
      ],
    ],
    [
      'last-non-direct',
      'xxdd',
      [
        'A later touch that is not direct takes all.',
        'The latest touch that is not direct takes all.',
        'This touch is direct, and the journey has one that is not.',
        'This touch is direct, and the journey has one that is not.',
      ],
    ],
    [
      'last-non-direct',
      'dd',
      [
        'All touches of the journey are direct, so only the last one takes credit.',
        'All touches of the journey are direct, so the last one takes all.',
      ],
    ],
    ['linear', 'x', ['The only touch of the journey takes all.']],
    ['linear', 'xx', Array(2).fill('Each of the 2 touches takes an equal part.')],
    ['position-based', 'x', ['The only touch of the journey takes all.']],
    [
      'position-based',
      'xx',
      [
        'Of two touches, the first takes 50%: their weights are 0.4 to 0.4.',
        'Of two touches, the last takes 50%: their weights are 0.4 to 0.4.',
      ],
    ],
    [
      'position-based',
      'xxx',
      [
        'The first touch takes 40%.',
        'The touch between the first and the last takes 20%.',
        'The last touch takes 40%.',
      ],
    ],
    [
      'position-based',
      'xxxxx',
      [
        'The first touch takes 40%.',
        ...Array(3).fill('The 3 touches between the first and the last share 20%: 6.67% each.'),
        'The last touch takes 40%.',
      ],
    ],
    ['time-decay', 'x', ['The only touch of the journey takes all.']],
    [
      'time-decay',
      'xx',
      [
        'A touch counts half as much for every 7 days of age; this one is 7 days older than the newest and takes 33.33%.',
        'A touch counts half as much for every 7 days of age; none is newer than this one, which takes 66.67%.',
      ],
    ],
  ] as const)('%s of %s', (model, kinds, sentences) => {
    expect(explained(model, kinds)).toEqual(sentences);
  });

  test('says it where nothing is left for the ends of a journey of two', () => {
    const own = { positionWeights: [0, 1, 0] as const };
    expect(explained('position-based', 'xx', own)).toEqual(
      Array(2).fill('No touch stands between the first and the last, so each of the two takes half.'),
    );
  });

  test('speaks of one day', () => {
    expect(explained('time-decay', 'xx', { halfLifeDays: 1 })[0]).toContain(
      'for every 1 day of age; this one is 7 days older',
    );
  });

  test.each([
    [1, '1 millisecond older than the newest and takes 50%'],
    [1500, '1.5 seconds older'],
    [5 * 60_000, '5 minutes older than the newest and takes 49.99%'],
    [3_600_000, '1 hour older'],
    [millisecondsPerDay - 1, '24 hours older'],
    [millisecondsPerDay, '1 day older'],
  ])('says of %i milliseconds how long they are', (age, said) => {
    const both = [0, age].map((occurredTime, key) => ({ key, occurredTime, isDirect: false }));
    expect(explainCredits('time-decay', both, age, settings).next().value).toContain(said);
  });

  test('says also of a short half-life how long it is', () => {
    expect(explained('time-decay', 'xx', { halfLifeDays: 0.004 })[0]).toContain(
      'A touch counts half as much for every 5.76 minutes of age; this one is 7 days older',
    );
  });

  test('says nothing and all only of what is just that, and weights as they were set', () => {
    const slight = { positionWeights: [0.000001, 0.999998, 0.000001] as const };
    expect(explained('position-based', 'xxx', slight)).toEqual([
      'The first touch takes less than 0.01%.',
      'The touch between the first and the last takes more than 99.99%.',
      'The last touch takes less than 0.01%.',
    ]);
    expect(explained('position-based', 'xx', slight)[0]).toBe(
      'Of two touches, the first takes 50%: their weights are 0.000001 to 0.000001.',
    );
    expect(explained('position-based', 'xxx', { positionWeights: [0, 1, 0] })).toEqual([
      'The first touch takes 0%.',
      'The touch between the first and the last takes 100%.',
      'The last touch takes 0%.',
    ]);
  });

  test('tells of each touch of the journey and of no other, in every model', () => {
    for (const model of attributionModels) {
      const sentences = explainCredits(model, touches('xdxd'), 14 * millisecondsPerDay, {
        ...settings,
        lookbackDays: 7,
      });
      expect([...sentences]).toHaveLength(2);
      expect([...explainCredits(model, touches('x'), -1, settings)]).toEqual([]);
      expect(modelShares(model, touches('dx'), settings)).toHaveLength(2);
    }
  });

  test('tells why there is no journey', () => {
    expect(explainUnattributed(90)).toBe(
      'No touch of the customer is known in the 90 days before the conversion.',
    );
    expect(explainUnattributed(1)).toBe(
      'No touch of the customer is known in the day before the conversion.',
    );
  });
});

test('a touch is looked at as often in a long journey as in a short one', () => {
  const looksAtEach = (length: number): number => {
    let looks = 0;
    const journey = touches('d'.repeat(length)).map((touch) => ({
      ...touch,
      occurredTime: touch.key,
      get isDirect() {
        looks += 1;
        return true;
      },
    }));
    expect([...explainCredits('last-non-direct', journey, length, settings)]).toHaveLength(length);
    return looks / length;
  };
  expect(looksAtEach(1000)).toBeLessThanOrEqual(looksAtEach(10));
});
