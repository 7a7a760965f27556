import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { touchColumns } from '../../../src/storage/columns.ts';
import { bind } from '../../../src/storage/parameter.ts';
import { affiliateCredits } from '../../../src/storage/postgres/affiliate-credits.ts';
import { plansByKey } from '../../../src/storage/postgres/planning.ts';
import { query } from '../../../src/storage/postgres/query.ts';
import { Session } from '../../../src/storage/postgres/session.ts';
import { type Arguments, passingStatement, type Statement } from '../../../src/storage/postgres/statement.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { ofOrganizations, reachCommands } from '../../../src/storage/postgres/wall.ts';
import { creditVersionReads, versionedTables } from '../../../src/storage/queries/credit-version.ts';
import { heldReads } from '../../../src/storage/queries/customer-export.ts';
import type { Store } from '../../../src/storage/store.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { plainText, tenantMentions } from '../../support/statements.ts';
import { StoreRoom } from '../../support/store-room.ts';

const customers = 2000;
const atOnce = 50;
/** Each plans its statements on tables as large as those before it left them. */
const customersOfStore = 250;

let database: FreshDatabase;
let store: Store;

beforeEach(async () => {
  database = await migratedDatabase();
  store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  // Once it knows how small these tables still are, the planner rightly reads them whole: the server must not count now.
  for (const table of ['customers', 'touches']) {
    await database.run(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  }
});

afterEach(() => database.drop());

async function putCustomers(source: string, room: StoreRoom, first = 0, count = customers): Promise<void> {
  for (let start = first; start < first + count; start += atOnce) {
    const ids = Array.from({ length: atOnce }, (_, place) => `c${start + place}`);
    await Promise.all(ids.map((id) => room.put(id, { source })));
  }
}

test('a store opened on tables of any size still finds touches by their keys when these have grown', async () => {
  const rooms: StoreRoom[] = [];
  const stores = [store];
  try {
    for (let start = 0; start < customers; start += customersOfStore) {
      if (start > 0)
        stores.push(await openPostgresStore({ url: database.url, prepares: true, role: 'server' }));
      const newest = stores.at(-1) ?? store;
      const room = await StoreRoom.open(() => newest);
      rooms.push(room);
      await putCustomers('first', room, start, customersOfStore);
    }
    for (const [place, room] of rooms.entries())
      await putCustomers('second', room, place * customersOfStore, customersOfStore);
  } finally {
    // What its connections counted is told when they end.
    for (const opened of stores) await opened[Symbol.asyncDispose]();
  }
  await database.left();
  const [counted] = await database.run(
    "SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables WHERE relname = 'touches'",
  );
  // Each second put reads the one touch that its customer has.
  expect(counted).toEqual({ rows: customers });
});

test("of the touches of an organization, linking a visitor reads that visitor's alone", async () => {
  const room = await StoreRoom.open(() => store);
  await putCustomers('first', room, 0, customersOfStore);
  for (const [place, customerId] of ['linked', 'other'].entries()) {
    await room.capture(
      'visitor-seen',
      { source: 'a' },
      { occurredTime: room.now + place, digest: customerId },
    );
    await room.link(customerId, 'visitor-seen', room.now + place);
  }
  await store[Symbol.asyncDispose]();
  await database.left();
  const [counted] = await database.run(
    "SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables WHERE relname = 'touches'",
  );
  // Each step reads the few that these two customers have a few times over.
  expect(Number(counted?.['rows'])).toBeLessThan(customersOfStore / 5);
});

test('customers by their lead source are found by one touch of each, however many each has', async () => {
  const room = await StoreRoom.open(() => store);
  await putCustomers('first', room, 0, customersOfStore);
  const places = touchColumns.map((column) =>
    column === 'touch_key' ? 'touch_key - 1000000 * earlier' : column === 'given_id' ? 'null' : column,
  );
  await database.run(
    `INSERT INTO touches (${touchColumns.join(', ')}) SELECT ${places.join(', ')} FROM touches, generate_series(1, 40) AS earlier`,
  );
  await database.run('ANALYZE');
  await database.run('SELECT pg_stat_reset()');
  const list = await store.read.customers(room.organizationId, {
    filter: [{ field: 'leadSource.source', negated: false, alternatives: [{ equals: 'first' }] }],
    ...{ sort: [], limit: 10, offset: 0 },
  });
  expect(list.total).toBe(customersOfStore);
  await store[Symbol.asyncDispose]();
  await database.left();
  const [counted] = await database.run(
    "SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables WHERE relname = 'touches'",
  );
  // Of 41 that each has, one is read to count it, and those of the page once more.
  expect(Number(counted?.['rows'])).toBeLessThan(4 * customersOfStore);
});

test('undoing a few touches of a customer with a long history reads these and the ends of the history', async () => {
  const room = await StoreRoom.open(() => store);
  const told = (place: number) => ({
    ...{ customerId: 'c', givenId: null, given: { source: `s${place % 3}` } },
    occurredTime: room.now - 1000 + place,
  });
  const all = Array.from({ length: 600 }, (_none, place) => told(place));
  const begun = await room.begin('i');
  await room.addAll(begun, all);
  const some = await room.imported(begun, 10);
  let read = 0;
  const reading = Session.prototype.all;
  vi.spyOn(Session.prototype, 'all').mockImplementation(async function (this: Session, statement, values) {
    const rows = await reading.call(this, statement, values);
    if (/ from "touches" inner join/.test(statement.text)) read += rows.length;
    return rows as never;
  });
  const keys = some.map(({ touchKey }) => touchKey);
  expect(await room.withdraw('removeTouches', 'c', keys)).toEqual({ touches: 10 });
  expect(read).toBeLessThan(100);
  vi.restoreAllMocks();
  const { original, current } = (await room.customer('c'))?.leadSource ?? {};
  const times = [original, current].map((touch) => touch?.occurredTime);
  expect(times).toEqual([told(10).occurredTime, told(599).occurredTime]);
  await store[Symbol.asyncDispose]();
});

test('offline conversions are found with one look at each table, also where these were filled and never counted', async () => {
  const { organizationId } = await StoreRoom.open(() => store);
  await fillWithMoney(organizationId);
  const told = await store.read.offlineConversions(organizationId, {
    settingsVersion: 1,
    model: 'linear',
    period: { start: 0, end: conversions / 2 },
    basis: 'conversion',
    sharedKey: null,
    limit: conversions,
  });
  expect(told).toHaveLength(conversions / 2);
  for (const { touches } of told) expect(touches).toMatchObject([{ weight: 0.5 }, { weight: 0.5 }]);
  await store[Symbol.asyncDispose]();
  await database.left();
  const read = await database.run(
    `SELECT relname AS table, (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables
     WHERE relname IN ('conversions', 'credits', 'touches') ORDER BY 1`,
  );
  // Each table is read once at most, whichever way, and not for each conversion again.
  for (const { table, rows } of read)
    expect(rows, String(table)).toBeLessThanOrEqual(
      conversions * (table === 'conversions' ? 1 : touchesOfEach),
    );
});

test('the conversions behind a number are found by their keys where credits come first, as in tables that were never counted', async () => {
  const { organizationId } = await StoreRoom.open(() => store);
  await fillWithMoney(organizationId);
  // What was read to fill it is counted before the counts begin anew.
  await store[Symbol.asyncDispose]();
  await database.left();
  await database.run('SELECT pg_stat_reset()');
  store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  for (const dateBasis of ['refund', 'conversion'] as const) {
    const { total } = await store.read.conversions(organizationId, {
      filter: [],
      sort: [{ field: 'occurredTime', descending: true }],
      limit: 100,
      offset: 0,
      counted: { start: 0, end: conversions / 2, dateBasis },
      credited: { settingsVersion: 1, models: ['linear'], tuples: [1], touchFilter: [] },
    });
    expect(total).toBe(conversions / 2);
  }
  await store[Symbol.asyncDispose]();
  await database.left();
  const [read] = await database.run(
    `SELECT sum(idx_blks_read + idx_blks_hit)::int AS pages FROM pg_statio_user_indexes WHERE relname = 'conversions'`,
  );
  // Two for a credit. To look for each in the whole of an index takes eight times as many, of so few conversions.
  expect(Number(read?.['pages'])).toBeLessThan(3 * conversions * touchesOfEach);
});

test('what customers of a cohort paid is found with one look at the credits of their first conversions', async () => {
  const { organizationId } = await StoreRoom.open(() => store);
  await fillWithMoney(organizationId);
  const each = 5;
  await database.run(
    `UPDATE conversions SET customer_id = 'c' || conversion_key / ${each}, is_first = (conversion_key % ${each} = 0)::int`,
  );
  await database.run('ANALYZE');
  await database.run('SELECT pg_stat_reset()');
  const period = { start: 0, end: conversions };
  const { customers } = await store.read.cohorts(organizationId, {
    ...{
      settingsVersion: 1,
      currency: 'EUR',
      model: 'last',
      period,
      spans: [{ bucket: 0, from: 0, until: conversions }],
    },
    groups: { tupleKeys: [1], groups: [0] },
  });
  expect(customers).toEqual(new Map([[0, (conversions / each) * touchesOfEach]]));
  await store[Symbol.asyncDispose]();
  await database.left();
  const [read] = await database.run(
    `SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables WHERE relname = 'credits'`,
  );
  expect(Number(read?.['rows'])).toBeLessThanOrEqual(conversions * touchesOfEach);
});

test('what affiliates are credited is found without comparing each credit with each refund', async () => {
  const { organizationId } = await StoreRoom.open(() => store);
  await fillWithMoney(organizationId);
  await database.run("UPDATE lead_source_tuples SET affiliate = 'partner'");
  await database.run('UPDATE conversions SET refunded_amount = 50 WHERE conversion_key % 5 = 0');
  await database.run('UPDATE credits SET weight_last = touch_key % 2, amount_last = touch_key % 2 * 100');
  const amounts = ['first', 'last', 'last_non_direct', 'linear', 'position_based', 'time_decay'];
  const columns = amounts.map((model) => `amount_${model}`);
  await database.run(
    `INSERT INTO refund_credits (organization_id, settings_version, conversion_key, refund_key, touch_key, tuple_id,
       ${columns.join(', ')})
     SELECT organization_id, settings_version, conversion_key, conversion_key, touch_key, tuple_id,
       ${columns.map((column) => `${column} / 2`).join(', ')} FROM credits WHERE conversion_key % 5 = 0`,
  );
  await database.run('ANALYZE');
  const period = { start: 0, end: conversions };
  const credits = await store.read.affiliateCredits(organizationId, 1, 'last', period);
  expect(credits).toHaveLength(conversions);
  for (const credit of credits)
    expect(credit).toMatchObject({ gross: 100, refunds: credit.conversionKey % 5 === 0 ? 50 : 0 });
  const [{ organization_id: number } = {}] = await database.run(
    'SELECT organization_id FROM organizations WHERE public_id = $1',
    [organizationId],
  );
  const { sql, parameters } = affiliateCredits(Number(number), 1, 'last', period).compile();
  const [plan] = await database.run(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...parameters]);
  const removed = [...JSON.stringify(plan).matchAll(/"Rows Removed by Join Filter":(\d+)/g)];
  expect(removed.reduce((sum, [, rows]) => sum + Number(rows), 0)).toBeLessThan(conversions * touchesOfEach);
});

