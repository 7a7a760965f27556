import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { claimServerLock } from '../../../src/storage/sqlite/lock.ts';
import { migrations } from '../../../src/storage/sqlite/migrations.ts';
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts';
import { ChildService } from '../../support/child-service.ts';
import { testOrganizationId } from '../../support/service.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { organizationNamed } from '../../support/store-room.ts';

/** A thread that holds a lock until it is told to release it. */
const lockHolder = `
  const { DatabaseSync } = require('node:sqlite');
  const { parentPort, workerData } = require('node:worker_threads');
  const lock = new DatabaseSync(workerData.path);
  lock.exec('BEGIN EXCLUSIVE');
  parentPort.postMessage('held');
  Atomics.wait(workerData.release, 0, 0);
  lock.close();
`;

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
      await store.probe();
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
    await server.probe();
  });

  test('is kept out by a command that starts until the file is migrated', async () => {
    await using files = await databaseDirectory();
    const opening = files.open('command');
    expect(claimServerLock(files.path, 0)).toBeNull();
    await using _command = await opening;
    using lock = claimServerLock(files.path, 0);
    expect(lock).not.toBeNull();
  });

  test('is not said to be running where another gives the lock up at once', async () => {
    await using files = await databaseDirectory();
    const release = new Int32Array(new SharedArrayBuffer(4));
    const workerData = { path: `${files.path}.lock`, release };
    const holder = new Worker(lockHolder, { eval: true, workerData });
    await once(holder, 'message');
    expect(claimServerLock(files.path, 0)).toBeNull();
    Atomics.store(release, 0, 1);
    Atomics.notify(release, 0);
    await using store = await files.open();
    await store.probe();
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
    {
      await using made = await files.open();
      await made.probe();
    }
    using database = new DatabaseSync(files.path);
    database.exec('PRAGMA user_version = 1000');
    await expect(files.open()).rejects.toThrow('newer than this program');
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    await using store = await files.open();
    await store.probe();
  });
});
