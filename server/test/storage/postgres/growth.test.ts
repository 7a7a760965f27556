import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import type { Store } from '../../../src/storage/store.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

let database: FreshDatabase;
let store: Store;

beforeEach(async () => {
  database = await migratedDatabase();
  store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  // What is counted then is counted by the store.
  for (const table of ['customers', 'touches']) {
    await database.run(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  }
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

/** How many rows the planner believes in; -1 for a table that nobody has counted. */
async function believed(): Promise<number> {
  const [row] = await database.run("SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'touches'");
  return Number(row?.['rows']);
}

test('tables that have grown are counted soon after, and again once they have doubled', async () => {
  const room = await StoreRoom.open(() => store);
  let customers = 0;
  const put = async (count: number) => {
    await Promise.all(Array.from({ length: count }, () => room.put(`c${customers++}`, { source: 'a' })));
  };
  await put(1_500);
  await expect.poll(believed, { timeout: 20_000 }).toBeGreaterThan(0);
  await put(4_500);
  await expect.poll(believed, { timeout: 20_000 }).toBeGreaterThan(1_500);
});

test('a store that ends while a table is counted waits for that', async () => {
  const room = await StoreRoom.open(() => store);
  await Promise.all(Array.from({ length: 1_500 }, (_, place) => room.put(`c${place}`, { source: 'a' })));
  await store[Symbol.asyncDispose]();
  const known = await believed();
  expect(known === -1 || known > 0).toBe(true);
  store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
});