const conversions = 2000;
const touchesOfEach = 2;

/** Conversions of as many customers, each with touches that have half of it each. */
async function fillWithMoney(organizationId: string): Promise<void> {
  const [row] = await database.run('SELECT organization_id FROM organizations WHERE public_id = $1', [
    organizationId,
  ]);
  const organization = Number(row?.['organization_id']);
  const models = ['first', 'last', 'last_non_direct', 'linear', 'position_based', 'time_decay'];
  const columns = models.flatMap((model) => [`weight_${model}`, `amount_${model}`]);
  const halves = models.flatMap(() => ['0.5', '50']);
  const keyOf = `${touchesOfEach} * place + touch`;
  const places = `generate_series(0, ${conversions - 1}) AS place`;
  const both = `${places} CROSS JOIN generate_series(1, ${touchesOfEach}) AS touch`;
  await database.run(`INSERT INTO actors VALUES (${organization}, 1, 'key_test')`);
  await database.run(
    `INSERT INTO lead_source_tuples (organization_id, tuple_id, digest, source) VALUES (${organization}, 1, '', 'a')`,
  );
  await database.run(
    `INSERT INTO touches (organization_id, customer_id, touch_key, occurred_time, recorded_time, origin, actor_id,
       tuple_id, click_id) SELECT ${organization}, 'c' || place, ${keyOf}, place, place, 0, 1, 1, 'click' FROM ${both}`,
  );
  await database.run(
    `INSERT INTO conversions (organization_id, customer_id, conversion_key, conversion_id, occurred_time, created_time,
       updated_time, amount, currency, refunded_amount, actor_id, is_first)
     SELECT ${organization}, 'c' || place, place, place::text, place, place, place, 100, 'EUR', 0, 1, 1 FROM ${places}`,
  );
  await database.run(
    `INSERT INTO credits (organization_id, settings_version, conversion_key, touch_key, tuple_id, ${columns.join(', ')})
     SELECT ${organization}, 1, place, ${keyOf}, 1, ${halves.join(', ')} FROM ${both}`,
  );
}

