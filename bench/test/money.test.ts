import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributionModels } from '../../server/src/domain/attribution-models.ts';
import { cleanFraction } from '../../server/src/domain/fraction-sums.ts';
import type { Principal } from '../../server/src/domain/principal.ts';
import { createAttributionReportOperations } from '../../server/src/operations/attribution-report.ts';
import { createChannels } from '../../server/src/operations/channel.ts';
import { createCreditBuilding } from '../../server/src/operations/jobs/credit-building.ts';
import { creditColumns, refundCreditColumns } from '../../server/src/storage/money-columns.ts';
import { openPostgresStore } from '../../server/src/storage/postgres/store.ts';
import { Connection } from '../../server/src/storage/sqlite/connection.ts';
import { openSqliteStore } from '../../server/src/storage/sqlite/store.ts';
import type { Store } from '../../server/src/storage/store.ts';
import { freshDatabase } from '../../server/test/support/postgres.ts';
import { organizationNamed } from '../../server/test/support/store-room.ts';
import { fillActor } from '../src/fill-through-port.ts';
import { fillMoney } from '../src/money/fill.ts';
import { coursesOf, endOfYear, moneyPlan, type Occurrence, refundOf } from '../src/money/plan.ts';
import { conversionOf, MoneyRows } from '../src/money/rows.ts';
import { Shuffle } from '../src/money/shuffle.ts';
import { fileSink, postgresSink } from '../src/money/sinks.ts';
import { makeOrganizations } from '../src/organizations.ts';
import { organizationId } from '../src/traffic.ts';

const plan = moneyPlan(200);

type Rows = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

interface Filled extends AsyncDisposable {
  readonly store: Store;
  readonly rows: Rows;
  fillInBulk(): Promise<void>;
}

