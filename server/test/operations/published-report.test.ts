import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../src/domain/principal.ts';
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

describe.each(engines)('what customers paid since they paid first, on $name', ({ open }) => {
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
          tupleKeys: async (organizationId: string) =>
            (await read.tupleKeys(organizationId)).slice(0, tuplesRead),
        },
      },
    });
    const context = { store, now: () => room.now };
    const channels = createChannels(context);
    const reports = createAttributionReportOperations(context, channels);
    const operations = createPublishedReportOperations(context, channels, reports);
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
});
