import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { archiveStore, unarchiveStore } from '../../src/archive-store.ts';
import type { Config } from '../../src/config.ts';
import { moveStore } from '../../src/move-store.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type DatabaseDirectory, databaseDirectory } from '../support/sqlite-files.ts';
import { StoreRoom } from '../support/store-room.ts';

/** The largest amount of a conversion, in cents. */
const largestAmount = 10 ** 15 - 1;
const sumsOfDays = 'SELECT revenue_first, revenue_linear, refunds_last FROM credit_days';
const sumsOfYears = 'SELECT revenue_first, revenue_linear, refunds_last FROM credit_years';

/** What a customer paid in eleven conversions, and, in the year, the edges of what can be kept. */
const expected = [
  [String(11n * BigInt(largestAmount)), String(11n * BigInt(largestAmount)), String(largestAmount)],
  ['9223372036854775807', '-9223372036854775808', '-9007199254740993'],
];

let files: DatabaseDirectory;
let server: FreshDatabase;
let archives = 0;
beforeAll(async () => {
  files = await databaseDirectory();
  await using store = await files.open();
  const room = await StoreRoom.open(() => store);
  await room.put('buyer', { source: 'google' });
  for (let count = 0; count < 11; count++)
    await room.convert('buyer', { conversionId: `cnv_${count}`, amount: largestAmount });
  await room.refund('cnv_0');
  using database = new DatabaseSync(files.path);
  database.exec(`UPDATE credit_years SET revenue_first = 9223372036854775807,
    revenue_linear = -9223372036854775808, refunds_last = -9007199254740993`);
});
afterAll(() => files[Symbol.asyncDispose]());
beforeEach(async () => {
  server = await freshDatabase();
});
afterEach(() => server.drop());

function inFile(path: string): Pick<Config, 'database' | 'postgresPrepare'> {
  return { database: { engine: 'sqlite', path }, postgresPrepare: 'on' };
}

function onServer(): Pick<Config, 'database' | 'postgresPrepare'> {
  return { database: { engine: 'postgres', url: server.url }, postgresPrepare: 'on' };
}

async function archived(config: ReturnType<typeof inFile>): Promise<string> {
  const file = join(files.path, `../archive-${++archives}`);
  const request = { file, partialName: `${file}.partial`, replaces: false, watch: () => undefined };
  await archiveStore(config, { ...request, identity: file });
  return file;
}

function restored(config: ReturnType<typeof inFile>, file: string) {
  return unarchiveStore(config, {
    file,
    partialEnding: '.partial',
    watch: () => undefined,
    now: () => 5,
  });
}

function sumsInFile(path: string): unknown {
  using database = new DatabaseSync(path);
  return [sumsOfDays, sumsOfYears].map((text) => {
    const asked = database.prepare(text);
    asked.setReadBigInts(true);
    return Object.values(asked.get() ?? {}).map(String);
  });
}

async function sumsOnServer(): Promise<unknown> {
  const all = [await server.run(sumsOfDays), await server.run(sumsOfYears)];
  return all.map(([row]) => Object.values(row ?? {}).map(String));
}

test('sums beyond 2^53 are moved to PostgreSQL exactly', async () => {
  expect(sumsInFile(files.path)).toEqual(expected);
  const { path } = files;
  const heard = { watch: () => undefined, now: () => 5, onWarning: expect.unreachable };
  await moveStore({ path, url: server.url, prepares: true, ...heard });
  expect(await sumsOnServer()).toEqual(expected);
});

test('sums beyond 2^53 go exactly through archives, from each engine to each', async () => {
  const ofFile = await archived(inFile(files.path));
  const again = join(files.path, '../again.db');
  await restored(inFile(again), ofFile);
  expect(sumsInFile(again)).toEqual(expected);
  await restored(onServer(), ofFile);
  expect(await sumsOnServer()).toEqual(expected);
  const ofServer = await archived(onServer());
  const returned = join(files.path, '../returned.db');
  await restored(inFile(returned), ofServer);
  expect(sumsInFile(returned)).toEqual(expected);
  await server.drop();
  server = await freshDatabase();
  await restored(onServer(), ofServer);
  expect(await sumsOnServer()).toEqual(expected);
});

test('an archive whose sums an earlier version rounded is refused', async () => {
  const file = await archived(inFile(files.path));
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  writeFileSync(file, gzipSync(text.replace('"9223372036854775807"', '9223372036854776000')));
  await expect(restored(inFile(join(files.path, '../rounded.db')), file)).rejects.toThrow(
    'The archive has a sum that was rounded by the version of leadsource that made it',
  );
});
