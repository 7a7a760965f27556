import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/postgres/migrations.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { tables, tablesWhere, tenantTables } from '../../../src/storage/postgres/tables.ts';
import { wallsAskedOnce } from '../../../src/storage/postgres/wall.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { standInForCitus } from '../../support/citus-stand-in.ts';
import { type CommandLine, commandLine } from '../../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

/** No cluster is at hand: functions of the same names refuse what Citus refuses, and move nothing. */
let database: FreshDatabase;
let operator: CommandLine;

beforeEach(async () => {
  database = await freshDatabase();
  operator = commandLine(database.url);
});

afterEach(async () => {
  operator[Symbol.dispose]();
  await database.drop();
});

/** How the tables stand: what each was made, and whether its wall holds the owner. */
async function places(): Promise<readonly unknown[]> {
  return database.run(
    `SELECT c.relname AS name, p.partmethod AS method, p.beside, c.relforcerowsecurity AS walled
     FROM pg_class c LEFT JOIN pg_dist_partition p ON p.logicalrelid = c.oid
     WHERE c.relname = ANY ($1) ORDER BY c.relname`,
    [Object.keys(tables)],
  );
}

function expectedPlaces(): readonly unknown[] {
  const [anchor] = tablesWhere(({ place }) => place === 'distributed');
  const entries = Object.entries(tables).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([name, { place, wall }]) => ({
    name,
    method: place === 'replicated' ? 'n' : 'h',
    beside: place === 'replicated' ? null : name === anchor ? 'none' : anchor,
    walled: wall !== 'none',
  }));
}

/** The walls of tables, each as it is written. */
async function walls(): Promise<readonly unknown[]> {
  return database.run(
    `SELECT polrelid::regclass::text AS table, polname AS name, pg_get_expr(polqual, polrelid) AS seen,
       pg_get_expr(polwithcheck, polrelid) AS taken FROM pg_policy ORDER BY 1, 2`,
  );
}

const subQuery = /select/i;

describe('distribute', () => {
  test('puts every table in its place, with what is there, and walls it up again', async () => {
    await standInForCitus(database);
    const open = () => openPostgresStore({ url: database.url, prepares: true, role: 'server' });
    const store = await open();
    const room = await keepBusy(store, new Uint8Array(32));
    const before = await room.customers();
    await store[Symbol.asyncDispose]();
    const outcome = await operator.run('distribute');
    expect(outcome).toEqual({ exitCode: 0, out: '', err: 'Every table is in its place.\n' });
    expect(await places()).toEqual(expectedPlaces());
    await using again = await open();
    expect(await room.through(() => again).customers()).toEqual(before);
    await keepBusy(again, new Uint8Array(32).fill(7));
    const [key] = await database.run("SELECT count(*)::int AS n FROM pg_constraint WHERE contype = 'f'");
    expect(key).toEqual({ n: 1 });
    const [setting] = await database.run(
      'SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()',
    );
    expect(setting).toEqual({ setconfig: ['citus.propagate_set_commands=local'] });
  });

  test('writes the walls without sub-queries, and updates leave them so', async () => {
    await standInForCitus(database);
    await openDatabase(database.url, 'server');
    expect(JSON.stringify(await walls())).toMatch(subQuery);
    await operator.run('distribute');
    const spread = await walls();
    expect(spread.length).toBeGreaterThanOrEqual(tenantTables.length);
    expect(JSON.stringify(spread)).not.toMatch(subQuery);
    for (const statement of wallsAskedOnce) await database.run(statement);
    expect(await walls()).toEqual(spread);
  });

  test('under a service that runs is found out by it, after one more attempt', async () => {
    await standInForCitus(database);
    await using store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
    const room = await StoreRoom.open(() => store);
    await operator.run('distribute');
    const before = store.statistics().retriedTransactions;
    await expect(room.put('c', { source: 'a' })).rejects.toThrow('could not create distributed plan');
    expect(store.statistics().retriedTransactions - before).toBe(1);
    await using again = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
    await room.through(() => again).put('c', { source: 'a' });
  });

  test('makes the tables where there are none, and does nothing a second time', async () => {
    await standInForCitus(database);
    expect(await operator.json('distribute')).toMatchObject({ run: true });
    expect(await places()).toEqual(expectedPlaces());
    expect(await operator.json('distribute')).toEqual({ run: true, statements: [] });
    expect((await operator.run('distribute')).err).toBe('Every table is in its place already.\n');
  });

  test('puts a table that came later beside the others', async () => {
    await standInForCitus(database);
    await operator.run('distribute');
    await database.run("DELETE FROM pg_dist_partition WHERE logicalrelid = 'events'::regclass");
    const { out } = await operator.run('distribute', '--dry-run');
    expect(out.match(/create_\w+\([^)]*\)/g)).toEqual([
      "create_distributed_table('events', 'organization_id', colocate_with => 'key_ranges')",
    ]);
    await operator.run('distribute');
    expect(await places()).toEqual(expectedPlaces());
  });

  test('only tells with --dry-run, in the order in which it would be done', async () => {
    await standInForCitus(database);
    await openDatabase(database.url, 'server');
    const { exitCode, out } = await operator.run('distribute', '--dry-run');
    expect(exitCode).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.every((line) => line.endsWith(';'))).toBe(true);
    const placing = lines.filter((line) => line.startsWith('SELECT create_'));
    expect(placing).toHaveLength(Object.keys(tables).length);
    expect(await database.run('SELECT * FROM pg_dist_partition')).toEqual([]);
  });

  test('that fails half-way leaves everything as it was', async () => {
    await standInForCitus(database, { refusing: 'touches' });
    await openDatabase(database.url, 'server');
    const before = await places();
    const { exitCode, err } = await operator.run('distribute');
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: 'leadsource: the node is out of reach\n' });
    expect(await places()).toEqual(before);
  });

  test('refuses nodes that do not keep organizations apart', async () => {
    await standInForCitus(database);
    await openDatabase(database.url, 'server');
    await database.run('CREATE POLICY leak ON key_ranges USING (true)');
    const { exitCode, err } = await operator.run('distribute');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/do not keep organizations apart/);
    expect(await database.run('SELECT * FROM pg_dist_partition')).toEqual([]);
  });

  test('refuses a database without Citus, and a file', async () => {
    await openDatabase(database.url, 'server');
    expect(await operator.run('distribute', '--dry-run')).toEqual({
      exitCode: 1,
      out: '',
      err: 'leadsource: The database has no Citus extension: a superuser adds it by CREATE EXTENSION citus.\n',
    });
    using beginner = commandLine();
    expect((await beginner.run('distribute')).err).toMatch(/^leadsource: DATABASE_URL names a file: /);
  });

  test('with --dry-run makes no tables', async () => {
    await standInForCitus(database);
    const { exitCode, err } = await operator.run('distribute', '--dry-run');
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: 'leadsource: There are no tables yet: start the service first.\n',
    });
  });
});
