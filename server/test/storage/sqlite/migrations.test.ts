import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { Connection, query } from '../../../src/storage/sqlite/connection.ts';
import { claimServerLock } from '../../../src/storage/sqlite/lock.ts';
import { type Migration, migrate, migrations } from '../../../src/storage/sqlite/migrations.ts';
import { expectedYears, rowsOfMonths, sumsOfYears } from '../../support/months-before-years.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { organizationNamed } from '../../support/store-room.ts';

const addColumn: Migration = {
  name: 'a colour for organizations',
  statements: () => [sql`alter table organizations add column colour text`.compile(query)],
};
const fails: Migration = {
  name: 'half of it works',
  statements: () => [
    sql`alter table organizations add column colour text`.compile(query),
    sql`alter table absent add column colour text`.compile(query),
  ],
};
const newest = migrations.length;
const older = [...migrations, addColumn];

function versionOf(path: string): unknown {
  using connection = new Connection({ path, readOnly: true });
  return connection.pragma('user_version');
}

/** Brings a file to the state that a program with these migrations expects. */
function migrateFile(path: string, known: readonly Migration[]): void {
  using connection = new Connection({ path, readOnly: false });
  migrate(connection, path, known);
}

describe('migrations', () => {
  test('bring a new file to the newest version, without a copy', async () => {
    await using files = await databaseDirectory();
    migrateFile(files.path, migrations);
    expect(versionOf(files.path)).toBe(newest);
    expect((await readdir(dirname(files.path))).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('leave a file of the newest version as it is', async () => {
    await using files = await databaseDirectory();
    migrateFile(files.path, migrations);
    migrateFile(files.path, migrations);
    expect(versionOf(files.path)).toBe(newest);
  });

  test('keep a copy of an older file beside it, with all that was in it', async () => {
    await using files = await databaseDirectory();
    {
      await using store = await files.open();
      const organization = organizationNamed('org_old');
      await store.write('createOrganization', { organization, actor: 'operator' });
    }
    migrateFile(files.path, older);
    expect(versionOf(files.path)).toBe(newest + 1);
    const copy = `${files.path}.before-${newest + 1}`;
    expect(versionOf(copy)).toBe(newest);
    using database = new DatabaseSync(copy, { readOnly: true });
    expect(database.prepare('SELECT public_id FROM organizations').all()).toEqual([{ public_id: 'org_old' }]);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(existsSync(`${copy}.partial`)).toBe(false);
  });

  test('that fail leave the file as it was, and the next attempt copies what is there then', async () => {
    await using files = await databaseDirectory();
    migrateFile(files.path, migrations);
    expect(() => migrateFile(files.path, [...migrations, fails])).toThrow('no such table: absent');
    expect(versionOf(files.path)).toBe(newest);
    {
      await using store = await files.open();
      const organization = organizationNamed('org_between');
      await store.write('createOrganization', { organization, actor: 'operator' });
    }
    migrateFile(files.path, older);
    using database = new DatabaseSync(`${files.path}.before-${newest + 1}`, { readOnly: true });
    const kept = database.prepare('SELECT public_id FROM organizations').all();
    expect(kept).toEqual([{ public_id: 'org_between' }]);
  });

  test('refuse a file of a newer program, and leave it alone', async () => {
    await using files = await databaseDirectory();
    migrateFile(files.path, older);
    await expect(files.open()).rejects.toThrow(
      `The database is of version ${newest + 1}, newer than this program, which knows ${newest}: update the program.`,
    );
    expect(versionOf(files.path)).toBe(newest + 1);
  });

  test('are not for a command while a server runs', async () => {
    await using files = await databaseDirectory();
    // As by one whose tables are not made yet.
    using _server = claimServerLock(files.path, 0);
    await expect(files.open('command')).rejects.toThrow(
      'needs a newer version of the service to run on it first',
    );
    expect(versionOf(files.path)).toBe(0);
  });

  test('make a new file for a command where no server runs', async () => {
    await using files = await databaseDirectory();
    await using _command = await files.open('command');
    expect(versionOf(files.path)).toBe(newest);
  });

  test('are not for a command, whose file is an older one that the service was not started on yet', async () => {
    await using files = await databaseDirectory();
    migrateFile(files.path, migrations.slice(0, -1));
    await expect(files.open('command')).rejects.toThrow(
      'The database needs a newer version of the service to run on it first.',
    );
    expect(versionOf(files.path)).toBe(newest - 1);
    await using _server = await files.open();
    expect(versionOf(files.path)).toBe(newest);
  });

  test('bring the ids that senders gave to their touches', async () => {
    await using files = await databaseDirectory();
    const before = migrations.findIndex(({ name }) => name === 'ids that senders gave beside their touches');
    migrateFile(files.path, migrations.slice(0, before));
    using database = new DatabaseSync(files.path);
    database.exec(`
      INSERT INTO touches VALUES (1, 'cus_1', 7, 1, 2, 0, 1, 1, NULL, NULL, NULL, NULL),
        (1, 'cus_1', 8, 1, 2, 0, 1, 1, NULL, NULL, NULL, NULL), (2, 'cus_1', 7, 1, 2, 0, 1, 1, NULL, NULL, NULL, NULL);
      INSERT INTO touch_ids VALUES (1, 'order 9', 'cus_1', 7), (2, 'order 10', 'cus_1', 7)`);
    migrateFile(files.path, migrations);
    const rows = database.prepare('SELECT organization_id, touch_key, given_id FROM touches').all();
    expect(rows).toEqual([
      { organization_id: 1, touch_key: 7, given_id: 'order 9' },
      { organization_id: 1, touch_key: 8, given_id: null },
      { organization_id: 2, touch_key: 7, given_id: 'order 10' },
    ]);
  });

  test('sum up the years of credits from their months', async () => {
    await using files = await databaseDirectory();
    const before = migrations.findIndex(({ name }) => name === 'sums of credits by year');
    migrateFile(files.path, migrations.slice(0, before));
    using database = new DatabaseSync(files.path);
    database.exec(`INSERT INTO credit_months VALUES ${rowsOfMonths()}`);
    migrateFile(files.path, migrations);
    const sums = database.prepare(sumsOfYears);
    sums.setReturnArrays(true);
    expect(sums.all()).toEqual(expectedYears);
  });
});
