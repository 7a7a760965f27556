import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../../../src/storage/postgres/session.ts';
import { creditsFromScratch, keptCredits } from '../../support/kept-credits.ts';
import { StoreRoom } from '../../support/store-room.ts';
import { type OpenedStore, openPostgres } from '../engines.ts';

let opened: OpenedStore;

beforeEach(async () => {
  opened = await openPostgres();
});
afterEach(() => opened.dispose());

interface Watched {
  /** How many values the longest list has that a statement was given, and how many rows the longest answer. */
  longest: number;
  /** How many statements added to each table of sums. */
  readonly additions: Record<string, number>;
}

/** Watches the statements from here on. */
function watch(): Watched {
  const watched: Watched = { longest: 0, additions: {} };
  for (const method of ['run', 'send'] as const) {
    const original = Session.prototype[method] as (...parameters: unknown[]) => unknown;
    vi.spyOn(Session.prototype, method).mockImplementation(function (this: Session, ...parameters) {
      const [{ text }, values] = parameters;
      const lists = Object.values(values).filter((each) => Array.isArray(each));
      watched.longest = Math.max(watched.longest, ...lists.map((list) => list.length));
      const [, table] = /insert into "?(credit_\w+)/.exec(text) ?? [];
      if (table !== undefined) watched.additions[table] = (watched.additions[table] ?? 0) + 1;
      return original.apply(this, parameters) as never;
    });
  }
  const { all } = Session.prototype;
  vi.spyOn(Session.prototype, 'all').mockImplementation(async function (this: Session, ...asked) {
    const rows = await all.apply(this, asked);
    watched.longest = Math.max(watched.longest, rows.length);
    return rows as never;
  });
  return watched;
}

async function expectCredits(version: number): Promise<void> {
  const { rows } = opened;
  const [kept, made] = await Promise.all([
    keptCredits(rows, 1, version),
    creditsFromScratch(rows, 1, version),
  ]);
  // To find every difference takes many times as long as to find that there is none.
  if (!isDeepStrictEqual(kept, made)) expect(kept).toEqual(made);
}

test('very many conversions of one day are summed up a part at a time', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.add('a', { source: 'google' }, { occurredTime: room.now - 5000 });
  await room.convert('a', { conversionId: 'one', amount: 100, occurredTime: room.now - 1000 });
  await room.refund('one', { amount: '0.40' });
  await opened.change(
    `INSERT INTO conversions
     SELECT organization_id, 'c' || place, 1000 + place, 'one ' || place, occurred_time, created_time, updated_time, type, place,
       currency, 0, order_id, metadata, actor_id, 1
     FROM conversions, generate_series(1, 10500) AS place`,
  );
  const job = await room.attribute({ lookbackDays: 30 });
  const watched = watch();
  while (!(await room.buildCredits(job, 5000)).isFinished);
  expect(watched.longest).toBe(10_000);
  await expectCredits(2);
});

test('a day with very many conversions and refunds takes several turns, those of one moment a single one', async () => {
  const room = await StoreRoom.open(() => opened.store);
  const noon = room.now - (room.now % 86_400_000) - 43_200_000;
  await room.add('a', { source: 'google' }, { occurredTime: noon - 5000 });
  await room.convert('a', { conversionId: 'one', amount: 100, occurredTime: noon });
  await room.refund('one', { amount: '0.01', occurredTime: noon + 1000 });
  await opened.change(
    `INSERT INTO conversions
     SELECT organization_id, 'c' || place, 1000 + place, 'one ' || place, occurred_time + greatest(0, place - 100), created_time,
       updated_time, type, 100, currency, 1, order_id, metadata, actor_id, 1
     FROM conversions, generate_series(1, 200) AS place`,
  );
  await opened.change(
    `INSERT INTO refunds
     SELECT organization_id, 'c' || place, 1000 + place, 1000 + place, 'one ' || place, 1, occurred_time + greatest(0, place - 100),
       created_time, actor_id
     FROM refunds, generate_series(1, 200) AS place`,
  );
  const job = await room.attribute({ lookbackDays: 30 });
  while ((await room.buildCredits(job, 10)).conversions > 0);
  const watched = watch();
  let turns = 1;
  for (; !(await room.buildCredits(job, 10)).isFinished; turns++) await expectCredits(2);
  expect(watched.longest).toBeGreaterThan(100);
  expect(watched.longest).toBeLessThan(160);
  expect(turns).toBeGreaterThan(5);
  await expectCredits(2);
});

