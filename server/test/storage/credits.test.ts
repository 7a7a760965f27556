import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { touchId } from '../../src/domain/touch.ts';
import { countOf } from '../support/counts.ts';
import { failureOf } from '../support/failures.ts';
import { creditsFromScratch, type KeptCredits, keptCredits } from '../support/kept-credits.ts';
import { announceSeed } from '../support/random.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

const seed = announceSeed('credits');
const day = 86_400_000;

const customer = fc.constantFrom('a', 'b', 'c', 'd');
const visitor = fc.constantFrom('visitor_1', 'visitor_2', 'visitor_3');
const source = fc.constantFrom(null, 'google', 'bing', '(direct)', 'partner');
const medium = fc.constantFrom(null, '(none)', 'cpc');
/** A click id or a referrer makes of what names no source more than a direct visit. */
const facts = fc.record({
  source,
  medium,
  clickId: fc.constantFrom(null, null, 'x'),
  referrer: fc.constantFrom(null, null, 'https://example.com/'),
});
/** Days back: many fall on the edges of windows. */
const daysBack = fc.constantFrom(0, 0, 1, 2, 3, 29, 30, 31, 60, 90, 91, 400);
const conversionId = fc.constantFrom('one', 'two', 'three', 'four', 'five', 'six');
const amount = fc.constantFrom(0, 1, 2, 3, 100, 9_999, 999_999_999_999_999);
const settings = fc.constantFrom(
  null,
  { lookbackDays: 30 },
  { positionWeights: [0.3, 0, 0.7] as const, halfLifeDays: 1 },
  { reportingTimezone: 'Pacific/Auckland', lookbackDays: 365 },
);

type Operation = (room: StoreRoom) => Promise<unknown>;

let erasuresMade = 0;

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ customer, facts }).map(
    ({ customer, facts }): Operation =>
      (room) =>
        room.put(customer, facts),
  ),
  fc.record({ customer, facts, daysBack }).map(
    ({ customer, facts, daysBack }): Operation =>
      (room) =>
        room.add(customer, facts, { occurredTime: room.now - daysBack * day }),
  ),
  {
    weight: 3,
    arbitrary: fc.record({ customer, conversionId, amount, daysBack, jpy: fc.boolean() }).map(
      ({ customer, conversionId, amount, daysBack, jpy }): Operation =>
        (room) =>
          room.convert(customer, {
            conversionId: `${room.organizationId}_${conversionId}`,
            amount,
            currency: jpy ? 'JPY' : 'EUR',
            occurredTime: room.now - daysBack * day,
          }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ conversionId, amount: fc.constantFrom(null, '1', '7'), daysBack }).map(
      ({ conversionId, amount, daysBack }): Operation =>
        (room) =>
          room.refund(`${room.organizationId}_${conversionId}`, {
            amount,
            occurredTime: room.now - daysBack * day,
          }),
    ),
  },
  customer.map(
    (id): Operation =>
      (room) =>
        room.remove(id),
  ),
  fc.record({ from: customer, to: customer }).map(
    ({ from, to }): Operation =>
      (room) =>
        room.merge(from, to),
  ),
  fc.record({ customer, place: fc.nat(3) }).map(
    ({ customer, place }): Operation =>
      async (room) => {
        const touches = (await room.touches(customer)) ?? [];
        const touch = touches[place % Math.max(1, touches.length)];
        if (touch !== undefined) await room.undo(customer, touchId(touch));
      },
  ),
  customer.map(
    (id): Operation =>
      (room) => {
        const made = ++erasuresMade;
        return room.erase(id, {
          erasureId: `era_${made}`,
          newCustomerId: `erased_${made}_of_nobody_but_chance`,
        });
      },
  ),
  fc.record({ visitor, facts, daysBack }).map(
    ({ visitor, facts, daysBack }): Operation =>
      (room) =>
        room.capture(visitor, facts, { occurredTime: room.now - daysBack * day }),
  ),
  fc.record({ customer, visitor, daysBack }).map(
    ({ customer, visitor, daysBack }): Operation =>
      (room) =>
        room.link(customer, visitor, room.now - daysBack * day),
  ),
  settings.map(
    (content): Operation =>
      async (room) => {
        jobs.set(room.organizationId, await room.attribute(content));
      },
  ),
  fc.constantFrom(1, 2, 5).map(
    (conversions): Operation =>
      async (room) => {
        const job = jobs.get(room.organizationId);
        if (job !== undefined) await room.buildCredits(job, conversions);
      },
  ),
  fc.constantFrom(1, 3, 1000).map(
    (rows): Operation =>
      (room) =>
        room.dropCredits(rows),
  ),
);

