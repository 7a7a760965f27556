import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import { channelTupleOf } from '../../src/domain/channel.ts';
import type { Filter } from '../../src/domain/collection.ts';
import type { CreditFilterField } from '../../src/domain/credit-filter.ts';
import { cleanFraction } from '../../src/domain/fraction-sums.ts';
import {
  type AttributionReport,
  createAttributionReportOperations,
  type ReportRequest,
} from '../../src/operations/attribution-report.ts';
import { createChannels } from '../../src/operations/channel.ts';
import type { Reads } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { MoneyWorld, type WorldCredit } from '../support/money-world.ts';
import { principalOf } from '../support/principals.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { StoreRoom } from '../support/store-room.ts';

const day = (text: string) => ({ day: Date.parse(text) / 86_400_000 });
const usual: ReportRequest = {
  dimensions: ['source'],
  models: attributionModels,
  start: day('2026-03-01'),
  end: day('2026-05-10'),
  timezone: null,
  currency: null,
  interval: null,
  filter: [],
  dateBasis: 'conversion',
  countsCustomers: false,
  limit: 100,
};

type AnyFilter = Filter<CreditFilterField>;
const equals = (field: CreditFilterField, value: string | null, negated = false): AnyFilter => [
  { field, negated, alternatives: [{ equals: value }] },
];

