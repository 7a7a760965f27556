import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../src/domain/principal.ts';
import { type SpendEntry, spendDimensions } from '../../src/domain/spend.ts';
import { createAttributionReportOperations } from '../../src/operations/attribution-report.ts';
import { createChannels } from '../../src/operations/channel.ts';
import {
  createPublishedReportOperations,
  type RetentionRequest,
} from '../../src/operations/published-report.ts';
import type { Store } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { MoneyWorld } from '../support/money-world.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

describe.each(engines)('what customers paid, on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let world: MoneyWorld;
  let principal: Principal;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());
  beforeEach(async () => {
    room = await StoreRoom.open(() => opened.store);
    room.now = Date.UTC(2026, 10, 2);
    world = new MoneyWorld(room, () => 0.5);
    principal = principalOf(room);
  });

  async function sale(customerId: string, source: string | null) {
    const sold = Date.UTC(2026, 9, 10);
    if (source !== null) await world.touch(customerId, { source }, sold - 1000);
    await world.convert(customerId, 10_000, sold);
  }

  function operationsOn(store: Store) {
    const context = { store, now: () => room.now };
    const channels = createChannels(context);
    const reports = createAttributionReportOperations(context, channels);
    return createPublishedReportOperations(context, channels, reports);
  }

  /** As it is told by a store that has so many tuples when they are read, and all of them afterwards. */
  async function retention(tuplesRead = Number.POSITIVE_INFINITY) {
    const october = { start: { instant: Date.UTC(2026, 9, 1) }, end: { instant: Date.UTC(2026, 10, 1) } };
    const rows = await cohorts(october, tuplesRead);
    return rows.map(({ value, customers, periods }) => [value, customers, Number(periods()[0]?.revenue)]);
  }

  async function cohorts(
    period: Pick<RetentionRequest, 'start' | 'end'>,
    tuplesRead = Number.POSITIVE_INFINITY,
  ) {
    const { read } = opened.store;
    const store: Store = Object.create(opened.store, {
      read: {
        value: {
          ...read,
          creditSums: async (...question: Parameters<Store['read']['creditSums']>) => {
            const sums = await read.creditSums(...question);
            return {
              ...sums,
              groups: sums.groups.toSorted((one, other) => one - other).slice(0, tuplesRead),
            };
          },
        },
      },
    });
    const operations = operationsOn(store);
    const { rows } = await operations.retention(principal, {
      dimension: 'source',
      ...period,
      currency: null,
      interval: 'month',
      takesRefunds: true,
    });
    return rows;
  }

  test('is told of whoever paid first this month where no period is named, up to the end of the month', async () => {
    await sale('earlier', 'google');
    await world.convert('a', 10_000, Date.UTC(2026, 10, 1));
    const rows = await cohorts({ start: null, end: null });
    expect(rows.map(({ customers, periods }) => [customers, periods().length])).toEqual([[1, 1]]);
    const since = await cohorts({ start: { instant: Date.UTC(2026, 9, 1) }, end: null });
    expect(since.map(({ customers, periods }) => [customers, periods().length])).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('is told by the source of their first conversion, most customers first', async () => {
    await sale('a', 'google');
    await sale('b', 'google');
    await sale('c', 'bing');
    await sale('d', null);
    expect(await retention()).toEqual([
      ['google', 2, 20_000],
      ['bing', 1, 10_000],
      [null, 1, 10_000],
    ]);
  });

  test('counts whoever came by several sources at the one that is credited alone', async () => {
    await world.touch('a', { source: 'bing' }, Date.UTC(2026, 9, 8));
    await sale('a', 'google');
    expect(await retention()).toEqual([['google', 1, 10_000]]);
  });

  test.each([0, 1, 2])(
    'leaves out no source that is new since the first %i were read',
    async (tuplesRead) => {
      await sale('a', 'google');
      await sale('b', 'bing');
      await sale('c', null);
      await sale('d', 'google');
      await world.touch('e', { source: 'google', medium: 'cpc' }, Date.UTC(2026, 9, 9));
      await world.convert('e', 10_000, Date.UTC(2026, 9, 10));
      const rows = await retention(tuplesRead);
      expect(rows).toHaveLength(3);
      expect(new Map(rows.map(([value, ...rest]) => [value, rest]))).toEqual(
        new Map([
          ['google', [3, 30_000]],
          ['bing', [1, 10_000]],
          [null, [1, 10_000]],
        ]),
      );
    },
  );

  test('is told of a period with what was refunded in it, as one where no value is known, and not of spend alone', async () => {
    await sale('by nothing', null);
    await world.touch('by something', { medium: 'email' }, Date.UTC(2026, 9, 9));
    await world.convert('by something', 500, Date.UTC(2026, 9, 10));
    await world.touch('earlier', { source: 'google' }, Date.UTC(2026, 8, 1));
    const refunded = await world.convert('earlier', 2000, Date.UTC(2026, 8, 2));
    await world.refund(refunded, 300, Date.UTC(2026, 9, 31, 23));
    const { organizationId } = room;
    const spent = {
      day: Date.UTC(2026, 9, 10) / 86_400_000,
      currency: 'EUR',
      amount: 7,
      updatedTime: room.now,
    };
    const named = Object.fromEntries(spendDimensions.map((dimension) => [dimension, null]));
    const entry = { ...named, ...spent, source: 'spent' } as SpendEntry;
    await room.store.write('putSpend', { organizationId, entries: [entry] });
    const { rows } = await operationsOn(opened.store).transactions(principal, {
      dimension: 'source',
      start: { instant: Date.UTC(2026, 9, 1) },
      end: { instant: Date.UTC(2026, 10, 1) },
      currency: null,
    });
    expect(rows).toEqual([
      { value: null, conversions: 2, revenue: 10_500n, refunds: 0n },
      { value: 'google', conversions: 0, revenue: 0n, refunds: 300n },
    ]);
  });
});
