import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { TableGrowth } from '../../../src/storage/postgres/table-growth.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

/** How many rows the planner believes in; -1 for a table that nobody has counted. */
async function believed(database: FreshDatabase): Promise<number> {
  const [row] = await database.run("SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'touches'");
  return Number(row?.['rows']);
}

test('tables that have grown are counted soon after, and again once they have doubled', async () => {
  const database = await migratedDatabase();
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  // What is counted then is counted by the store.
  for (const table of ['customers', 'touches']) {
    await database.run(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  }
  const room = await StoreRoom.open(() => store);
  let customers = 0;
  const put = async (count: number) => {
    await Promise.all(Array.from({ length: count }, () => room.put(`c${customers++}`, { source: 'a' })));
  };
  // Whenever the looks come, the last of them sees more than what is too small to matter.
  await put(3_000);
  await expect.poll(() => believed(database)).toBeGreaterThan(0);
  await put(9_000);
  await expect.poll(() => believed(database)).toBeGreaterThan(3_000);
  await store[Symbol.asyncDispose]();
  await database.drop();
});

test('credits are counted soon after they were built by changed settings, though their table is no larger than before', async () => {
  const database = await migratedDatabase();
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  await database.run('ALTER TABLE credits SET (autovacuum_enabled = off)');
  const room = await StoreRoom.open(() => store);
  for (let place = 0; place < 3; place++) {
    await room.convert('c', { conversionId: `${place}`, occurredTime: room.now - 1000 });
  }
  await database.run('ANALYZE credits');
  const job = await room.attribute({ lookbackDays: 30 });
  while (!(await room.buildCredits(job, 2)).isFinished);
  const versions = async () => {
    const [row] = await database.run(
      "SELECT most_common_vals::text AS common FROM pg_stats WHERE tablename = 'credits' AND attname = 'settings_version'",
    );
    return row?.['common'];
  };
  await expect.poll(versions).toBe('{1,2}');
  await store[Symbol.asyncDispose]();
  await database.drop();
});

describe('looks at tables', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A server on which so many tables have doubled, and what it was asked to count, each held until it is let go. */
  function standIn(tables: number) {
    let looks = 0;
    const counts: (() => void)[] = [];
    const growth = new TableGrowth({
      snapshot: async () => {
        looks += 1;
        return Array.from({ length: tables }, (_, place) => ({ name: `t${place}` })) as never;
      },
      transaction: () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        counts.push(resolve);
        return promise as never;
      },
    });
    return { growth, counts, looks: () => looks, later: () => vi.advanceTimersByTimeAsync(1_000) };
  }

  test('come after a thousand writes, and again for what was written during one', async () => {
    const { growth, counts, looks, later } = standIn(1);
    growth.note(999);
    await later();
    expect(looks()).toBe(0);
    growth.note(1);
    await later();
    expect([looks(), counts.length]).toEqual([1, 1]);
    growth.note(50_000);
    await later();
    expect(looks()).toBe(1);
    counts[0]?.();
    await later();
    expect([looks(), counts.length]).toEqual([2, 2]);
  });

  test('end with the store: no other table is counted, and none is looked for', async () => {
    const { growth, counts, looks, later } = standIn(3);
    growth.note(5_000);
    await later();
    growth.note(5_000);
    growth.close();
    counts[0]?.();
    await later();
    expect([looks(), counts.length]).toEqual([1, 1]);
  });
});