describe.each(engines)('reports on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let world: MoneyWorld;
  let report: (more?: Partial<ReportRequest>) => Promise<AttributionReport>;

  beforeAll(async () => {
    opened = await open();
    room = await StoreRoom.open(() => opened.store);
    world = new MoneyWorld(room, randomFrom(announceSeed('reports')));
    const context = { store: opened.store, now: () => room.now };
    const operations = createAttributionReportOperations(context, createChannels(context));
    report = (more = {}) => operations.report(principalOf(room), { ...usual, ...more });
    await world.fill({
      customers: 25,
      touchesEach: 6,
      conversionsEach: 4,
      from: Date.parse('2026-02-01T00:00:00Z'),
      until: Date.parse('2026-06-01T00:00:00Z'),
    });
    await world.convert('who came by nothing', 1234, Date.parse('2026-04-01T12:00:00Z'));
  });
  afterAll(() => opened.dispose());

  test.each<[string, Partial<ReportRequest>]>([
    ['by one field', {}],
    ['by two fields', { dimensions: ['source', 'medium'] }],
    ['by one model', { models: ['time-decay'] }],
    ['of a whole year', { start: day('2026-01-01'), end: day('2027-01-01') }],
    [
      'of a year and what is around it, on the dates of refunds',
      { start: day('2025-11-20'), end: day('2027-02-02'), dateBasis: 'refund' },
    ],
    [
      'of a year and a part of the next',
      { start: day('2025-01-01'), end: day('2026-05-01'), models: ['linear'] },
    ],
    ['of whole months', { start: day('2026-03-01'), end: day('2026-05-01') }],
    ['of days within a month', { start: day('2026-03-05'), end: day('2026-03-25') }],
    ['by day', { interval: 'day' }],
    ['by week', { interval: 'week' }],
    ['by month', { interval: 'month' }],
    ['on the dates of refunds', { dateBasis: 'refund' }],
    ['on the dates of refunds, by week', { dateBasis: 'refund', interval: 'week' }],
    ['in a zone with summer time, by day', { timezone: 'Europe/Berlin', interval: 'day' }],
    ['in a zone far from others, by week', { timezone: 'Pacific/Apia', interval: 'week' }],
    ['in a zone, on the dates of refunds', { timezone: 'America/St_Johns', dateBasis: 'refund' }],
    [
      'between two moments',
      {
        start: { instant: Date.parse('2026-03-08T07:31:12.345Z') },
        end: { instant: Date.parse('2026-04-20T19:00:00Z') },
      },
    ],
    ['of a source', { filter: equals('source', 'google') }],
    ['of all but a medium', { filter: equals('medium', 'cpc', true) }],
    ['of no source', { filter: equals('source', null), dimensions: ['medium'] }],
    ['of touches on a path', { filter: equals('path', '/a'), dimensions: ['medium'] }],
    ['of touches on a path, on the dates of refunds', { filter: equals('path', '/a'), dateBasis: 'refund' }],
    [
      'of a range of sources',
      {
        filter: [
          {
            field: 'source',
            negated: false,
            alternatives: [
              { from: 'b', to: 'h' },
              { from: '\u{1F600}', to: undefined },
            ],
          },
        ],
      },
    ],
  ])('equal a recount of everything: %s', async (_words, request) => {
    const actual = await report(request);
    expect(readable(actual)).toEqual(
      recount(world.credits(defaultAttributionSettings), { ...usual, ...request }),
    );
  });

  test.each([
    ['a year', day('2026-01-01'), day('2027-01-01')],
    ['months', day('2026-10-01'), day('2026-12-01')],
    ['days', day('2026-11-22'), day('2026-11-24')],
    ['moments', { instant: Date.UTC(2026, 10, 22, 1) }, { instant: Date.UTC(2026, 10, 23, 1) }],
  ])('are exact where a sum is larger than any number that is: of %s', async (_words, start, end) => {
    const rich = await StoreRoom.open(() => opened.store);
    const amount = 999_999_999_999_999;
    await rich.put('c', { source: 'google' });
    for (let place = 0; place < 10; place++) {
      await rich.convert('c', { conversionId: `${rich.organizationId}_${place}`, amount, currency: 'EUR' });
    }
    await rich.refund(`${rich.organizationId}_3`, { amount: null });
    const context = { store: opened.store, now: () => rich.now };
    const operations = createAttributionReportOperations(context, createChannels(context));
    const { rows } = await operations.report(principalOf(rich), { ...usual, start, end });
    expect(rows.flatMap(money)).toEqual(
      attributionModels.map(() => [9_999_999_999_999_990n, BigInt(amount)]),
    );
  });

  test('fold what is beyond the limit into one row, so that rows still add up', async () => {
    const [whole, folded] = [await report(), await report({ limit: 2 })];
    expect(folded.rows.map(({ group }) => group.kind)).toEqual(['values', 'values', 'other', 'unattributed']);
    expect(folded.rows.slice(0, 2)).toEqual(whole.rows.slice(0, 2));
    expect(money(folded.totals)).toEqual(money(whole.totals));
    const added = folded.rows.reduce((sum, row) => sum + (row.measures[3]?.revenue ?? 0n), 0n);
    expect(added).toBe(folded.totals.measures[3]?.revenue);
    const none = await report({ limit: 0, interval: 'month' });
    expect(new Set(none.rows.map(({ group }) => group.kind))).toEqual(new Set(['other', 'unattributed']));
  });

  test('lose no credit that moves to another source while a report is being read', async () => {
    const moving = await StoreRoom.open(() => opened.store);
    for (const source of ['google', 'bing']) {
      await moving.add(source, { source }, { occurredTime: moving.now });
      await moving.convert(source, { amount: 1000, currency: 'EUR' });
    }
    let reads = 0;
    const creditSums: Reads['creditSums'] = async (...asked) => {
      const sums = await opened.store.read.creditSums(...asked);
      // To a source that nothing was credited to before, and to one that has a row.
      if (++reads === 1) {
        await moving.add('google', { source: 'new' }, { occurredTime: moving.now });
        await moving.add('bing', { source: 'google', medium: 'new' }, { occurredTime: moving.now });
      }
      return sums;
    };
    const read = { ...opened.store.read, creditSums };
    const context = { store: { ...opened.store, read }, now: () => moving.now };
    const operations = createAttributionReportOperations(context, createChannels(context));
    const asked = { ...usual, start: day('2026-11-01'), end: day('2026-12-01'), interval: 'day' } as const;
    const { rows, totals } = await operations.report(principalOf(moving), { ...asked, models: ['last'] });
    expect(rows.map(({ group, measures }) => [group.kind, group.values, measures[0]?.revenue])).toEqual([
      ['values', ['google'], 1000n],
      ['other', null, 1000n],
    ]);
    expect(totals.measures[0]).toMatchObject({ conversions: 2, revenue: 2000n });
  });

  test('let others have a turn after each part of the period', async () => {
    let turn = 0;
    let timer = setImmediate(function next() {
      turn += 1;
      timer = setImmediate(next);
    });
    let turnOfSums = 0;
    const turnsAsked: number[] = [];
    const creditSums: Reads['creditSums'] = async (...asked) => {
      const sums = await opened.store.read.creditSums(...asked);
      turnOfSums = turn;
      return sums;
    };
    const creditsInForce: Reads['creditsInForce'] = (...asked) => {
      turnsAsked.push(turn);
      return opened.store.read.creditsInForce(...asked);
    };
    const read = { ...opened.store.read, creditSums, creditsInForce };
    const context = { store: { ...opened.store, read }, now: () => room.now };
    const operations = createAttributionReportOperations(context, createChannels(context));
    const { rows } = await operations.report(principalOf(room), { ...usual, interval: 'day' });
    clearImmediate(timer);
    // When all rows are made, the report looks whether the same credits are still in force.
    const turns = (turnsAsked.at(-1) ?? 0) - turnOfSums;
    expect(turns).toBeGreaterThanOrEqual(new Set(rows.map(({ bucket }) => bucket)).size);
  });

  test('count distinct customers', async () => {
    const { rows } = await report({ countsCustomers: true, models: ['linear'] });
    const credits = world
      .credits(defaultAttributionSettings)
      .filter(({ conversion }) => within(conversion.occurredTime, usual));
    expect(rows.length).toBeGreaterThan(1);
    for (const { group, customers } of rows) {
      const behind = credits.filter(({ touch }) =>
        group.values === null
          ? touch === null
          : touch !== null && touch.leadSource.source === group.values[0],
      );
      expect(customers).toBe(new Set(behind.map(({ conversion }) => conversion.customerId)).size);
    }
  });

  test('know of a channel what the rules in force say', async () => {
    const { rows, channelRulesVersion, settingsVersion } = await report({ dimensions: ['channel'] });
    expect([channelRulesVersion, settingsVersion]).toEqual([1, 1]);
    const { channelOf } = await createChannels({ store: opened.store, now: () => room.now }).of(
      room.organizationId,
    );
    const credits = world.credits(defaultAttributionSettings);
    const expected = credits.flatMap(({ touch, conversion }) =>
      touch !== null && within(conversion.occurredTime, usual)
        ? [channelOf(channelTupleOf(touch.leadSource, null))]
        : [],
    );
    const told = rows.flatMap(({ group }) => group.values ?? []);
    expect(new Set(told)).toEqual(new Set(expected));
  });

  // The last of all: it changes how the whole organization reports.
  describe('where the organization reports in a zone with summer time', () => {
    const reportingTimezone = 'America/New_York';

    beforeAll(async () => {
      // The ends of the day of 23 hours on which its clocks go forward.
      for (const edge of ['03-08T05:00:00', '03-09T04:00:00']) {
        const begin = Date.parse(`2026-${edge}Z`);
        for (const moment of [begin - 1, begin]) await world.convert('c0', 100, moment);
      }
      const job = await room.attribute({ reportingTimezone });
      while (!(await room.buildCredits(job, 1000)).isFinished);
    });

    test.each<[string, Partial<ReportRequest>]>([
      ['by day', { interval: 'day' }],
      ['by month, on the dates of refunds', { interval: 'month', dateBasis: 'refund' }],
      ['of the day on which clocks go forward', { start: day('2026-03-08'), end: day('2026-03-09') }],
      ['of a whole year', { start: day('2026-01-01'), end: day('2027-01-01') }],
      ['of touches on a path, by week', { filter: equals('path', '/a'), interval: 'week' }],
      ['in UTC, by day', { timezone: 'UTC', interval: 'day' }],
      ['in another such zone, by week', { timezone: 'Europe/Berlin', interval: 'week' }],
      ['in a zone of half hours', { timezone: 'Asia/Kolkata', dateBasis: 'refund' }],
    ])('they equal a recount of everything: %s', async (_words, request) => {
      const actual = await report(request);
      expect([actual.settingsVersion, actual.period.timezone]).toEqual([
        2,
        request.timezone ?? reportingTimezone,
      ]);
      const asked = { ...usual, timezone: reportingTimezone, ...request };
      expect(readable(actual)).toEqual(recount(world.credits(defaultAttributionSettings), asked));
    });
  });
});