/** The job that builds the newest settings of each organization. */
const jobs = new Map<string, string>();

/** By all versions that credits are kept by, or by some of them. */
async function expectCreditsOf(
  { rows }: OpenedStore,
  room: StoreRoom,
  isAsked = (_version: number) => true,
): Promise<void> {
  const [found] = await rows(`SELECT * FROM organizations WHERE public_id = '${room.organizationId}'`);
  const organization = Number(found?.['organization_id']);
  const versions = await rows(`SELECT * FROM credit_versions WHERE organization_id = ${organization}`);
  const kept = versions
    .filter(({ state }) => state !== 'dropping')
    .map((row) => Number(row['settings_version']));
  if (!versions.some(({ state }) => state === 'live')) kept.push(1);
  for (const version of kept.filter(isAsked)) {
    const [stored, scratch] = await Promise.all([
      keptCredits(rows, organization, version),
      creditsFromScratch(rows, organization, version),
    ]);
    // To find every difference takes many times as long as to find that there is none.
    const [kept, expected] = [rounded(stored), rounded(scratch)];
    if (!isDeepStrictEqual(kept, expected)) expect(kept).toEqual(expected);
    expectWholeSums(
      stored.credits,
      await rows(`SELECT * FROM conversions WHERE organization_id = ${organization}`),
    );
  }
}

/** Sums of fractions depend, in their last digits, on the order in which they were made. */
function rounded(kept: KeptCredits): unknown {
  const roundedRows = (rows: readonly number[] | Readonly<Record<string, readonly number[]>>) =>
    Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, [row].flat().map(roundedNumber)]));
  return Object.fromEntries(Object.entries(kept).map(([table, rows]) => [table, roundedRows(rows)]));
}

function roundedNumber(value: number): number {
  return Math.round(value * 1e9) / 1e9 || 0;
}

function expectWholeSums(
  credits: Readonly<Record<string, readonly number[]>>,
  conversions: readonly Readonly<Record<string, unknown>>[],
): void {
  const amounts = new Map(conversions.map((row) => [String(row['conversion_key']), Number(row['amount'])]));
  const byConversion = Map.groupBy(Object.entries(credits), ([name]) => name.split(' ')[0] ?? '');
  const wrong = [...byConversion].flatMap(([key, rows]) => {
    const sums = Array.from({ length: 12 }, (_, place) =>
      rows.reduce((total, [, values]) => total + (values[place] ?? 0), 0),
    );
    const isWhole = sums.every((sum, place) => (place < 6 ? isOne(sum) : sum === amounts.get(key)));
    return isWhole ? [] : [{ key, amount: amounts.get(key), sums }];
  });
  expect(wrong).toEqual([]);
}

function isOne(sum: number): boolean {
  return Math.abs(sum - 1) < 5e-10;
}

