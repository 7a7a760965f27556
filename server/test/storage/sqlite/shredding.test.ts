import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection, query } from '../../../src/storage/sqlite/connection.ts';
import { Shredding } from '../../../src/storage/sqlite/shredding.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';

const megabyte = 1024 ** 2;

let files: DatabaseDirectory;
beforeEach(async () => {
  files = await databaseDirectory();
});
afterEach(() => files[Symbol.asyncDispose]());

/** A table, and behind so much else another one. */
function fill(megabytes: number): void {
  using database = new DatabaseSync(files.path);
  database.exec(`
    CREATE TABLE early (number INTEGER PRIMARY KEY, text);
    INSERT INTO early VALUES (1, 'who stays');
    CREATE TABLE filler (content);
    WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < ${megabytes})
    INSERT INTO filler SELECT randomblob(${megabyte}) FROM counted;
    CREATE TABLE late (number INTEGER PRIMARY KEY, text);
    INSERT INTO late VALUES (1, 'who stays')`);
}

/** Leaves a trace in the free space of a page. */
function leaveTrace(table: 'early' | 'late', text: string): void {
  using database = new DatabaseSync(files.path);
  database.exec(`INSERT INTO ${table} VALUES (2, '${text}'); DELETE FROM ${table} WHERE number = 2`);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(isInFile(text)).toBe(true);
}

function isInFile(text: string): boolean {
  return readFileSync(files.path).includes(text);
}

test('shreds what is far behind in a large file, and nothing else', () => {
  fill(70);
  leaveTrace('late', 'who is erased');
  using connection = new Connection({ path: files.path, readOnly: false });
  using shredding = new Shredding(files.path, connection);
  shredding.begin();
  while (shredding.isDue) expect(shredding.goOn()).toBe(true);
  expect(isInFile('who is erased')).toBe(false);
  expect(connection.pragma('integrity_check')).toBe('ok');
  using database = new DatabaseSync(files.path, { readOnly: true });
  for (const table of ['early', 'late']) {
    expect(database.prepare(`SELECT * FROM ${table}`).all()).toEqual([{ number: 1, text: 'who stays' }]);
  }
});

test('goes through the whole file again for whoever is erased once it has begun', () => {
  fill(70);
  using connection = new Connection({ path: files.path, readOnly: false });
  using shredding = new Shredding(files.path, connection);
  shredding.begin();
  expect(shredding.goOn()).toBe(true);
  expect(shredding.isDue).toBe(true);
  leaveTrace('early', 'who is erased meanwhile');
  shredding.begin();
  while (shredding.isDue) expect(shredding.goOn()).toBe(true);
  expect(isInFile('who is erased meanwhile')).toBe(false);
});

test('waits for what somebody writes into the log meanwhile, which would bring back what is shredded', () => {
  fill(1);
  leaveTrace('late', 'who is erased');
  using connection = new Connection({ path: files.path, readOnly: false });
  using shredding = new Shredding(files.path, connection);
  shredding.begin();
  const holdWrites = connection.holdWrites.bind(connection);
  vi.spyOn(connection, 'holdWrites').mockImplementationOnce(() => {
    using other = new DatabaseSync(files.path);
    other.exec("INSERT INTO late VALUES (3, 'who came meanwhile')");
    return holdWrites();
  });
  expect(shredding.goOn()).toBe(false);
  expect(shredding.isDue).toBe(true);
  expect(shredding.goOn()).toBe(true);
  expect(shredding.isDue).toBe(false);
  expect(isInFile('who is erased')).toBe(false);
});

test('goes on where another process has left it', () => {
  fill(1);
  leaveTrace('late', 'who is erased');
  {
    using connection = new Connection({ path: files.path, readOnly: false });
    using shredding = new Shredding(files.path, connection);
    expect(shredding.isDue).toBe(false);
    shredding.begin();
  }
  using connection = new Connection({ path: files.path, readOnly: false });
  using shredding = new Shredding(files.path, connection);
  expect(shredding.isDue).toBe(true);
  expect(shredding.goOn()).toBe(true);
  expect(isInFile('who is erased')).toBe(false);
  expect(new Shredding(files.path, connection).isDue).toBe(false);
});

test('leaves nothing in memory that a later write would bring back', () => {
  fill(1);
  // Longer than what comes later, which takes its place.
  leaveTrace('late', 'who is erased'.padEnd(1000));
  using connection = new Connection({ path: files.path, readOnly: false });
  using shredding = new Shredding(files.path, connection);
  expect(connection.pragma('integrity_check')).toBe('ok');
  shredding.begin();
  expect(shredding.goOn()).toBe(true);
  const insertion = sql`insert into late values (3, 'who comes later')`;
  connection.run({ compile: () => insertion.compile(query) });
  connection.copyLog();
  expect([isInFile('who comes later'), isInFile('who is erased')]).toEqual([true, false]);
});