async function openFile(): Promise<Filled> {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-money-'));
  const path = join(directory, 'money.db');
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  const store = await openSqliteStore({ path, role: 'server', onFatal });
  return {
    store,
    async rows(text) {
      using database = new DatabaseSync(path, { readOnly: true });
      return database.prepare(text).all();
    },
    async fillInBulk() {
      using connection = new Connection({ path, readOnly: false });
      await fillMoney(fileSink(connection), plan, 1);
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

async function openPostgres(): Promise<Filled> {
  const database = await freshDatabase();
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  return {
    store,
    rows: (text) => database.run(text),
    async fillInBulk() {
      const client = new Client({ connectionString: database.superuserUrl });
      await client.connect();
      await fillMoney(postgresSink(client), plan, 1);
      await client.end();
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

/** One write after the other, as all of it happened. */
async function fillThroughPort(store: Store): Promise<void> {
  const rows = new MoneyRows(plan, 1);
  const { touches, conversions } = coursesOf(plan);
  const bought = [...conversions.byTime()];
  const writes = [
    ...Array.from(touches.byTime(), (touch) => ({ time: touch.time, write: putting(store, rows, touch) })),
    ...bought.map((each) => ({ time: each.time, write: buying(store, rows, each) })),
    ...bought.flatMap((each) => {
      const refund = refundOf(each);
      return refund === null ? [] : [{ time: refund.time, write: refunding(store, each) }];
    }),
  ];
  for (const { write } of writes.sort((one, other) => one.time - other.time)) await write();
}

const about = (now: number) => ({ organizationId, actor: fillActor, now });

function putting(store: Store, rows: MoneyRows, touch: Occurrence) {
  const leadSource = rows.leadSource(touch);
  const customerId = rows.customerId(touch.customer);
  const write = { ...about(touch.time), customerId, leadSource, precondition: {} };
  return () => store.write('putLeadSource', write);
}

function buying(store: Store, rows: MoneyRows, bought: Occurrence) {
  const { id: conversionId, amount, currency } = conversionOf(bought);
  const customerId = rows.customerId(bought.customer);
  const told = { conversionId, amount, currency, occurredTime: bought.time };
  const rest = { type: null, orderId: null, metadata: null, announces: true };
  return () => store.write('recordConversion', { ...about(bought.time), customerId, ...told, ...rest });
}

function refunding(store: Store, bought: Occurrence) {
  const { id: conversionId } = conversionOf(bought);
  const refund = refundOf(bought);
  if (refund === null) throw new Error('There is no refund.');
  const refundId = `ref_${String(refund.place).padStart(26, '0')}`;
  const told = {
    conversionId,
    refundId,
    amount: (refund.amount / 100).toFixed(2),
    occurredTime: refund.time,
  };
  return () => store.write('recordRefund', { ...about(refund.time), ...told });
}

const ofNew = 'WHERE settings_version = 2';

/** As the job that a change of settings begins. */
async function recompute(store: Store): Promise<void> {
  const jobId = 'job_bench';
  const content = { lookbackDays: 60 };
  const setting = { ...about(endOfYear), content, basedOn: null, precondition: {}, jobId };
  await store.write('putAttributionSettings', setting);
  const job = createCreditBuilding({ store, now: () => endOfYear });
  const { signal: ending } = new AbortController();
  const task = { organizationId, jobId, request: {}, isStopped: () => false, ending };
  await job.run({ ...task, keep: async () => undefined, progress: async () => undefined });
}

const engines = [
  { name: 'the embedded engine', open: openFile },
  { name: 'PostgreSQL', open: openPostgres },
];

describe.each(engines)('money filled in bulk on $name', ({ open }) => {
  let port: Filled;
  let bulk: Filled;

  beforeAll(async () => {
    [port, bulk] = [await open(), await open()];
    for (const { store } of [port, bulk]) await makeOrganizations(store, 1);
    await fillThroughPort(port.store);
    await bulk.fillInBulk();
    for (const { store } of [port, bulk]) await recompute(store);
  });
  const expectSameRows = async (text: string) => {
    const rows = await bulk.rows(text);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(await port.rows(text));
  };
  afterAll(async () => {
    for (const each of [port, bulk]) await each[Symbol.asyncDispose]();
  });

  test.each([
    ['customers', 'customer_id, revision, created_time, updated_time, latest_conversion_time'],
    ['conversions', '*'],
    ['refunds', '*'],
  ])('is what the storage would have kept: %s', async (table, columns) => {
    await expectSameRows(`SELECT ${columns} FROM ${table} ORDER BY 1, 2, 3`);
  });

  test.each([
    ['touches', 'customer_id, occurred_time, origin, click_id, path, referrer', ''],
    ['credits', `conversion_key, ${creditColumns.slice(5).join(', ')}`, ofNew],
    ['refund_credits', `refund_key, ${refundCreditColumns.slice(6).join(', ')}`, ofNew],
  ])('is of the same lead sources: %s', async (table, columns, where) => {
    const order = [columns, 'digest'].join(', ');
    await expectSameRows(
      `SELECT ${order} FROM ${table} LEFT JOIN lead_source_tuples USING (organization_id, tuple_id) ${where} ORDER BY ${order}`,
    );
  });

  test('is reported as the storage would report it', async () => {
    const [ours, theirs] = await Promise.all([bulk, port].map(({ store }) => report(store)));
    expect(ours?.rows.length).toBeGreaterThan(10);
    expect(readable(ours)).toEqual(readable(theirs));
    const [sold] = await bulk.rows('SELECT cast(sum(amount) as text) AS amount FROM conversions');
    expect(String(ours?.totals.measures[0]?.revenue)).toBe(sold?.['amount']);
  });
});

/** Without what depends on the order in which fractions were added. */
function readable(value: unknown): unknown {
  const plain = (_name: string, each: unknown) => {
    if (typeof each === 'bigint') return String(each);
    return typeof each === 'number' ? cleanFraction(each) : each;
  };
  return JSON.parse(JSON.stringify(value, plain));
}

function report(store: Store) {
  const context = { store, now: () => endOfYear };
  const operations = createAttributionReportOperations(context, createChannels(context));
  const principal: Principal = {
    organization: organizationNamed(organizationId),
    actor: fillActor,
    permissions: ['*'],
    allowedIps: [],
    keyId: null,
    expiresTime: null,
  };
  return operations.report(principal, {
    dimensions: ['channel', 'campaign'],
    models: attributionModels,
    start: { instant: Date.UTC(2025, 0, 1) },
    end: { instant: endOfYear },
    timezone: null,
    currency: null,
    interval: null,
    filter: [],
    dateBasis: 'conversion',
    countsCustomers: true,
    limit: 1000,
  });
}

test.each([1, 2, 10, 97, 1000])(
  'another order of %i numbers has each once, and is told backwards',
  (size) => {
    const shuffle = new Shuffle(size, 7);
    const numbers = Array.from({ length: size }, (_, number) => number);
    const places = numbers.map((number) => shuffle.after(number));
    expect(places.toSorted((one, other) => one - other)).toEqual(numbers);
    expect(places.map((place) => shuffle.before(place))).toEqual(numbers);
  },
);