/**
 * They bring a customer's credits together with what these are of, and are planned anew for each page. In tables as small as
 * here every order costs the same, so that the least difference in how many rows are expected decides.
 */
const heldTexts = new Set(
  Object.values(heldReads(query)).map((held) => passingStatement(held.compile()).text),
);

/** A statement as the engine sent it, and how it lets statements be planned. */
interface Sent {
  readonly calls: readonly (readonly [Statement<unknown>, Arguments])[];
  readonly manners: readonly string[];
}

/** What the engine sends for an organization of its own, once each, that finds rows. */
async function everythingSent(): Promise<Sent & { readonly organizationId: string }> {
  const spies = (['all', 'run', 'send'] as const).map((method) => vi.spyOn(Session.prototype, method));
  const commandSpy = vi.spyOn(Session.prototype, 'sendCommand');
  const { organizationId } = await keepBusy(store, new Uint8Array(32));
  await store[Symbol.asyncDispose]();
  const sent = new Map(spies.flatMap((spy) => spy.mock.calls).map((call) => [call[0].text, call]));
  const commands = commandSpy.mock.calls.flatMap(([text]) => text.split('; '));
  vi.restoreAllMocks();
  const calls = [...sent.values()].filter(
    ([{ text }]) =>
      tenantMentions(text).length > 0 && !plainText(text).startsWith('insert') && !heldTexts.has(text),
  );
  const manners = new Set(
    commands.filter((text) => /SET LOCAL (?:plan_cache_mode|enable_|join_)/.test(text)),
  );
  return { calls, manners: [...manners], organizationId };
}

