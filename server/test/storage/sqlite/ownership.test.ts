import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { fillFile } from '../../support/database-contents.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';

describe('a file that is opened', () => {
  test.each([
    ['has other tables', 'CREATE TABLE kept (number INTEGER)'],
    ['has a table by one of our names', 'CREATE TABLE customers (number INTEGER)'],
    ['has other tables and a version', 'CREATE TABLE kept (number INTEGER); PRAGMA user_version = 5'],
    ['has a version and no tables', 'PRAGMA user_version = 14'],
  ])("and %s is another program's, and stays as it is", async (_what, statements) => {
    await using files = await databaseDirectory();
    using database = new DatabaseSync(files.path);
    database.exec(statements);
    const before = readFileSync(files.path);
    for (const role of ['server', 'command'] as const) {
      await expect(files.open(role)).rejects.toThrow(`${files.path} is no database of leadsource.`);
    }
    expect(readFileSync(files.path).equals(before)).toBe(true);
    expect(await readdir(dirname(files.path))).toEqual([basename(files.path)]);
  });

  test('and is empty is filled', async () => {
    await using files = await databaseDirectory();
    writeFileSync(files.path, '');
    await using store = await files.open();
    await store.probe();
  });

  test('and lacks its end is said to be damaged, by its name', async () => {
    await using files = await databaseDirectory();
    {
      await using store = await files.open();
      await store.probe();
    }
    fillFile(files.path);
    truncateSync(files.path, 100_000);
    await expect(files.open()).rejects.toThrow(`${files.path} is damaged: restore a backup.`);
  });
});
