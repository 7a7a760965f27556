import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrations, openDatabase } from '../../../src/storage/postgres/migrations.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { expectedYears, rowsOfMonths, sumsOfYears } from '../../support/months-before-years.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

const next = { name: 'another table', statements: ['CREATE TABLE another (column_1 text)'] };
const broken = { name: 'half a change', statements: ['CREATE TABLE half (column_1 text)', 'SELECT 1 / 0'] };

async function tables(): Promise<readonly unknown[]> {
  const rows = await database.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  return rows.map((row) => row['tablename']);
}

describe('a database', () => {
  test('that is newer than the program is refused', async () => {
    await openDatabase(database.url, 'server', [...migrations, next]);
    const known = migrations.length;
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(
      `The database is of version ${known + 1}, newer than this program, which knows ${known}: update the program.`,
    );
  });

  test('that is older is changed by a server, not by a command', async () => {
    await openDatabase(database.url, 'command');
    await expect(openDatabase(database.url, 'command', [...migrations, next])).rejects.toThrow(
      'The database needs a newer version of the service to run on it first.',
    );
    expect(await tables()).not.toContain('another');
    await openDatabase(database.url, 'server', [...migrations, next]);
    expect(await tables()).toContain('another');
  });

  test('that is older is changed by a move only where another move has begun to fill it', async () => {
    await openDatabase(database.url, 'move');
    await expect(openDatabase(database.url, 'move', [...migrations, next])).rejects.toThrow(
      'The database needs a newer version of the service to run on it first.',
    );
    expect(await tables()).not.toContain('another');
    await database.run('CREATE TABLE leadsource_transfer (finished_time bigint)');
    await database.run('INSERT INTO leadsource_transfer VALUES (NULL)');
    await database.run('GRANT SELECT ON leadsource_transfer TO public');
    await openDatabase(database.url, 'move', [...migrations, next]);
    expect(await tables()).toContain('another');
  });

  test('goes on being read while a change waits for whoever holds its table', async () => {
    await openDatabase(database.url, 'server');
    const reading = new Client({ connectionString: database.url });
    await reading.connect();
    await reading.query('BEGIN; SELECT FROM touches');
    const wider = { name: 'another column', statements: ['ALTER TABLE touches ADD COLUMN another text'] };
    const changing = openDatabase(database.url, 'server', [...migrations, wider]);
    const waits = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'touches'::regclass";
    while ((await database.run(waits)).length === 0);
    // Would wait for the change, which waits for the reader.
    await database.run('SELECT FROM touches');
    await reading.query('COMMIT');
    await reading.end();
    await changing;
    await database.run('SELECT another FROM touches');
  });

  test('is left alone for a while between attempts, however many processes are about to change it', async () => {
    await openDatabase(database.url, 'server');
    const reading = new Client({ connectionString: database.url });
    await reading.connect();
    await reading.query('BEGIN; SELECT FROM touches');
    const wider = { name: 'another column', statements: ['ALTER TABLE touches ADD COLUMN another text'] };
    const open = () => openDatabase(database.url, 'server', [...migrations, wider]);
    const changing = Promise.all([open(), open(), open()]);
    const waits = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'touches'::regclass";
    while ((await database.run(waits)).length === 0);
    while ((await database.run(waits)).length > 0);
    const begun = performance.now();
    while (performance.now() - begun < 300) expect(await database.run(waits)).toEqual([]);
    await reading.query('COMMIT');
    await reading.end();
    await changing;
  });

  test('says what to do where somebody holds its table for minutes', async () => {
    await openDatabase(database.url, 'server');
    const reading = new Client({ connectionString: database.url });
    await reading.connect();
    await reading.query('BEGIN; SELECT FROM touches');
    const wider = { name: 'another column', statements: ['ALTER TABLE touches ADD COLUMN another text'] };
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 60_000));
    try {
      await expect(openDatabase(database.url, 'server', [...migrations, wider])).rejects.toThrow(
        'something used them all the time, such as a long report or pg_dump: start again once it has ended.',
      );
    } finally {
      clock.mockRestore();
      await reading.end();
    }
  });

  test('says what to do where others lock its tables in another order each time', async () => {
    await openDatabase(database.url, 'server');
    const deadlock =
      "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected'; END $$";
    const entangled = { name: 'a change in the way of others', statements: [deadlock] };
    await expect(openDatabase(database.url, 'server', [...migrations, next, entangled])).rejects.toThrow(
      'The tables could not be brought up to date, since other work on the database kept them locked: ' +
        'start again when it has less to do, or stop what uses the database first.',
    );
    expect(await tables()).not.toContain('another');
  });

  test('is as it was after a change that failed', async () => {
    await openDatabase(database.url, 'server');
    await expect(openDatabase(database.url, 'server', [...migrations, next, broken])).rejects.toThrow();
    expect(await tables()).not.toContain('another');
    await openDatabase(database.url, 'server');
  });

  test('that has ids which senders gave brings them to their touches, through the wall and behind it again', async () => {
    const before = migrations.findIndex(({ name }) => name === 'ids that senders gave beside their touches');
    await openDatabase(database.url, 'server', migrations.slice(0, before));
    await database.run(`INSERT INTO touches VALUES (1, 'cus_1', 7, 1, 2, 0, 1, 1), (1, 'cus_1', 8, 1, 2, 0, 1, 1),
      (2, 'cus_1', 7, 1, 2, 0, 1, 1)`);
    await database.run(
      `INSERT INTO touch_ids VALUES (1, 'order 9', 'cus_1', 7), (2, 'order 10', 'cus_1', 7)`,
    );
    expect(await openDatabase(database.url, 'server')).toMatchObject({ warnings: [], isDistributed: false });
    const kept =
      'SELECT organization_id, touch_key, given_id FROM touches ORDER BY organization_id, touch_key';
    expect(await database.run(kept)).toEqual([
      { organization_id: '1', touch_key: '7', given_id: 'order 9' },
      { organization_id: '1', touch_key: '8', given_id: null },
      { organization_id: '2', touch_key: '7', given_id: 'order 10' },
    ]);
    expect(await database.run("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'touches'")).toEqual([
      { relforcerowsecurity: true },
    ]);
  });

  test('that has credits sums up their years from their months, and begins builds again that would sum up later', async () => {
    const before = migrations.findIndex(({ name }) => name === 'sums of credits by year');
    await openDatabase(database.url, 'server', migrations.slice(0, before));
    await database.run(`INSERT INTO credit_months VALUES ${rowsOfMonths()}`);
    await database.run(`INSERT INTO credit_versions
      (organization_id, settings_version, state, reached_conversion_id, credited_conversions, reached_customer_id, reached_conversion_key)
      VALUES (1, 1, 'live', '', 9, 'cus_9', 9), (1, 2, 'building', '', 5, 'cus_5', 5)`);
    expect(await openDatabase(database.url, 'server')).toMatchObject({ warnings: [], isDistributed: false });
    const years = await database.run(sumsOfYears);
    expect(years.map((row) => Object.values(row).map(String))).toEqual(
      expectedYears.map((row) => row.map(String)),
    );
    expect(
      await database.run('SELECT state, reached_customer_id FROM credit_versions ORDER BY settings_version'),
    ).toEqual([
      { state: 'live', reached_customer_id: null },
      { state: 'building', reached_customer_id: null },
    ]);
    expect(
      await database.run(
        `SELECT relname FROM pg_class WHERE relname LIKE 'credit\\_%' AND relkind = 'r' AND NOT relforcerowsecurity`,
      ),
    ).toEqual([]);
  });

  test('that does not make commits durable is refused', async () => {
    await database.alter('SET synchronous_commit = off');
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(/synchronous_commit = off/);
  });

  test('that reads NULL in a list as a text is refused', async () => {
    await database.alter('SET array_nulls = off');
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(/array_nulls = off/);
  });

  test('that tells fractions in fewer digits than they have is refused', async () => {
    await database.alter('SET extra_float_digits = 0');
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(/extra_float_digits = 0/);
  });

  test('that takes no writes is refused', async () => {
    await database.alter('SET default_transaction_read_only = on');
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(
      'The database has default_transaction_read_only = on: it must be off, or nothing can be written.',
    );
  });

  test('whose row-level security makes calls fail is refused, but for a role that it does not hold', async () => {
    await database.alter('SET row_security = off');
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(
      'The database has row_security = off: it must be on, or row-level security makes every call fail.',
    );
    await openDatabase(database.superuserUrl, 'server');
  });

  test.each([
    ['empty', () => undefined],
    ['of this version', () => openDatabase(database.url, 'server')],
  ])('%s, in which the role may make no tables is refused', async (_which, prepare) => {
    await prepare();
    await database.run('ALTER SCHEMA public OWNER TO CURRENT_USER');
    await database.run('REVOKE CREATE ON SCHEMA public FROM public');
    await expect(openDatabase(database.url, 'server')).rejects.toThrow(
      'The role may make no tables in its schema: grant it CREATE there.',
    );
  });

  test('that cannot be reached is refused in one line without the password', async () => {
    const url = new URL(database.url);
    url.password = 'visible-secret';
    url.pathname = '/nowhere';
    const opening = openDatabase(url.href, 'server');
    await expect(opening).rejects.toThrow('The PostgreSQL server of DATABASE_URL cannot be used: ');
    await expect(opening).rejects.not.toThrow(/visible-secret|\n/);
  });
});

test.each([true, false])('it works with statements that are prepared: %j', async (prepares) => {
  await using store = await openPostgresStore({ url: database.url, prepares, role: 'server' });
  const room = await StoreRoom.open(() => store);
  for (const source of ['a', 'b', 'c']) await room.put('c', { source });
  expect(await room.sources('c')).toEqual(['a', 'b', 'c']);
});