/** Where a plan finds its rows and how it brings them together, without what it makes of them afterwards. */
async function waysOf(client: Client, text: string, values?: unknown[]): Promise<readonly string[]> {
  const options = values === undefined ? 'GENERIC_PLAN, COSTS OFF' : 'COSTS OFF';
  const { rows } = await client.query(`EXPLAIN (${options}) ${text}`, values);
  const lines = rows.map((row) => String(row['QUERY PLAN']));
  const steps = lines
    .filter((line) => /->|Cond:|^\S/.test(line))
    .map((line) => line.replace(/^\s*(->)?\s*/, ''));
  // Whether rows are sorted or hashed to be summed up depends on their number, which the wall makes seem smaller.
  // The wall reads its setting once, as a result without rows below it.
  const ways = steps.filter((step) => !/^(Sort|HashAggregate|GroupAggregate|Result)$/.test(step));
  // A key may also be there for its secret, which is not in the index by which it is found.
  return ways.map((step) =>
    step
      .replace('Index Only Scan using api_keys_pkey', 'Index Scan using api_keys_pkey')
      .replace(/InitPlan \d+/g, 'InitPlan'),
  );
}

test('a page of what very many refunds of a conversion are credited goes on in the key, without a look at those left', async () => {
  const room = await StoreRoom.open(() => store);
  const { organizationId } = room;
  await room.put('c', { source: 'a' });
  await room.convert('c', { conversionId: 'v' });
  await room.refund('v', { amount: '0.01' });
  for (const table of ['refunds', 'refund_credits']) {
    const own = { refund_key: 'refund_key + place', refund_id: 'place::text' };
    const columns = await database.run(
      `SELECT attname FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0`,
    );
    const names = columns.map(({ attname }) => String(attname));
    const values = names.map((name) => own[name as keyof typeof own] ?? name);
    await database.run(
      `INSERT INTO ${table} (${names}) SELECT ${values} FROM ${table}, generate_series(1, 2000) AS place`,
    );
  }
  await database.run('ANALYZE');
  const spy = vi.spyOn(Session.prototype, 'all');
  const commandSpy = vi.spyOn(Session.prototype, 'sendCommand');
  const page = await store.read.heldPage(organizationId, 'c', 'refundCredits', null, 10);
  const { rows } = await store.read.heldPage(organizationId, 'c', 'refundCredits', page.end, 10);
  expect(rows).toHaveLength(10);
  const [{ text, places }, values] = spy.mock.lastCall ?? expect.fail();
  const manners = commandSpy.mock.calls
    .map(([command]) => command)
    .filter((command) => command.includes('plan_cache_mode'));
  vi.restoreAllMocks();
  await store[Symbol.asyncDispose]();
  await using connected = await connectedTo(database.superuserUrl);
  await connected.client.query(`BEGIN; ${manners.at(-1)}`);
  const { rows: plan } = await connected.client.query(`EXPLAIN ANALYZE ${text}`, bind(places, values));
  const steps = plan.map((row) => String(row['QUERY PLAN']));
  // A group to be sorted has some 30.
  expect(steps.find((step) => step.includes('on refunds'))).toMatch(
    /using refunds_pkey .* rows=[1-4]?\d\.00 loops=1\)/,
  );
});

