import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import { cleanFraction } from '../../src/domain/fraction-sums.ts';
import { markov } from '../../src/domain/markov.ts';
import { createChannels } from '../../src/operations/channel.ts';
import { createJourneyReportOperations, type JourneyRequest } from '../../src/operations/journey.ts';
import { type PathModelRequest, pathModelResult } from '../../src/operations/path-model.ts';
import { computeOnThread } from '../../src/operations/reporting/path-model-thread.ts';
import { tupleSteps } from '../../src/operations/reporting/tuple-steps.ts';
import type { Reads } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { MoneyWorld } from '../support/money-world.ts';
import { principalOf } from '../support/principals.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

const start = Date.parse('2026-03-01T00:00:00Z');
const end = Date.parse('2026-05-10T00:00:00Z');
const usual: JourneyRequest = {
  dimension: 'source',
  start: { instant: start },
  end: { instant: end },
  timezone: null,
  currency: null,
  limit: 1000,
};

interface KnownPath {
  readonly path: readonly (string | null)[];
  readonly amount: number;
  readonly refunded: number;
  readonly milliseconds: number;
}

interface PathModelAnswer {
  readonly conversions: number;
  readonly conversionProbability: number;
  readonly rows: readonly {
    value: string | null;
    removalEffect?: number;
    conversions: number;
    revenue: string;
  }[];
}

