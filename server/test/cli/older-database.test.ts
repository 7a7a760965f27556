import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations as migrationsOfServer, openDatabase } from '../../src/storage/postgres/migrations.ts';
import { Connection } from '../../src/storage/sqlite/connection.ts';
import { migrate, migrations } from '../../src/storage/sqlite/migrations.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const organization =
  "INSERT INTO organizations (organization_id, public_id, environment, created_time, updated_time) VALUES (1, 'org_old', 'live', 0, 0)";

let operator: CommandLine;
let path: string;
let server: FreshDatabase;
beforeEach(async () => {
  operator = commandLine();
  path = operator.databaseUrl.slice('sqlite:'.length);
  using connection = new Connection({ path, readOnly: false });
  migrate(connection, path, migrations.slice(0, -1));
  using database = new DatabaseSync(path);
  database.exec(organization);
  server = await freshDatabase();
});
afterEach(async () => {
  operator[Symbol.dispose]();
  await server.drop();
});

function versionOfFile(): unknown {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

async function versionOfServer(): Promise<unknown> {
  return (await server.run('SELECT max(version) AS version FROM leadsource_migrations'))[0]?.['version'];
}

function beside(name: string): string {
  return join(dirname(path), name);
}

describe('a database file of an older version, before the service was started on it', () => {
  test.each([
    [['key', 'list']],
    [['key', 'create']],
    [['organization', 'list']],
    [['organization', 'create']],
    [['token', 'create']],
    [['erasures', 'list']],
  ])('is left as it was by %j, which says what to do', async (words) => {
    expect(await operator.run(...words)).toEqual({
      exitCode: 1,
      out: '',
      err: 'leadsource: The database needs a newer version of the service to run on it first.\n',
    });
    expect(versionOfFile()).toBe(migrations.length - 1);
    expect(existsSync(`${path}.before-${migrations.length}`)).toBe(false);
  });

  test('is left as it was by what only reads it, and is backed up as it is', async () => {
    expect(await operator.run('backup', beside('copy.db'))).toMatchObject({ exitCode: 0 });
    expect(await operator.run('export', 'all', beside('archive'))).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('of an older version: start the service once'),
    });
    expect((await operator.run('doctor')).out).toContain('the next start of the service brings it to');
    expect(versionOfFile()).toBe(migrations.length - 1);
    expect(await operator.run('restore', beside('copy.db'), '--force')).toMatchObject({ exitCode: 0 });
    expect(versionOfFile()).toBe(migrations.length - 1);
  });

  test('is brought up to date by a move, with a copy beside it', async () => {
    expect(await operator.run('migrate-to', server.url)).toMatchObject({ exitCode: 0 });
    expect(versionOfFile()).toBe(migrations.length);
    expect(existsSync(`${path}.before-${migrations.length}`)).toBe(true);
  });
});

describe('a PostgreSQL database of an older version, on which services may run', () => {
  beforeEach(async () => {
    await openDatabase(server.url, 'server', migrationsOfServer.slice(0, -1));
    await server.run(organization);
  });

  test('is left as it was by what would archive it, erase there again, or move another database there', async () => {
    const here = { DATABASE_URL: server.url };
    const refused = { exitCode: 1, err: expect.stringContaining('needs a newer version of the service') };
    expect(await operator.runWith(here, 'export', 'all', beside('archive'))).toMatchObject(refused);
    expect(await operator.run('migrate-to', server.url)).toMatchObject(refused);
    writeFileSync(beside('erasures'), '');
    expect(await operator.runWith(here, 'erasures', 'apply', beside('erasures'))).toMatchObject(refused);
    expect(await versionOfServer()).toBe(migrationsOfServer.length - 1);
  });

  test('is not archived while a part of it is still to be moved there', async () => {
    await server.run('TRUNCATE organizations CASCADE');
    await openDatabase(server.url, 'server');
    await server.run('CREATE TABLE leadsource_transfer (finished_time bigint)');
    await server.run('INSERT INTO leadsource_transfer VALUES (NULL)');
    await server.run('GRANT SELECT ON leadsource_transfer TO public');
    expect(
      await operator.runWith({ DATABASE_URL: server.url }, 'export', 'all', beside('archive')),
    ).toMatchObject({ exitCode: 1, err: expect.stringContaining('finish the move first') });
  });
});
