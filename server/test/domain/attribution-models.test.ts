import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttributionModel,
  attributionModels,
  isAttributionModel,
  type ModelSettings,
  modelShares,
  sharesAlike,
  weightsOf,
} from '../../src/domain/attribution-models.ts';
import { type JourneyTouch, journeyOf } from '../../src/domain/journey.ts';
import { millisecondsPerDay } from '../../src/domain/time.ts';

const settings: ModelSettings = { halfLifeDays: 7, positionWeights: [0.4, 0.2, 0.4] };

/** Touches a day apart; a name that begins with `direct` is a direct one. */
function touches(...names: string[]): readonly JourneyTouch[] {
  return names.map((name, index) => ({
    key: index + 1,
    occurredTime: index * millisecondsPerDay,
    isDirect: name.startsWith('direct'),
  }));
}

/** What each name gets of the conversions of paths such as `search>email`. */
function credited(model: AttributionModel, paths: Record<string, number>, own: Partial<ModelSettings> = {}) {
  const totals: Record<string, number> = {};
  for (const [path, conversions] of Object.entries(paths)) {
    const names = path.split('>');
    weightsOf(modelShares(model, touches(...names), { ...settings, ...own })).forEach((weight, index) => {
      const name = names[index] ?? '';
      totals[name] = (totals[name] ?? 0) + weight * conversions;
    });
  }
  return totals;
}

const published = { direct: 2, 'search>email': 3, 'search>social>email': 5 };

describe('published cases', () => {
  test.each([
    ['first', published, { direct: 2, search: 8, email: 0, social: 0 }],
    ['last', published, { direct: 2, search: 0, email: 8, social: 0 }],
    ['last-non-direct', { 'search>direct': 3, 'direct>direct2': 1 }, { search: 3, direct: 0, direct2: 1 }],
    ['linear', published, { direct: 2, search: 19 / 6, email: 19 / 6, social: 5 / 3 }],
    ['position-based', published, { direct: 2, search: 3.5, email: 3.5, social: 1 }],
    ['linear', { 'a>a>b': 6 }, { a: 4, b: 2 }],
  ] as const)('%s %#', (model, paths, expected) => {
    const actual = credited(model, paths);
    for (const [name, credit] of Object.entries(expected)) expect(actual[name]).toBeCloseTo(credit, 12);
    expect(Object.keys(actual)).toHaveLength(Object.keys(expected).length);
  });

  test('position-based with weights of its own', () => {
    expect(credited('position-based', { 'x>y': 10 }, { positionWeights: [0.3, 0, 0.7] })).toEqual({
      x: 3,
      y: 7,
    });
  });

  test('time-decay at ages of 0, 7 and 14 days', () => {
    const aged = [0, 7, 14].map((day, index) => ({
      key: index + 1,
      occurredTime: day * millisecondsPerDay,
      isDirect: false,
    }));
    expect(weightsOf(modelShares('time-decay', aged, settings))).toEqual([1 / 7, 2 / 7, 4 / 7]);
  });
});

describe('every model', () => {
  const journeys = fc.array(
    fc.record({ age: fc.integer({ min: 0, max: 365 * 86_400_000 }), isDirect: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  const anySettings = fc.record({
    halfLifeDays: fc.integer({ min: 1, max: 365 }),
    positionWeights: fc
      .tuple(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
      )
      .filter((weights) => weights.some((weight) => weight > 0))
      .map(([first, middle, last]) => [first / 100, middle / 100, last / 100] as const),
  });

  test.each(attributionModels)('%s gives weights that are not negative and sum to 1', (model) => {
    fc.assert(
      fc.property(journeys, anySettings, (ages, own) => {
        const journey = ages
          .map(({ age, isDirect }, index) => ({ key: index + 1, occurredTime: age, isDirect }))
          .sort((one, other) => one.occurredTime - other.occurredTime);
        const weights = weightsOf(modelShares(model, journey, own));
        expect(weights).toHaveLength(journey.length);
        expect(weights.every((weight) => weight >= 0)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test.each(attributionModels)('%s gives an only touch all', (model) => {
    const middleOnly: ModelSettings = { halfLifeDays: 1, positionWeights: [0, 1, 0] };
    expect(weightsOf(modelShares(model, touches('a'), middleOnly))).toEqual([1]);
  });

  test('gives the same shares where only settings differ that it does not depend on', () => {
    const otherHalfLife = { ...settings, halfLifeDays: 8 };
    const otherWeights: ModelSettings = { ...settings, positionWeights: [0.4, 0.3, 0.3] };
    const movedBy = (other: ModelSettings) =>
      attributionModels.filter((model) => !sharesAlike(model, settings, other));
    expect(movedBy({ ...settings, positionWeights: [0.4, 0.2, 0.4] })).toEqual([]);
    expect(movedBy(otherHalfLife)).toEqual(['time-decay']);
    expect(movedBy(otherWeights)).toEqual(['position-based']);
  });

  test('is known by its name alone', () => {
    expect(attributionModels.every(isAttributionModel)).toBe(true);
    expect(['markov', 'First', '', 'constructor'].some(isAttributionModel)).toBe(false);
  });
});

describe('edges', () => {
  test('position-based between two touches with nothing for the ends: half each', () => {
    expect(
      weightsOf(
        modelShares('position-based', touches('a', 'b'), { ...settings, positionWeights: [0, 1, 0] }),
      ),
    ).toEqual([0.5, 0.5]);
  });

  test('position-based shares are whole, so that equal parts are equal', () => {
    expect(modelShares('position-based', touches('a', 'b', 'c', 'd', 'e'), settings)).toEqual([
      6, 1, 1, 1, 6,
    ]);
  });

  test('time-decay of a year by half-lives of a day leaves something to the newest and keeps the oldest above nothing', () => {
    const year = [0, 365].map((day, index) => ({
      key: index + 1,
      occurredTime: Date.UTC(2026, 0, 1) + day * millisecondsPerDay,
      isDirect: false,
    }));
    const [oldest = 0, newest] = weightsOf(modelShares('time-decay', year, { ...settings, halfLifeDays: 1 }));
    expect(newest).toBe(1);
    expect(oldest).toBe(2 ** -365);
  });

  test('a window ends at the conversion and begins its days before, both to the millisecond', () => {
    const at = (occurredTime: number) => ({ occurredTime });
    const conversion = 100 * millisecondsPerDay;
    const earliest = conversion - 90 * millisecondsPerDay;
    const all = [at(earliest - 1), at(earliest), at(conversion), at(conversion + 1)];
    expect(journeyOf(all, conversion, 90)).toEqual([at(earliest), at(conversion)]);
  });
});