describe.each(engines)('paths on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let world: MoneyWorld;
  beforeAll(async () => {
    opened = await open();
    room = await StoreRoom.open(() => opened.store);
    world = new MoneyWorld(room, randomFrom(announceSeed('paths')));
    await world.fill({
      customers: 40,
      touchesEach: 3,
      conversionsEach: 2,
      from: Date.parse('2026-02-20T00:00:00Z'),
      until: Date.parse('2026-05-20T00:00:00Z'),
    });
    // Whatever the seed, there are several paths, and somebody who came by none.
    for (let number = 0; number < 6; number++) {
      await world.touch(`own ${number}`, { source: `own ${number}` }, start + number);
      await world.convert(`own ${number}`, 700, start + 1000);
    }
    await world.convert('by none', 300, start + 1000);
    await world.touch('before the period', { source: 'seen before alone' }, start - 1);
    // The first moment of the period is in it, its end is not.
    for (const [place, edge] of [start, end - 1, end].entries()) {
      await world.touch(`edge ${place}`, { source: `edge ${place}` }, edge);
      await world.convert(`edge ${place}`, 500, edge);
    }
    // Whom nobody knows is no customer, and so on no path that leads nowhere.
    const occurredTime = Date.parse('2026-04-01T00:00:00Z');
    for (const visitorId of ['visitor-1', 'visitor-2']) {
      await room.capture(visitorId, { source: 'google' }, { occurredTime });
    }
  });
  afterAll(() => opened.dispose());

  function parts() {
    const context = { store: opened.store, now: () => room.now };
    return { ...context, channels: createChannels(context), compute: computeOnThread };
  }

  function report(more: Partial<JourneyRequest> = {}) {
    const { store, channels } = parts();
    return createJourneyReportOperations({ store }, channels).report(principalOf(room), {
      ...usual,
      ...more,
    });
  }

  async function dataDriven(more: Partial<PathModelRequest>): Promise<PathModelAnswer> {
    const request = { ...usual, model: 'markov', order: 1, ...more } as const;
    const told: number[] = [];
    const result = await pathModelResult(parts(), room.organizationId, request, {
      progress: async (fraction) => void told.push(fraction),
      ending: new AbortController().signal,
    });
    expect(told).toEqual(told.toSorted());
    return result as PathModelAnswer;
  }

  /** Every conversion of the period with its path. */
  function known(): readonly KnownPath[] {
    const credits = world.credits(defaultAttributionSettings);
    const chosen = world.conversions.filter(
      ({ occurredTime }) => occurredTime >= start && occurredTime < end,
    );
    return chosen.map((conversion) => {
      const touches = credits.flatMap((credit) =>
        credit.conversion === conversion && credit.touch !== null ? [credit.touch] : [],
      );
      return {
        path: touches.map(({ leadSource }) => leadSource.source),
        amount: conversion.amount,
        refunded: conversion.refunds.reduce((sum, { amount }) => sum + amount, 0),
        milliseconds: touches[0] === undefined ? 0 : conversion.occurredTime - touches[0].occurredTime,
      };
    });
  }

  function nullPaths(): readonly (readonly (string | null)[])[] {
    const converted = new Set(
      world.conversions
        .filter(({ occurredTime }) => occurredTime >= start && occurredTime < end)
        .map(({ customerId }) => customerId),
    );
    return [...world.touches].flatMap(([customerId, touches]) => {
      const seen = touches.filter(({ occurredTime }) => occurredTime >= start && occurredTime < end);
      return converted.has(customerId) || seen.length === 0
        ? []
        : [seen.map(({ leadSource }) => leadSource.source)];
    });
  }

  test('are in the order of their values among equals, whichever came first', async () => {
    const alike = await StoreRoom.open(() => opened.store);
    const equal = new MoneyWorld(alike, () => 0.5);
    const sources = Array.from({ length: 12 }, (_, place) => `s${String((place * 7) % 12).padStart(2, '0')}`);
    for (const source of sources) {
      await equal.touch(source, { source }, start);
      if (source === 's05') await equal.touch(source, { source: 's03' }, start + 1);
      await equal.convert(source, 100, start + 2);
    }
    const organization = organizationNamed(alike.organizationId);
    const { rows } = await createJourneyReportOperations(
      { store: opened.store },
      createChannels({ store: opened.store, now: () => alike.now }),
    ).report({ ...principalOf(room), organization }, { ...usual, limit: 7 });
    const paths = rows.map(({ kind, path }) => (kind === 'path' ? path.join('>') : kind));
    expect(paths).toEqual(['s00', 's01', 's02', 's03', 's04', 's05>s03', 's06', 'other']);
  });

  test('are told with what came of each, the most frequent first', async () => {
    const { rows, totals } = await report();
    const expected = new Map<string, readonly number[]>();
    for (const { path, amount, refunded, milliseconds } of known()) {
      const name = JSON.stringify(path);
      const [conversions = 0, ...sums] = expected.get(name) ?? [0, 0, 0, 0, 0];
      const more = [amount, refunded, path.length, milliseconds];
      expected.set(name, [conversions + 1, ...more.map((value, index) => value + (sums[index] ?? 0))]);
    }
    const actual = rows.map((row): [string, readonly number[]] => [
      JSON.stringify(row.path),
      [row.conversions, Number(row.revenue), Number(row.refunds), row.touches, row.milliseconds],
    ]);
    expect(new Map(actual)).toEqual(expected);
    expect(expected.size).toBeGreaterThan(5);
    const counts = rows.flatMap(({ kind, conversions }) => (kind === 'path' ? [conversions] : []));
    expect(counts).toEqual(counts.toSorted((one, other) => other - one));
    expect(totals.conversions).toBe(known().length);
    const isUnattributed = rows.map(({ path }) => path.length === 0);
    expect(isUnattributed).toEqual(rows.map(({ kind }) => kind === 'unattributed'));
    expect(isUnattributed.indexOf(true)).toBe(rows.length - 1);
  });

  test('beyond the limit are one row', async () => {
    const { rows, totals } = await report({ limit: 2 });
    expect(rows.map(({ kind }) => kind)).toEqual(['path', 'path', 'other', 'unattributed']);
    for (const member of ['conversions', 'revenue', 'refunds', 'touches', 'milliseconds'] as const) {
      expect(rows.reduce((sum, row) => sum + BigInt(row[member]), 0n)).toBe(BigInt(totals[member]));
    }
  });

  test('with steps that are new since the lead sources were read are part of the rest, and take no place', async () => {
    const shop = await StoreRoom.open(() => opened.store);
    const sold = new MoneyWorld(shop, () => 0.5);
    for (const customer of ['early', 'known', 'rare']) {
      await sold.touch(customer, { source: customer === 'rare' ? 'c' : 'a' }, start);
      await sold.convert(customer, 100, start + 2);
    }
    const { read } = opened.store;
    const creditSums: typeof read.creditSums = async (...question) => {
      const known = await read.creditSums(...question);
      await sold.touch('early', { source: 'new' }, start + 1);
      for (const source of ['new', 'newer', 'newest']) {
        await sold.touch(source, { source }, start);
        await sold.convert(source, 100, start + 2);
      }
      return known;
    };
    const store = { ...opened.store, read: { ...read, creditSums } } as typeof opened.store;
    const channels = createChannels({ store, now: () => shop.now });
    const caller = { ...principalOf(shop), organization: organizationNamed(shop.organizationId) };
    const request = { ...usual, limit: 2 };
    const { rows } = await createJourneyReportOperations({ store }, channels).report(caller, request);
    expect(rows.map(({ kind, path, conversions, revenue }) => [kind, path, conversions, revenue])).toEqual([
      ['path', ['a'], 1, 100n],
      ['path', ['c'], 1, 100n],
      ['other', [], 4, 400n],
    ]);
  });

  test('are those of the period also where days are those of a zone far from UTC', async () => {
    const shop = await StoreRoom.open(() => opened.store);
    const sold = new MoneyWorld(shop, () => 0.5);
    const job = await shop.attribute({ reportingTimezone: 'Pacific/Auckland' });
    while (!(await shop.buildCredits(job, 1000)).isFinished);
    const [begin, over] = [Date.UTC(2026, 3, 1), Date.UTC(2026, 3, 2)];
    for (const [place, moment] of [begin - 1, begin, over - 1, over].entries()) {
      await sold.touch(`c${place}`, { source: `s${place}` }, moment - 1);
      await sold.convert(`c${place}`, 100, moment);
    }
    const { store } = opened;
    const channels = createChannels({ store, now: () => shop.now });
    const caller = { ...principalOf(shop), organization: organizationNamed(shop.organizationId) };
    const request = { ...usual, start: { instant: begin }, end: { instant: over } };
    const { rows } = await createJourneyReportOperations({ store }, channels).report(caller, request);
    expect(rows.map(({ path }) => path)).toEqual([['s1'], ['s2']]);
  });

  test('are told without reading lead sources that led to nothing in the period', async () => {
    const shop = await StoreRoom.open(() => opened.store);
    const sold = new MoneyWorld(shop, () => 0.5);
    await sold.touch('buyer', { source: 'a' }, start);
    await sold.convert('buyer', 100, start + 1);
    await sold.touch('earlier', { source: 'b' }, start - 2);
    await sold.convert('earlier', 100, start - 1);
    await sold.touch('other', { source: 'c' }, start);
    const { read } = opened.store;
    const asked: number[] = [];
    const tuples: typeof read.tuples = (organizationId, keys) => {
      asked.push(...keys);
      return read.tuples(organizationId, keys);
    };
    const store = { ...opened.store, read: { ...read, tuples } } as typeof opened.store;
    const channels = createChannels({ store, now: () => shop.now });
    const caller = { ...principalOf(shop), organization: organizationNamed(shop.organizationId) };
    const { rows } = await createJourneyReportOperations({ store }, channels).report(caller, usual);
    expect(rows.map(({ path }) => path)).toEqual([['a']]);
    expect(asked).toHaveLength(1);
  });

  /** Two customers who came by a and then b, one by a alone, and so many by nothing that is known. */
  async function few(limit: number, unknown: number) {
    const shop = await StoreRoom.open(() => opened.store);
    const sold = new MoneyWorld(shop, () => 0.5);
    for (const [customer, sources] of Object.entries({ one: ['a', 'b'], two: ['a', 'b'], three: ['a'] })) {
      for (const [place, source] of sources.entries()) {
        await sold.touch(customer, { source }, start + place * 1000);
      }
      await sold.convert(customer, 100, start + 4000);
    }
    for (let number = 0; number < unknown; number++)
      await sold.convert(`unknown-${number}`, 10, start + 4000);
    const organization = organizationNamed(shop.organizationId);
    const channels = createChannels({ store: opened.store, now: () => shop.now });
    const { rows, totals } = await createJourneyReportOperations({ store: opened.store }, channels).report(
      { ...principalOf(shop), organization },
      { ...usual, limit },
    );
    expect(rows.reduce((sum, { conversions }) => sum + conversions, 0)).toBe(totals.conversions);
    expect(rows.reduce((sum, { revenue }) => sum + revenue, 0n)).toBe(totals.revenue);
    return rows.map(({ kind, path, conversions, revenue, touches, milliseconds }) => {
      const name = kind === 'path' ? path.join('>') : kind;
      return [name, conversions, Number(revenue), touches, milliseconds];
    });
  }

  const both = ['a>b', 2, 200, 4, 8000];
  const alone = ['a', 1, 100, 1, 4000];

  test.each([
    [0, [['other', 3, 300, 5, 12_000]]],
    [1, [both, ['other', ...alone.slice(1)]]],
    [2, [both, alone]],
    [3, [both, alone]],
  ])(
    'that are known take the %i places, and what no touch led to is a row beside them',
    async (limit, told) => {
      expect(await few(limit, 0)).toEqual(told);
      expect(await few(limit, 1)).toEqual([...told, ['unattributed', 1, 10, 0, 0]]);
      expect(await few(limit, 3)).toEqual([...told, ['unattributed', 3, 30, 0, 0]]);
    },
  );

  test.each([1, 2, 3] as const)('say by Markov order %i what each source is worth', async (order) => {
    const result = await dataDriven({ order });
    const converting = known().filter(({ path }) => path.length > 0);
    const names = [...new Set([...converting.map(({ path }) => path), ...nullPaths()].flat())];
    const paths = [
      ...converting.map(({ path }) => ({
        channels: path.map((name) => names.indexOf(name)),
        conversions: 1,
        nulls: 0,
      })),
      ...nullPaths().map((path) => ({
        channels: path.map((name) => names.indexOf(name)),
        conversions: 0,
        nulls: 1,
      })),
    ];
    const expected = markov(paths, names.length, order);
    expect(result.conversions).toBe(converting.length);
    expect(result.conversionProbability).toBeCloseTo(expected.conversionProbability, 9);
    for (const { value, removalEffect, conversions } of result.rows) {
      const index = names.indexOf(value);
      expect(removalEffect).toBeCloseTo(expected.removalEffects[index] ?? 0, 8);
      expect(conversions).toBeCloseTo((expected.shares[index] ?? 0) * converting.length, 8);
    }
    expectRows(result, names);
    expect(cents(result)).toBe(converting.reduce((sum, { amount }) => sum + amount, 0));
  });

  test('say by Shapley what each source is worth', async () => {
    const result = await dataDriven({ model: 'shapley' });
    const converting = known().filter(({ path }) => path.length > 0);
    for (const { value, conversions } of result.rows) {
      const expected = converting
        .filter(({ path }) => path.includes(value))
        .reduce((sum, { path }) => sum + 1 / new Set(path).size, 0);
      expect(conversions).toBeCloseTo(expected, 8);
    }
    const all = converting.length + nullPaths().length;
    expect([result.conversions, result.conversionProbability]).toEqual([
      converting.length,
      cleanFraction(converting.length / all),
    ]);
    expectRows(result, [...converting.map(({ path }) => path), ...nullPaths()].flat());
    expect(cents(result)).toBe(converting.reduce((sum, { amount }) => sum + amount, 0));
  });
});

