import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { type CountedPath, type MarkovOrder, markov, markovOrders } from '../../src/domain/markov.ts';
import { shapley } from '../../src/domain/shapley.ts';

const anyPath = fc.record({
  channels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }),
  conversions: fc.integer({ min: 0, max: 5 }),
  nulls: fc.integer({ min: 0, max: 5 }),
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 9);
}

describe('Markov removal effects', () => {
  test('of the published case', () => {
    const paths = [
      { channels: [0, 1, 2], conversions: 1, nulls: 0 },
      { channels: [0], conversions: 0, nulls: 1 },
      { channels: [1, 2], conversions: 0, nulls: 1 },
    ];
    const { conversionProbability, removalEffects, shares } = markov(paths, 3, 1);
    expect(conversionProbability).toBeCloseTo(1 / 3, 12);
    expectClose(removalEffects, [1 / 2, 1, 1]);
    expectClose(shares, [0.2, 0.4, 0.4]);
  });

  test.each(markovOrders)('are the same however many channels are known, at order %i', (order) => {
    const pathsFrom = (first: number): CountedPath[] =>
      [90, 10, 0].map((conversions, place) => ({
        channels: [first, first + 1, first + 2 + place],
        conversions,
        nulls: 100 - conversions,
      }));
    const many = 300_000;
    const { removalEffects } = markov(pathsFrom(many - 5), many, order);
    expectClose(removalEffects.slice(-5), markov(pathsFrom(0), 5, order).removalEffects);
  });

  test.each(markovOrders)('begin with conversions ÷ (conversions + nulls) at order %i', (order) => {
    fc.assert(
      fc.property(fc.array(anyPath, { minLength: 1, maxLength: 20 }), (paths) => {
        const conversions = paths.reduce((sum, path) => sum + path.conversions, 0);
        const all = paths.reduce((sum, path) => sum + path.conversions + path.nulls, 0);
        const { conversionProbability, removalEffects, shares } = markov(paths, 4, order);
        expect(conversionProbability).toBeCloseTo(all === 0 ? 0 : conversions / all, 9);
        for (const effect of removalEffects) {
          expect(effect).toBeGreaterThan(-1e-9);
          expect(effect).toBeLessThan(1 + 1e-9);
        }
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(conversions === 0 ? 0 : 1, 9);
      }),
    );
  });

  test.each(markovOrders)(
    'are those of a chain without the channel, followed step by step, at order %i',
    (order) => {
      fc.assert(
        fc.property(fc.array(anyPath, { minLength: 1, maxLength: 8 }), (paths) => {
          const { conversionProbability, removalEffects } = markov(paths, 4, order);
          if (conversionProbability === 0) return;
          for (let channel = 0; channel < 4; channel++) {
            const without = followed(paths, order, channel);
            expect(removalEffects[channel]).toBeCloseTo(1 - without / conversionProbability, 7);
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  test.each(markovOrders)('give an only channel all at order %i', (order) => {
    const paths = [
      { channels: [0, 0, 0], conversions: 3, nulls: 1 },
      { channels: [0], conversions: 0, nulls: 6 },
    ];
    expect(markov(paths, 1, order).shares).toEqual([1]);
  });

  test.each(markovOrders)('are the counts where all paths have one touch, at order %i', (order) => {
    const paths = [2, 3, 5].map((conversions, channel) => ({ channels: [channel], conversions, nulls: 7 }));
    const { shares } = markov(paths, 3, order);
    expectClose(shares, [0.2, 0.3, 0.5]);
  });

  test('know no paths, and none that converts', () => {
    expect(markov([], 2, 1)).toEqual({ conversionProbability: 0, removalEffects: [0, 0], shares: [0, 0] });
    const nowhere = [{ channels: [0, 1], conversions: 0, nulls: 3 }];
    expect(markov(nowhere, 2, 2)).toEqual({
      conversionProbability: 0,
      removalEffects: [0, 0],
      shares: [0, 0],
    });
  });

  test('are refused where the chain would have too many states', () => {
    const paths = Array.from({ length: 2001 }, (_none, channel) => ({
      channels: [channel],
      conversions: 1,
      nulls: 0,
    }));
    expect(() => markov(paths, 2001, 1)).toThrow(
      new Failure('invalid', 'The paths have more than 2000 states. Choose a dimension with fewer values.'),
    );
  });
});

/** The probability of a conversion without a channel: mass that moves along the chain until none is left. */
function followed(paths: readonly CountedPath[], order: MarkovOrder, removed: number): number {
  const moves = new Map<string, Map<string, number>>();
  for (const { channels, conversions, nulls } of paths) {
    const windows: string[] = [];
    for (let end = Math.min(order, channels.length); end <= channels.length; end++) {
      const window = Array.from(channels)
        .slice(Math.max(0, end - order), end)
        .join('>');
      if (windows.at(-1) !== window) windows.push(window);
    }
    const count = (from: string, to: string, times: number) => {
      const ways = moves.get(from) ?? new Map<string, number>();
      moves.set(from, ways.set(to, (ways.get(to) ?? 0) + times));
    };
    const stops = ['start', ...windows];
    for (const [index, stop] of windows.entries()) count(stops[index] ?? '', stop, conversions + nulls);
    count(stops.at(-1) ?? '', 'conversion', conversions);
    count(stops.at(-1) ?? '', 'null', nulls);
  }
  let mass = new Map([['start', 1]]);
  let converted = 0;
  for (let step = 0; step < 3000 && mass.size > 0; step++) {
    const moved = new Map<string, number>();
    for (const [from, amount] of mass) {
      const ways = moves.get(from) ?? new Map<string, number>();
      const total = [...ways.values()].reduce((sum, times) => sum + times, 0);
      for (const [to, times] of ways) {
        const part = total === 0 ? 0 : (amount * times) / total;
        if (to === 'conversion') converted += part;
        else if (to !== 'null' && part > 1e-15 && !to.split('>').includes(String(removed))) {
          moved.set(to, (moved.get(to) ?? 0) + part);
        }
      }
    }
    mass = moved;
  }
  return converted;
}

describe('Shapley values', () => {
  test.each([
    [{ '0': 4, '0,1': 6 }, [7, 3]],
    [{ '0,1,2,3': 10 }, [2.5, 2.5, 2.5, 2.5]],
  ])('of the published case %#', (sets, expected) => {
    expect(shapley(setsOf(sets), expected.length)).toEqual(expected);
  });

  test('are the mean of what each channel adds, over all orders in which they can come together', () => {
    const sets = fc.array(
      fc.record({
        channels: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1 }),
        value: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(sets, (valued) => {
        const worth = (coalition: readonly number[]) =>
          valued
            .filter(({ channels }) => channels.every((channel) => coalition.includes(channel)))
            .reduce((sum, { value }) => sum + value, 0);
        const orders = permutations([0, 1, 2, 3, 4]);
        const means = [0, 0, 0, 0, 0];
        for (const order of orders) {
          order.forEach((channel, index) => {
            const added = worth(order.slice(0, index + 1)) - worth(order.slice(0, index));
            means[channel] = (means[channel] ?? 0) + added / orders.length;
          });
        }
        expectClose(shapley(valued, 5), means);
      }),
      { numRuns: 50 },
    );
  });
});

function setsOf(sets: Record<string, number>) {
  return Object.entries(sets).map(([channels, value]) => ({
    channels: channels.split(',').map(Number),
    value,
  }));
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
