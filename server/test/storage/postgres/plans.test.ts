import { expect, test } from 'vitest';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

const customers = 2000;
const atOnce = 50;

test('a store opened on empty tables still finds touches by their keys when the tables have grown', async () => {
  const database = await freshDatabase();
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  // Once it knows how small these tables still are, the planner rightly reads them whole: the server must not count now.
  for (const table of ['customers', 'touches']) {
    await database.run(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  }
  const room = await StoreRoom.open(() => store);
  for (const source of ['first', 'second']) {
    for (let start = 0; start < customers; start += atOnce) {
      const ids = Array.from({ length: atOnce }, (_, place) => `c${start + place}`);
      await Promise.all(ids.map((id) => room.put(id, { source })));
    }
  }
  // What its connections counted is told when they end.
  await store[Symbol.asyncDispose]();
  const [counted] = await database.run(
    "SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables WHERE relname = 'touches'",
  );
  // Each second put reads the one touch that its customer has.
  expect(counted).toEqual({ rows: customers });
  await database.drop();
});
