import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { createAffiliateStatementOperations } from '../../src/operations/affiliate-statement.ts';
import { createAttributionReportOperations } from '../../src/operations/attribution-report.ts';
import { createChannels } from '../../src/operations/channel.ts';
import { createConversionOperations } from '../../src/operations/conversion.ts';
import { createJourneyReportOperations } from '../../src/operations/journey.ts';
import { createOfflineConversionOperations } from '../../src/operations/offline-conversion.ts';
import { createPublishedReportOperations } from '../../src/operations/published-report.ts';
import type { Reads, Store } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { MoneyWorld } from '../support/money-world.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

const march = { instant: Date.parse('2026-03-01T00:00:00Z') };
const april = { instant: Date.parse('2026-04-01T00:00:00Z') };
const inMarch = { start: march, end: april, timezone: null };

describe.each(engines)('what is read for an answer, on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  beforeAll(async () => {
    opened = await open();
    room = await StoreRoom.open(() => opened.store);
    const world = new MoneyWorld(room, () => 0.5);
    await world.touch('c', { source: 'google', medium: 'affiliate' }, march.instant);
    await world.convert('c', 500, march.instant + 1000);
    room.now = april.instant;
    await operationsOn(opened.store).affiliates.close(principalOf(room), { ...inMarch, model: null });
    room.now += 1000;
  });
  afterAll(() => opened.dispose());

  function operationsOn(store: Store) {
    const context = { store, now: () => room.now, random: (count: number) => new Uint8Array(count) };
    // What channels are read by is kept, and read for everybody.
    const channels = createChannels({ ...context, store: opened.store });
    const reports = createAttributionReportOperations(context, channels);
    return {
      affiliates: createAffiliateStatementOperations(context),
      conversions: createConversionOperations(context, channels),
      journeys: createJourneyReportOperations(context, channels),
      offline: createOfflineConversionOperations(context),
      published: createPublishedReportOperations(context, channels, reports),
      reports,
    };
  }

  /** Asks with the reads of the store, the last of which is under way when nobody awaits the answer any more. */
  async function askedUntil(ask: Asking, lastRead: number) {
    const ending = new AbortController();
    const late = new Failure('unavailable', 'Nobody waits.');
    const begun: string[] = [];
    const read = new Proxy(opened.store.read, {
      get(reads, name: keyof Reads) {
        begun.push(name);
        if (begun.length === lastRead) ending.abort(late);
        return reads[name];
      },
    });
    const store: Store = Object.create(opened.store, { read: { value: read } });
    const outcome = await ask(operationsOn(store), ending.signal).then(
      () => 'an answer',
      (error: unknown) => (error === late ? 'none' : error),
    );
    return { begun: begun.length, outcome };
  }

  type Asking = (operations: ReturnType<typeof operationsOn>, ending: AbortSignal) => Promise<unknown>;

  const published = { dimension: 'source', start: march, end: april, currency: null } as const;
  const usual = { ...inMarch, dimensions: ['source'], models: ['last'], filter: [], limit: 10 } as const;
  const counted = {
    currency: null,
    interval: 'day',
    dateBasis: 'conversion',
    countsCustomers: true,
  } as const;
  const credited = {
    by: [{ field: 'source', negated: false, alternatives: [{ equals: 'google' }] }],
    models: ['last'],
  } as const;
  const page = { limit: 10, offset: 0, sort: [], filter: [] };
  const platform = { platform: 'google-ads', model: 'last', conversionName: 'a', sourceId: '' } as const;

  test.each<[string, Asking]>([
    [
      'a statement for affiliates',
      ({ affiliates }, ending) =>
        affiliates.report(principalOf(room), { model: null, start: null, end: null, timezone: null }, ending),
    ],
    [
      'a report',
      ({ reports }, ending) => reports.report(principalOf(room), { ...usual, ...counted }, ending),
    ],
    [
      'paths',
      ({ journeys }, ending) =>
        journeys.report(
          principalOf(room),
          { ...inMarch, dimension: 'source', currency: null, limit: 10 },
          ending,
        ),
    ],
    ['sales', ({ published: of }, ending) => of.transactions(principalOf(room), published, ending)],
    [
      'what customers paid',
      ({ published: of }, ending) =>
        of.retention(principalOf(room), { ...published, interval: 'month', takesRefunds: true }, ending),
    ],
    [
      'conversions that a report counts',
      ({ conversions }, ending) =>
        conversions.list(
          principalOf(room),
          { ...page, credited, counted: { ...inMarch, dateBasis: 'conversion' } },
          ending,
        ),
    ],
    [
      'what a platform is told',
      ({ offline }, ending) => offline.export(principalOf(room), { ...inMarch, ...platform }, ending),
    ],
  ])('is not begun any more once nobody awaits it: %s', async (_words, ask) => {
    const whole = await askedUntil(ask, Number.POSITIVE_INFINITY);
    expect(whole).toEqual({ begun: expect.toSatisfy((reads) => reads >= 3), outcome: 'an answer' });
    for (let lastRead = 1; lastRead < whole.begun; lastRead++) {
      expect(await askedUntil(ask, lastRead)).toEqual({ begun: lastRead, outcome: 'none' });
    }
  });
});
