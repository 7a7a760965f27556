import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import type { PoolUse } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import { migratedDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';
import { type OpenedStore, openPostgres } from '../engines.ts';

let opened: OpenedStore;
beforeAll(async () => {
  opened = await openPostgres();
});
afterAll(() => opened.dispose());

function pool(name: PoolUse['name']): PoolUse | undefined {
  return opened.store.statistics().pools.find((use) => use.name === name);
}

test('shows which connections are busy, which idle, and who waits for one', async () => {
  const common = { name: 'reading', maximum: 8, refused: 0 };
  const reads = Array.from({ length: 20 }, () => opened.store.read.organizations());
  expect(pool('reading')).toEqual({ ...common, busy: 8, idle: 0, waiting: 12 });
  await Promise.all(reads);
  // Who waited took whichever was free first: some may still be being made.
  await expect.poll(() => pool('reading')).toEqual({ ...common, busy: 0, idle: 8, waiting: 0 });
});

test('has no queue for long reads', () => {
  expect(opened.store.statistics().readQueues).toEqual([]);
});

test('counts transactions that were run again', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await opened.change('CREATE SEQUENCE attempts');
  await opened.change(`CREATE FUNCTION lose_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('attempts') = 1 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END IF;
      RETURN NEW;
    END $$`);
  await opened.change(
    'CREATE TRIGGER lose_once BEFORE INSERT ON touches FOR EACH ROW EXECUTE FUNCTION lose_once()',
  );
  await opened.change('GRANT USAGE ON SEQUENCE attempts TO PUBLIC');
  const before = opened.store.statistics();
  await room.put('c', { source: 'a' });
  const after = opened.store.statistics();
  expect(after.retriedTransactions - before.retriedTransactions).toBe(1);
  expect(after.commits - before.commits).toBe(1);
});

test('counts calls that were given no connection', async () => {
  const lost = await migratedDatabase();
  await using other = await openPostgresStore({ url: lost.url, prepares: true, role: 'server' });
  await lost.drop();
  expect(await failureOf(other.read.organizations())).toBe('unavailable');
  expect(other.statistics().pools).toContainEqual(expect.objectContaining({ name: 'reading', refused: 1 }));
});