function within(instant: number, { start, end, timezone }: ReportRequest): boolean {
  const edge = (at: ReportRequest['start']) =>
    'instant' in at ? at.instant : startOf(at.day, timezone ?? 'UTC');
  return instant >= edge(start) && instant < edge(end);
}

function startOf(dayNumber: number, zone: string): number {
  const text = new Date(dayNumber * 86_400_000).toISOString().slice(0, 10);
  return Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds;
}

function intervalOf(instant: number, { interval, timezone }: ReportRequest): string {
  if (interval === null) return '';
  const date = Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timezone ?? 'UTC')
    .toPlainDate();
  if (interval === 'day') return date.toString();
  if (interval === 'month') return date.with({ day: 1 }).toString();
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

type Row = Record<string, readonly (string | number)[]>;

/** By interval and values: what each model says. */
function readable({ rows, buckets }: AttributionReport): Record<string, Row> {
  const entries = rows.map(({ bucket, group, measures }) => {
    const firstDay = buckets[bucket]?.firstDay ?? null;
    const interval = firstDay === null ? '' : new Date(firstDay * 86_400_000).toISOString().slice(0, 10);
    const name = JSON.stringify([interval, group.values]);
    const credits = measures.map(({ conversions, newCustomers, revenue, refunds }, index) => [
      index,
      [
        cleanFraction(conversions).toFixed(7),
        cleanFraction(newCustomers).toFixed(7),
        String(revenue),
        String(refunds),
      ],
    ]);
    return [name, Object.fromEntries(credits)];
  });
  return Object.fromEntries(entries);
}

