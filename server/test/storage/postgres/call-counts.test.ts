import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import type { CountedCall, SharedCalls, Store } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

let database: FreshDatabase;
let stores: readonly [Store, Store];
let room: StoreRoom;

beforeAll(async () => {
  database = await migratedDatabase();
  const open = () => openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  stores = await Promise.all([open(), open()]);
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
  await database.drop();
});
beforeEach(async () => {
  room = await StoreRoom.open(() => stores[0]);
});

function sharedCallsOf(store: Store): SharedCalls {
  if (store.sharedCalls === null) throw new Error('The store counts no calls.');
  return store.sharedCalls;
}

function take(windowStart: number, limit: number, store = stores[0]): Promise<CountedCall> {
  const call = { organizationId: room.organizationId, windowStart, windowSeconds: 60, limit };
  return sharedCallsOf(store).take(call);
}

function granted(counted: readonly CountedCall[]): number {
  return counted.filter(({ isGranted }) => isGranted).length;
}

test('calls of several windows that come together are each counted in their own', async () => {
  const starts = Array.from({ length: 90 }, (_, place) => 6000 + 60 * (place % 3));
  const counted = await Promise.all(starts.map((start) => take(start, 20)));
  for (const start of [6000, 6060, 6120]) {
    const ofWindow = counted.filter((_, place) => starts[place] === start);
    expect(granted(ofWindow)).toBe(20);
    expect(ofWindow.filter(({ isGranted }) => isGranted).map(({ calls }) => calls)).toEqual(
      Array.from({ length: 20 }, (_, place) => place + 1),
    );
  }
});

test('calls by two limits that come together, as while one is raised, are each granted by their own', async () => {
  const takes = Array.from({ length: 60 }, (_, place) => take(6000, place % 2 === 0 ? 10 : 15));
  expect(granted(await Promise.all(takes))).toBe(15);
});

test('processes that do not agree on the limit let through no more than the greater one allows', async () => {
  const takes = Array.from({ length: 60 }, (_, place) =>
    place % 2 === 0 ? take(6000, 10, stores[0]) : take(6000, 15, stores[1]),
  );
  expect(granted(await Promise.all(takes))).toBe(15);
  expect(await take(6000, 10)).toEqual({ isGranted: false, calls: 15 });
  expect(await take(6000, 16)).toEqual({ isGranted: true, calls: 16 });
});

test('a window is kept for a minute after its end, and removed when another begins', async () => {
  const kept = async () => {
    const rows = await database.run(
      `SELECT window_start FROM call_counts JOIN organizations USING (organization_id)
      WHERE public_id = $1 ORDER BY window_start`,
      [room.organizationId],
    );
    return rows.map((row) => Number(row['window_start']));
  };
  for (const start of [6000, 6060, 6120]) await take(start, 2);
  expect(await kept()).toEqual([6060, 6120]);
});

test('a call is counted also where the windows before it cannot be removed', async () => {
  await using own = await migratedDatabase().then((made) => ({ ...made, [Symbol.asyncDispose]: made.drop }));
  await using store = await openPostgresStore({ url: own.url, prepares: true, role: 'server' });
  const { organizationId } = await StoreRoom.open(() => store);
  await own.run(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'It stays.'; END $$;
     CREATE TRIGGER refuse BEFORE DELETE ON call_counts FOR EACH STATEMENT EXECUTE FUNCTION refuse()`,
  );
  const call = { organizationId, windowSeconds: 60, limit: 2 };
  for (const windowStart of [6000, 6180]) {
    const counted = await sharedCallsOf(store).take({ ...call, windowStart });
    expect(counted).toEqual({ isGranted: true, calls: 1 });
  }
  expect(await own.run('SELECT window_start FROM call_counts')).toHaveLength(2);
});

test('a process whose clock is behind goes on with the count of its window when the next has begun', async () => {
  await take(6000, 2, stores[1]);
  await take(6060, 2, stores[0]);
  expect(await take(6000, 2, stores[1])).toEqual({ isGranted: true, calls: 2 });
  expect(await take(6000, 2, stores[1])).toEqual({ isGranted: false, calls: 2 });
  expect(await take(6060, 2, stores[1])).toEqual({ isGranted: true, calls: 2 });
});

test('many calls at once share a few transactions', async () => {
  const own = await migratedDatabase();
  const store = await openPostgresStore({ url: own.url, prepares: true, role: 'server' });
  const { organizationId } = await StoreRoom.open(() => store);
  const call = { organizationId, windowStart: 6000, windowSeconds: 60, limit: 1000 };
  await Promise.all(Array.from({ length: 500 }, () => sharedCallsOf(store).take(call)));
  // What its connections counted is told when they end.
  await store[Symbol.asyncDispose]();
  await own.left();
  const [row] = await own.run(
    "SELECT (n_tup_ins + n_tup_upd)::int AS counts FROM pg_stat_user_tables WHERE relname = 'call_counts'",
  );
  expect(row?.['counts']).toBeGreaterThan(0);
  expect(row?.['counts']).toBeLessThan(50);
  await own.drop();
});

test('a count that takes too long fails as unavailable, and counts nothing', async () => {
  const hurried = await openPostgresStore({
    url: database.url,
    prepares: true,
    role: 'server',
    statementTimeoutMilliseconds: 200,
  });
  await take(6000, 2);
  const other = new Client({ connectionString: database.superuserUrl });
  await other.connect();
  await other.query('BEGIN; LOCK TABLE call_counts IN EXCLUSIVE MODE');
  expect(await failureOf(take(6000, 2, hurried))).toBe('unavailable');
  await other.query('ROLLBACK');
  await other.end();
  expect(await take(6000, 2, hurried)).toEqual({ isGranted: true, calls: 2 });
  await hurried[Symbol.asyncDispose]();
});

test('those of an unknown organization are not counted', async () => {
  const call = { organizationId: 'org_unknown', windowStart: 0, windowSeconds: 60, limit: 1 };
  expect(await failureOf(sharedCallsOf(stores[0]).take(call))).toBe('not-found');
});

test('a store that is closed has answered all that it accepted, and accepts no more', async () => {
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  const taken = Promise.all(Array.from({ length: 20 }, () => take(6000, 10, store)));
  await store[Symbol.asyncDispose]();
  expect(granted(await taken)).toBe(10);
  expect(await failureOf(take(6000, 20, store))).toBe('unavailable');
});
