import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { makeFile } from '../../../src/storage/sqlite/files.ts';
import { migrate, migrations } from '../../../src/storage/sqlite/migrations.ts';
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts';
import type { Store } from '../../../src/storage/store.ts';
import { organizationNamed } from '../../support/store-room.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leadsource-files-'));
});
afterEach(() => rm(directory, { recursive: true }));

function open(path: string): Promise<Store> {
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  return openSqliteStore({ path, role: 'server', onFatal });
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

async function modesIn(inside: string): Promise<Record<string, number>> {
  const names = await readdir(inside);
  const modes = await Promise.all(names.map((name) => modeOf(join(inside, name))));
  return Object.fromEntries(names.map((name, place) => [name, modes[place] ?? 0]));
}

describe('the files of a database, which hold the key that signs', () => {
  test('are for their owner only, as are the directories made for them', async () => {
    const inside = join(directory, 'a', 'b');
    await using store = await open(join(inside, 'leadsource.db'));
    await store.write('createOrganization', { organization: organizationNamed('org_files'), actor: 'test' });
    expect(await modesIn(inside)).toEqual({
      'leadsource.db': 0o600,
      'leadsource.db-shm': 0o600,
      'leadsource.db-wal': 0o600,
      'leadsource.db.lock': 0o600,
      'leadsource.db.lock-journal': 0o600,
    });
    expect(await modeOf(inside)).toBe(0o700);
    expect(await modeOf(join(directory, 'a'))).toBe(0o700);
  });

  test('keep the mode that an operator gave them, and are copied for their owner only', async () => {
    const path = join(directory, 'leadsource.db');
    makeFile(path);
    await chmod(path, 0o640);
    using connection = new Connection({ path, readOnly: false });
    migrate(connection, path);
    migrate(connection, path, [...migrations, { name: 'nothing', statements: () => [] }]);
    expect(await modesIn(directory)).toEqual({
      'leadsource.db': 0o640,
      'leadsource.db-shm': 0o640,
      'leadsource.db-wal': 0o640,
      [`leadsource.db.before-${migrations.length + 1}`]: 0o600,
    });
  });

  test('are left alone where they are there', async () => {
    const path = join(directory, 'leadsource.db');
    using database = new DatabaseSync(path);
    database.exec('CREATE TABLE kept (number INTEGER); INSERT INTO kept VALUES (1)');
    makeFile(path);
    expect(database.prepare('SELECT number FROM kept').get()).toEqual({ number: 1 });
  });

  test('that cannot be made are said so', async () => {
    expect(() => makeFile('/proc/x/y')).toThrow("ENOENT: no such file or directory, mkdir '/proc/x'");
    await writeFile(join(directory, 'file'), '');
    expect(() => makeFile(join(directory, 'file', 'a'))).toThrow('ENOTDIR');
  });
});