describe.each(engines)('credits on $name', (engine) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await engine.open();
  });
  afterAll(() => opened.dispose());

  test('are at any time what the pure function makes of what is stored, whatever was done, together or one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ operations: fc.array(operation, { minLength: 1, maxLength: 8 }), hours: fc.nat(50) }),
          {
            minLength: 3,
            maxLength: 8,
          },
        ),
        async (steps) => {
          const room = await StoreRoom.open(() => opened.store);
          for (const { operations, hours } of steps) {
            room.now += hours * 3_600_000;
            const outcomes = await Promise.allSettled(operations.map((each) => each(room)));
            for (const outcome of outcomes) {
              if (outcome.status === 'rejected' && !(outcome.reason instanceof Failure)) throw outcome.reason;
            }
          }
          await expectCreditsOf(opened, room);
        },
      ),
      { numRuns: countOf(400), seed },
    );
  }, 600_000);

  test.each([
    {
      by: 'in the order of another engine, before a move',
      set: (now: number) =>
        `reached_time = CASE WHEN reached_time IS NULL THEN ${now} END, reached_conversion_key = 0,
         reached_customer_id = CASE WHEN reached_customer_id IS NULL THEN 'b' END,
         summed_time = CASE WHEN summed_time IS NULL THEN ${now} END`,
    },
    { by: 'by a version that summed every credit up at once', set: () => 'summed_time = NULL' },
  ])('that were begun $by, are built anew', async ({ set }) => {
    const room = await StoreRoom.open(() => opened.store);
    for (const [place, id] of ['a', 'b', 'c'].entries()) {
      await room.put(id, { source: 'google' });
      await room.convert(id, { conversionId: `${room.organizationId}_${id}`, amount: 100 });
      room.now += place * 40 * day;
    }
    await room.refund(`${room.organizationId}_b`, { amount: '0.40' });
    const job = await room.attribute({ halfLifeDays: 1 });
    await room.buildCredits(job, 1);
    await opened.change(`UPDATE credit_versions SET ${set(room.now)} WHERE job_id = '${job}'`);
    while (!(await room.buildCredits(job, 2)).isFinished);
    await expectCreditsOf(opened, room);
    const versions = await opened.store.read.creditVersions(room.organizationId);
    expect(versions.find(({ version }) => version === 2)?.state).toBe('live');
  });

  test('of the latest conversions stay out of the sums, and are in them in the end whatever becomes of the process', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const [start, hour] = [room.now - 6 * day, 3_600_000];
    for (let place = 0; place < 24; place++) {
      const id = `c${place % 5}`;
      const occurredTime = start + 5 * place * hour;
      await room.add(id, { source: `s${place % 3}` }, { occurredTime });
      const conversionId = `${room.organizationId}_${place}`;
      await room.convert(id, { conversionId, amount: 100 + place, occurredTime: occurredTime + 1 });
      if (place % 4 === 0)
        await room.refund(conversionId, { amount: '0.10', occurredTime: start + 120 * hour });
    }
    const job = await room.attribute({ lookbackDays: 30 });
    for (let step = 0, isFinished = false; !isFinished; step++) {
      ({ isFinished } = await room.buildCredits(job, 4));
      await expectCreditsOf(opened, room);
      if (step % 3 === 1) opened = await opened.reopen();
    }
    await expectCreditsOf(opened, room);
  });

  test('of a moment right after one that is in the sums are in them, too, though the process ends between', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const start = room.now - day;
    for (const [place, customer] of ['a', 'b', 'c'].entries()) {
      await room.add(customer, { source: customer }, { occurredTime: start });
      await room.convert(customer, { amount: 7, occurredTime: start + place });
    }
    const job = await room.attribute({ lookbackDays: 30 });
    // The first is in the sums at once, and the second left out of them.
    for (let step = 0; step < 2; step++) await room.buildCredits(job, 1);
    opened = await opened.reopen();
    while (!(await room.buildCredits(job, 1)).isFinished);
    await expectCreditsOf(opened, room);
  });

  test('of long ago are summed up in the year in which they were, also before 1970', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const times = [
      Date.UTC(1968, 11, 31),
      Date.UTC(1969, 0, 1),
      Date.UTC(1969, 11, 31),
      Date.UTC(1970, 0, 1),
    ];
    for (const [place, occurredTime] of times.entries()) {
      await room.add(`c${place}`, { source: 'radio' }, { occurredTime: occurredTime - 1000 });
      await room.convert(`c${place}`, { amount: 7, occurredTime });
    }
    const job = await room.attribute({ lookbackDays: 30 });
    while (!(await room.buildCredits(job, 1)).isFinished);
    await expectCreditsOf(opened, room);
    const years = await opened.rows(
      `SELECT DISTINCT credit_years.year FROM credit_years JOIN organizations USING (organization_id)
       WHERE public_id = '${room.organizationId}' AND settings_version = 2 ORDER BY 1`,
    );
    expect(years.map((row) => Number(row['year']))).toEqual([-2, -1, 0]);
  });

  test('of several conversions of one moment are summed up once, also where an erasure changes their order', async () => {
    for (const erased of ['a', 'b']) {
      const room = await StoreRoom.open(() => opened.store);
      const start = room.now;
      room.now += day;
      for (const [customer, id, later] of [
        ['a', 'n', 0],
        ['b', 'z', 0],
        ['c', 'c', 5],
        ['d', 'd', 9],
      ] as const) {
        await room.add(customer, { source: customer }, { occurredTime: start });
        const occurredTime = start + later;
        await room.convert(customer, {
          conversionId: `${id}_${room.organizationId}`,
          amount: 7,
          occurredTime,
        });
      }
      const job = await room.attribute({ lookbackDays: 30 });
      for (let step = 0; step < 3; step++) await room.buildCredits(job, 1);
      erasuresMade += 1;
      await room.erase(erased, {
        erasureId: `era_${erasuresMade}`,
        newCustomerId: `${erased === 'a' ? 'zz' : 'a'}_erased_${erasuresMade}`,
      });
      opened = await opened.reopen();
      await expectCreditsOf(opened, room);
      while (!(await room.buildCredits(job, 1)).isFinished);
      await expectCreditsOf(opened, room);
    }
  });

  test('miss no conversion whose id an erasure changes at the moment that is being built', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const occurredTime = room.now - 5;
    for (const [customer, id] of Object.entries({ a: 'n', b: 'z' })) {
      await room.add(customer, { source: customer }, { occurredTime: occurredTime - 1 });
      await room.convert(customer, { conversionId: `${id}_${room.organizationId}`, amount: 7, occurredTime });
    }
    const job = await room.attribute({ lookbackDays: 30 });
    await room.buildCredits(job, 1);
    erasuresMade += 1;
    const as = { erasureId: `era_${erasuresMade}`, newCustomerId: `a_erased_${erasuresMade}` };
    // Where the order of ids is that of the build, it has to be past them first.
    const refusal = await failureOf(room.erase('b', as));
    while (!(await room.buildCredits(job, 1)).isFinished);
    if (refusal === 'unavailable') await room.erase('b', as);
    else expect(refusal).toBeNull();
    await expectCreditsOf(opened, room);
    const versions = await opened.store.read.creditVersions(room.organizationId);
    expect(versions.find(({ version }) => version === 2)?.state).toBe('live');
  });

  test('by settings out of force go bit by bit, those by the first settings too', async () => {
    const room = await StoreRoom.open(() => opened.store);
    for (const id of ['a', 'b']) {
      await room.put(id, { source: 'google' });
      await room.convert(id, { conversionId: `${room.organizationId}_${id}`, amount: 100 });
    }
    await room.refund(`${room.organizationId}_a`, { amount: '0.40' });
    const [found] = await opened.rows(
      `SELECT * FROM organizations WHERE public_id = '${room.organizationId}'`,
    );
    const of = `organization_id = ${Number(found?.['organization_id'])}`;
    for (const [version, lookbackDays] of [30, 60].entries()) {
      const job = await room.attribute({ lookbackDays });
      while (!(await room.buildCredits(job, 5)).isFinished);
      while ((await room.dropCredits(1)).isLeft);
      for (const table of ['credits', 'refund_credits', 'credit_days']) {
        const kept = await opened.rows(`SELECT DISTINCT settings_version FROM ${table} WHERE ${of}`);
        expect([table, kept.map((row) => Number(row['settings_version']))]).toEqual([table, [version + 2]]);
      }
    }
    await expectCreditsOf(opened, room);
  });

  test('of days with many sums are summed up on the way', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const start = Date.UTC(2024, 1, 1);
    room.now = start + 300 * day;
    const one = `${room.organizationId}_one`;
    await room.add('a', { source: 'early' }, { occurredTime: start });
    await room.convert('a', { conversionId: one, amount: 3, occurredTime: start });
    // A row of the sums for each: of its own day and currency.
    await opened.change(
      `WITH RECURSIVE places (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 11000)
       INSERT INTO conversions
       SELECT organization_id, customer_id, 1000 + place, '${one} ' || place,
         ${start} + (place % 200) * CAST(${day} AS bigint), created_time, updated_time, type, amount,
         'C' || (place / 200), refunded_amount, order_id, metadata, actor_id, 0
       FROM conversions, places WHERE conversion_id = '${one}'`,
    );
    await opened.change(`UPDATE customers SET latest_conversion_time = ${room.now} WHERE customer_id = 'a'`);
    const job = await room.attribute({ lookbackDays: 365 });
    for (const conversions of [5000, 5500, 100]) await room.buildCredits(job, conversions);
    await room.add('a', { source: 'late' }, { occurredTime: start + 191 * day });
    await room.add('a', { source: 'later' }, { occurredTime: start + 100 * day });
    // Nobody has counted what stands beside the store for the version before.
    const isBuilt = (version: number) => version > 1;
    await expectCreditsOf(opened, room, isBuilt);
    // As a version would have left it that summed every credit up at once: what there is goes bit by bit.
    await opened.change(`UPDATE credit_versions SET summed_time = NULL WHERE job_id = '${job}'`);
    while (!(await room.buildCredits(job, 5000)).isFinished);
    await expectCreditsOf(opened, room, isBuilt);
  });

  test('of many customers are summed up by day and month, whatever the step, while others write', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const end = room.now;
    for (let place = 0; place < 12; place++) {
      const id = `c${place}`;
      await room.add(id, { source: place % 2 === 0 ? 'google' : 'bing' }, { occurredTime: end - 90 * day });
      const occurredTime = end - (place % 4) * 25 * day;
      const told = { conversionId: `${room.organizationId}_${id}`, amount: 100 + place, occurredTime };
      await room.convert(id, { ...told, currency: place % 3 === 0 ? 'JPY' : 'EUR' });
      if (place % 5 === 0) await room.refund(told.conversionId, { amount: '1' });
    }
    const job = await room.attribute({ reportingTimezone: 'Pacific/Auckland', lookbackDays: 365 });
    for (let step = 0, isFinished = false; !isFinished; step++) {
      ({ isFinished } = await room.buildCredits(job, 3));
      await room.add(`c${step % 12}`, { source: 'late' }, { occurredTime: end - 100 * day });
      const told = {
        conversionId: `${room.organizationId}_late_${step}`,
        occurredTime: end - step * 9 * day,
      };
      await room.convert(`c${(5 * step) % 12}`, told);
      if (step % 3 === 0) await room.merge(`c${(7 * step) % 12}`, `c${(7 * step + 5) % 12}`);
      if (step % 3 === 1) await expectCreditsOf(opened, room);
    }
    await expectCreditsOf(opened, room);
    const versions = await opened.store.read.creditVersions(room.organizationId);
    expect(versions.find(({ version }) => version === 2)?.state).toBe('live');
  });

  test('of a day with many conversions are summed up in parts, between which others write about any moment of it', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const noon = room.now - (room.now % day) - day / 2;
    const place = (step: number) => `${room.organizationId}_${step}`;
    const convert = (step: number) =>
      room.convert(`c${step % 5}`, {
        conversionId: place(step),
        amount: 90 + step,
        occurredTime: noon + (step % 23),
      });
    for (const id of [0, 1, 2, 3]) {
      await room.add(`c${id}`, { source: `s${id % 2}` }, { occurredTime: noon - day });
      await room.add(`c${id}`, { source: 'later' }, { occurredTime: noon + 4 * id });
    }
    for (let step = 0; step < 40; step++) {
      await convert(step);
      if (step % 2 === 0)
        await room.refund(place(step), { amount: '0.10', occurredTime: noon + 30 + (step % 17) });
    }
    const job = await room.attribute({ lookbackDays: 30 });
    for (let step = 40, isFinished = false; !isFinished; step++) {
      ({ isFinished } = await room.buildCredits(job, 2));
      if (step % 3 === 0) await expectCreditsOf(opened, room);
      const occurredTime = noon + (step % 20);
      if (step % 4 === 0) await convert(step);
      if (step % 4 === 1)
        await room.refund(place(7 * (step % 5)), { amount: '0.01', occurredTime: occurredTime + 30 });
      if (step % 4 === 3) await room.add(`c${step % 3}`, { source: 'late' }, { occurredTime });
      if (step === 44) await room.merge('c0', 'c1');
      if (step === 64) await room.merge('c2', 'c3');
    }
    await expectCreditsOf(opened, room);
  });
});
