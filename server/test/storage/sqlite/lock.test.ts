import { symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts';
import { ChildService } from '../../support/child-service.ts';
import { testOrganizationId } from '../../support/service.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { organizationNamed } from '../../support/store-room.ts';

describe('the one server of a database file', () => {
  test('keeps a second one out with a clear line', async () => {
    await using files = await databaseDirectory();
    await using _store = await files.open();
    await expect(files.open()).rejects.toThrow(`Another server is running on ${files.path}.`);
  });

  test.each([
    ['link to the file', (path: string) => path, (link: string) => link],
    ['link to its directory', dirname, (link: string, path: string) => join(link, basename(path))],
  ])('keeps a second one out that comes through a %s', async (_words, targetOf, wayThrough) => {
    await using files = await databaseDirectory();
    const link = `${files.path}-link`;
    await symlink(targetOf(files.path), link);
    const path = wayThrough(link, files.path);
    const onFatal = () => expect.unreachable();
    await using _store = await openSqliteStore({ path, role: 'server', onFatal });
    await expect(files.open()).rejects.toThrow(`Another server is running on ${files.path}.`);
  });

  test('lets another in once it is closed', async () => {
    await using files = await databaseDirectory();
    for (let turn = 0; turn < 3; turn++) {
      await using store = await files.open();
      await store.read.probe();
    }
  });

  test('keeps those of other processes out, until it dies, however it dies', async () => {
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path });
    await child.url();
    await expect(files.open()).rejects.toThrow('Another server is running');
    await child.kill();
    await using store = await files.open();
    expect((await store.read.organizations()).map(({ id }) => id)).toEqual([testOrganizationId]);
  });

  test('lets commands work beside it, each seeing what the other wrote', async () => {
    await using files = await databaseDirectory();
    await using server = await files.open();
    await using command = await files.open('command');
    const actor = 'operator';
    await command.write('createOrganization', { organization: organizationNamed('org_command'), actor });
    expect(await server.read.organization('org_command')).not.toBeNull();
    await server.write('createOrganization', { organization: organizationNamed('org_server'), actor });
    expect(await command.read.organization('org_server')).not.toBeNull();
  });

  test('is not kept out by a command', async () => {
    await using files = await databaseDirectory();
    await using _command = await files.open('command');
    await using server = await files.open();
    await server.read.probe();
  });

  test('is not said to be running where the lock file cannot be used', async () => {
    await using files = await databaseDirectory();
    await writeFile(
      `${files.path}.lock`,
      'This is no database, and long enough to be seen to be none. '.repeat(20),
    );
    await expect(files.open()).rejects.toThrow('file is not a database');
  });

  test('leaves no lock behind where it cannot start', async () => {
    await using files = await databaseDirectory();
    using database = new DatabaseSync(files.path);
    database.exec('PRAGMA user_version = 1000');
    await expect(files.open()).rejects.toThrow('newer than this program');
    database.exec('PRAGMA user_version = 0');
    await using store = await files.open();
    await store.read.probe();
  });
});