/** The same, from plain arrays. */
function recount(credits: readonly WorldCredit[], request: ReportRequest): Record<string, Row> {
  const sums = new Map<string, [number, number, number, number][]>();
  const at = (time: number, { touch }: WorldCredit) => {
    const values =
      touch === null
        ? null
        : request.dimensions.map((field) => (field === 'channel' ? null : touch.leadSource[field]));
    const name = JSON.stringify([intervalOf(time, request), values]);
    const row = sums.get(name) ?? request.models.map(() => [0, 0, 0, 0]);
    sums.set(name, row);
    return row;
  };
  for (const credit of credits.filter((each) => isChosen(each, request.filter))) {
    const { conversion, byModel, isFirst } = credit;
    for (const [index, model] of request.models.entries()) {
      const { weight = 0, amount = 0, refunds = [] } = byModel[model] ?? {};
      if (within(conversion.occurredTime, request)) {
        const sum = at(conversion.occurredTime, credit)[index] ?? [0, 0, 0, 0];
        sum[0] += weight;
        sum[1] += isFirst ? weight : 0;
        sum[2] += amount;
      }
      for (const refund of refunds) {
        const time = request.dateBasis === 'refund' ? refund.occurredTime : conversion.occurredTime;
        if (within(time, request)) (at(time, credit)[index] ?? [0, 0, 0, 0])[3] += refund.amount;
      }
    }
  }
  const said = [...sums].filter(([, row]) =>
    row.some(([conversions, , revenue, refunds]) => conversions + revenue + refunds > 0),
  );
  return Object.fromEntries(
    said.map(([name, row]) => [
      name,
      Object.fromEntries(
        row.map(([one, two, three, four], index) => [
          index,
          [cleanFraction(one).toFixed(7), cleanFraction(two).toFixed(7), String(three), String(four)],
        ]),
      ),
    ]),
  );
}

function isChosen({ touch }: WorldCredit, filter: AnyFilter): boolean {
  if (filter.length === 0) return true;
  if (touch === null) return false;
  return filter.every(({ field, negated, alternatives }) => {
    const value = touch.leadSource[field as 'source'];
    const holds = alternatives.some((alternative) => {
      if ('equals' in alternative) return value === alternative.equals;
      if (value === null) return false;
      const bytes = Buffer.from(value);
      const { from, to } = alternative;
      if (from !== undefined && Buffer.compare(bytes, Buffer.from(String(from))) < 0) return false;
      return to === undefined || Buffer.compare(bytes, Buffer.from(String(to))) <= 0;
    });
    return holds !== negated;
  });
}

function money({ measures }: Pick<AttributionReport['totals'], 'measures'>) {
  return measures.map(({ revenue, refunds }) => [revenue, refunds]);
}