/** A row for each value of a path, those with most conversions first, and none for what was seen at other times alone. */
function expectRows({ rows }: PathModelAnswer, steps: readonly (string | null)[]): void {
  expect(new Set(rows.map(({ value }) => value))).toEqual(new Set(steps));
  expect(rows).toHaveLength(new Set(steps).size);
  const counts = rows.map(({ conversions }) => conversions);
  expect(counts).toEqual(counts.toSorted((one, other) => other - one));
}

function cents({ rows }: PathModelAnswer): number {
  return rows.reduce((sum, { revenue }) => sum + Math.round(Number(revenue) * 100), 0);
}

test('steps are those of their lead sources, however many there are, and the same in whatever order these come', async () => {
  const sourceOf = (key: number) => (key % 700 === 0 ? null : `s${String(key % 700).padStart(3, '0')}`);
  const tuples = async (_organizationId: string, some: readonly number[]) =>
    some.map((key) => ({ source: sourceOf(key) }));
  const store = { read: { tuples } as unknown as Reads };
  const keys = Array.from({ length: 1201 }, (_, place) => place + 1);
  for (const tupleKeys of [keys, keys.toReversed()]) {
    const { values, groups } = await tupleSteps(store, 'org_a', tupleKeys, 'source', () => 'direct');
    expect(groups.tupleKeys).toEqual(tupleKeys);
    expect(groups.groups.map((group) => values[group])).toEqual(tupleKeys.map(sourceOf));
    expect(values).toEqual([null, ...keys.slice(0, 699).map(sourceOf)]);
  }
});