test.each(['counted', 'not counted'])(
  'with the wall between organizations plans are as they would be without, on tables that were %s',
  async (state) => {
    await putCustomers('first', await StoreRoom.open(() => store));
    if (state === 'counted') await database.run('ANALYZE');
    await using free = await connectedTo(database.superuserUrl);
    // Credits are counted a moment after they were built: not here, where all tables are to be counted or none.
    const tables = Object.keys(versionedTables).join(', ');
    await free.client.query(`BEGIN; LOCK TABLE ${tables} IN SHARE UPDATE EXCLUSIVE MODE`);
    const { calls, manners, organizationId } = await everythingSent();
    expect([calls.length > 15, manners.length > 1]).toEqual([true, true]);
    const [row] = await database.run('SELECT organization_id FROM organizations WHERE public_id = $1', [
      organizationId,
    ]);
    await using walled = await connectedTo(database.url);
    const reach = reachCommands(ofOrganizations(Number(row?.['organization_id'])));
    const byKey = manners.filter((manner) => !manner.includes('plan_cache_mode'));
    await walled.client.query('BEGIN');
    for (const { client } of [walled, free])
      await client.query(`${reach}; SAVEPOINT usual; ${byKey.join('; ')}`);
    for (const [{ text }] of calls) {
      expect(await waysOf(walled.client, text), text).toEqual(await waysOf(free.client, text));
    }
    for (const { client } of [walled, free]) await client.query('ROLLBACK TO usual');
    for (const [{ text, places }, values] of calls) {
      const bound = bind(places, values);
      expect(await waysOf(walled.client, text, bound), text).toEqual(await waysOf(free.client, text, bound));
    }
  },
);

test('what is looked up by key is not shared among processes, which take longer to start, however large the table', async () => {
  await using connected = await connectedTo(database.url);
  const { client } = connected;
  const text = creditVersionReads(query).conversionsBehindKey.compile().sql;
  const isShared = async (manner: string) => {
    // Wherever it may be: how large tables are does not count then.
    await client.query(`BEGIN; ${manner}; SET LOCAL debug_parallel_query = on`);
    const { rows } = await client.query(`EXPLAIN (GENERIC_PLAN) ${text}`);
    await client.query('ROLLBACK');
    return JSON.stringify(rows).includes('Gather');
  };
  const keys = plansByKey(false);
  expect(await isShared(keys)).toBe(false);
  expect(await isShared(`${keys}; SET LOCAL max_parallel_workers_per_gather = 2`)).toBe(true);
});

async function connectedTo(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