test.each([
  ['one day', 0],
  ['several days', 20_000],
])('very many refunds of %s are summed up a part at a time', async (_days, apartMilliseconds) => {
  const room = await StoreRoom.open(() => opened.store);
  await room.add('a', { source: 'google' }, { occurredTime: room.now - 5000 });
  await room.convert('a', { conversionId: 'one', amount: 100, occurredTime: room.now - 1000 });
  await room.refund('one', { amount: '0.01' });
  await opened.change(
    `INSERT INTO conversions
     SELECT organization_id, 'c' || place, 1000 + place, 'one ' || place, occurred_time, created_time, updated_time, type, 100,
       currency, 1, order_id, metadata, actor_id, 1
     FROM conversions, generate_series(1, 10500) AS place`,
  );
  await opened.change(
    `INSERT INTO refunds
     SELECT organization_id, 'c' || place, 1000 + place, 1000 + place, 'one ' || place, 1, occurred_time + ${apartMilliseconds}::bigint * place,
       created_time, actor_id
     FROM refunds, generate_series(1, 10500) AS place`,
  );
  const job = await room.attribute({ lookbackDays: 30 });
  const watched = watch();
  while (!(await room.buildCredits(job, 5000)).isFinished);
  expect(watched.longest).toBe(10_000);
  await expectCredits(2);
});

test('months and years with very many lead sources are summed up a part at a time', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.add('a', { source: 'google' }, { occurredTime: room.now - 5000 });
  await room.convert('a', { conversionId: 'one', amount: 100, occurredTime: room.now - 1000 });
  const places = 'generate_series(2, 5100) AS place';
  await opened.change(
    `INSERT INTO lead_source_tuples
     SELECT organization_id, place, decode(md5(place::text), 'hex'), medium, place::text, campaign, term, content, affiliate,
       sub_affiliate, sales_agent, referrer_host, click_id_kind
     FROM lead_source_tuples, ${places} WHERE source = 'google'`,
  );
  await opened.change(
    `INSERT INTO touches (organization_id, customer_id, touch_key, occurred_time, recorded_time, tuple_id, actor_id, origin)
     SELECT organization_id, 'c' || place, 1000 + place, occurred_time, recorded_time, place, actor_id, origin
     FROM touches, ${places}`,
  );
  await opened.change(
    `INSERT INTO conversions
     SELECT organization_id, 'c' || place, 1000 + place, 'one ' || place, occurred_time, created_time, updated_time, type, place,
       currency, 0, order_id, metadata, actor_id, 1
     FROM conversions, ${places}`,
  );
  const job = await room.attribute({ lookbackDays: 30 });
  const watched = watch();
  while (!(await room.buildCredits(job, 5000)).isFinished);
  expect(watched.additions).toMatchObject({ credit_months: 2, credit_years: 2 });
  await expectCredits(2);
});

test('the progress of a build of very many conversions is an estimate, for which not all are counted', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.convert('a', { conversionId: 'one', amount: 100, occurredTime: room.now - 1000 });
  await opened.change(
    `INSERT INTO conversions
     SELECT organization_id, 'c' || place, 100000 + place, 'one ' || place, occurred_time, created_time, updated_time, type, amount,
       currency, 0, order_id, metadata, actor_id, 1
     FROM conversions, generate_series(1, 100000) AS place`,
  );
  const job = await room.attribute({ lookbackDays: 30 });
  const { progress } = await room.buildCredits(job, 100);
  expect(progress).toBeCloseTo((0.8 * 100) / 200_000, 9);
});

test('what was built in another order is removed a part at a time before it is built anew', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.add('a', { source: 'google' }, { occurredTime: room.now - 5000 });
  await room.convert('a', { conversionId: 'one', amount: 100, occurredTime: room.now - 1000 });
  const job = await room.attribute({ lookbackDays: 30 });
  const columns = "column_name LIKE 'weight_%' OR column_name LIKE 'amount_%'";
  const [row] = await opened.rows(
    `SELECT string_agg(column_name, ', ') AS names, string_agg('1', ', ') AS ones
     FROM information_schema.columns WHERE table_name = 'credits' AND (${columns})`,
  );
  await opened.change(
    `INSERT INTO credits (organization_id, settings_version, conversion_key, touch_key, tuple_id, ${String(row?.['names'])})
     SELECT 1, 2, 1000 + place, 1, 1, ${String(row?.['ones'])} FROM generate_series(1, 12000) AS place`,
  );
  await opened.change(
    `UPDATE credit_versions SET reached_time = 1, reached_conversion_id = '-', summed_time = 1 WHERE job_id = '${job}'`,
  );
  const left: number[] = [];
  do {
    const [counted] = await opened.rows('SELECT count(*) AS rows FROM credits WHERE settings_version = 2');
    left.push(Number(counted?.['rows']));
  } while (!(await room.buildCredits(job, 5000)).isFinished);
  expect(left.slice(0, 4)).toEqual([12_000, 7_000, 2_000, 1]);
  await expectCredits(2);
});
