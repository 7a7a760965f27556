import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimServerLock } from '../../src/storage/sqlite/lock.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { linearGrowth } from '../support/growth.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { processorMilliseconds } from '../support/processor-time.ts';
import { testSecretKey } from '../support/service.ts';
import {
  answersOf,
  type Caller,
  keepMoment,
  send,
  serve,
  targetsOf,
  unansweredOf,
} from '../support/whole-store.ts';
import { fill } from '../support/whole-store-facts.ts';

let operator: CommandLine;
let server: FreshDatabase;
let otherServer: FreshDatabase;
let directory: string;
let archive: string;
let callers: readonly Caller[];
let targets: readonly string[];
let answers: Awaited<ReturnType<typeof answersAt>>;
let unanswered: readonly string[];
let goBack: () => void;

beforeAll(async () => {
  operator = commandLine();
  [server, otherServer] = [await freshDatabase(), await freshDatabase()];
  directory = mkdtempSync(join(tmpdir(), 'leadsource-archive-'));
  archive = join(directory, 'all.leadsource');
  const first: Caller = { headers: { 'REB-APIKEY': testSecretKey } };
  const service = await serve(operator.databaseUrl);
  const made = (await operator.json('organization', 'create', '--id', 'second')) as { secretKey: string };
  const second: Caller = { headers: { 'REB-APIKEY': made.secretKey } };
  const keyIds = await fill(service, first);
  await fill(service, second);
  callers = [first, second];
  targets = await targetsOf(service, keyIds);
  answers = await answersAt(service);
  unanswered = await unansweredOf(service, answers[0] ?? {});
  goBack = keepMoment();
  await operator.json('export', 'all', archive);
  await service.stop();
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await Promise.all([server, otherServer].map((database) => database.drop()));
});

function answersAt(service: Awaited<ReturnType<typeof serve>>) {
  return Promise.all(callers.map((caller) => answersOf(service, caller, targets)));
}

/** Holds a restored store to the one that was archived, and that it can be written to. */
async function requireSame(databaseUrl: string): Promise<void> {
  const service = await serve(databaseUrl);
  goBack();
  expect(await answersAt(service)).toEqual(answers);
  const [first] = callers;
  if (first !== undefined)
    await send(service, first, 'PUT', '/customers/new/lead-source', { source: 'later' });
  await service.stop();
}

describe('leadsource export all, and import --restore', () => {
  test('are tried with some of everything that can be asked for', () => {
    expect(unanswered).toEqual([]);
  });

  test('keep everything from the embedded engine to itself', async () => {
    const url = `sqlite:${join(directory, 'again.db')}`;
    const { exitCode, out } = await operator.runWith({ DATABASE_URL: url }, 'import', archive, '--restore');
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: expect.stringMatching(
        /^Restored 2 organizations, \d+ customers, \d+ touches, and compared every row\.\n$/,
      ),
    });
    await requireSame(url);
  });

  test('keep everything from the embedded engine to PostgreSQL, from there to another, and back', async () => {
    const there = { DATABASE_URL: server.url };
    expect(await operator.runWith(there, 'import', archive, '--restore')).toMatchObject({ exitCode: 0 });
    const returning = join(directory, 'returning.leadsource');
    expect(await operator.runWith(there, 'export', 'all', returning)).toMatchObject({ exitCode: 0 });
    const url = `sqlite:${join(directory, 'returned.db')}`;
    const restored = await operator.runWith({ DATABASE_URL: url }, 'import', returning, '--restore');
    expect(restored).toMatchObject({ exitCode: 0 });
    const other = { DATABASE_URL: otherServer.url };
    expect(await operator.runWith(other, 'import', returning, '--restore')).toMatchObject({ exitCode: 0 });
    await requireSame(url);
    await requireSame(server.url);
    await requireSame(otherServer.url);
    const again = await operator.runWith(there, 'import', archive, '--restore');
    expect(again).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('filled from this archive before'),
    });
  });

  test('make a file for its owner alone, and replace none', async () => {
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    const before = readFileSync(archive);
    expect(await operator.run('export', 'all', archive)).toMatchObject({
      exitCode: 1,
      err: `leadsource: ${archive} already exists: --force replaces it.\n`,
    });
    expect(readFileSync(archive).equals(before)).toBe(true);
  });

  test('take the place neither of the database nor of what lies beside it', async () => {
    const path = operator.databaseUrl.slice('sqlite:'.length);
    for (const place of [path, `${path}.erasures`]) {
      expect(await operator.run('export', 'all', place, '--force')).toEqual({
        exitCode: 1,
        out: '',
        err: `leadsource: ${place} is the database itself: give another name.\n`,
      });
    }
    expect(await operator.run('organization', 'list')).toMatchObject({ exitCode: 0 });
  });

  test('fill no database that is there', async () => {
    expect(await operator.run('import', archive, '--restore')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('it takes an empty place'),
    });
  });

  test('fill the place to which a link leads', async () => {
    const [link, place] = [join(directory, 'link.db'), join(directory, 'place.db')];
    symlinkSync('place.db', link);
    const there = { DATABASE_URL: `sqlite:${link}` };
    expect(await operator.runWith(there, 'import', archive, '--restore')).toMatchObject({ exitCode: 0 });
    expect([readlinkSync(link), existsSync(place)]).toEqual(['place.db', true]);
    const again = await operator.runWith(there, 'import', archive, '--restore');
    expect(again.err).toContain(`There is a database at ${link} already`);
  });

  test('fill nothing in a dry run, which there is none of', async () => {
    using empty = commandLine();
    const { exitCode, err } = await empty.run('import', archive, '--restore', '--dry-run');
    expect([exitCode, err]).toEqual([2, expect.stringContaining('--dry-run')]);
    expect(existsSync(empty.databaseUrl.replace('sqlite:', ''))).toBe(false);
  });

  test('fill no place where a database that is gone left its log, which would be read into the new one', async () => {
    const database = join(directory, 'left.db');
    writeFileSync(`${database}-wal`, 'a log');
    const settings = { DATABASE_URL: `sqlite:${database}` };
    expect(await operator.runWith(settings, 'import', archive, '--restore')).toMatchObject({
      exitCode: 1,
      err: `leadsource: There is ${database}-wal of a database that is gone: it takes an empty place.\n`,
    });
    expect(readFileSync(`${database}-wal`, 'utf8')).toBe('a log');
    expect(existsSync(database)).toBe(false);
  });

  test('fill no place where a server is starting', async () => {
    const database = join(directory, 'starting.db');
    // Its lock is the first that it makes there.
    using _server = claimServerLock(database, 0);
    const settings = { DATABASE_URL: `sqlite:${database}` };
    expect(await operator.runWith(settings, 'import', archive, '--restore')).toEqual({
      exitCode: 1,
      out: '',
      err: `leadsource: A server is running on ${database}: stop it first.\n`,
    });
    expect(existsSync(database)).toBe(false);
  });

  test.each([
    [
      'that was cut off',
      (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1),
      'its end is missing',
    ],
    [
      'that was changed',
      (text: string) => text.replace('google', 'goggle'),
      'The rows of lead_source_tuples differ',
    ],
    ['of another version', (text: string) => text.replace('"tuple_id"', '"tuple_ids"'), 'of another version'],
    ['that is none', () => 'customerId,source\n', 'The archive is damaged'],
  ])('refuse a file %s, and leave no database', async (_name, change, sentence) => {
    const path = join(directory, 'wrong.leadsource');
    writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(archive)).toString('utf8'))));
    const database = join(directory, 'wrong.db');
    const outcome = await operator.runWith(
      { DATABASE_URL: `sqlite:${database}` },
      'import',
      path,
      '--restore',
    );
    expect(outcome).toMatchObject({ exitCode: 1, err: expect.stringContaining(sentence) });
    expect(existsSync(database)).toBe(false);
  });

  test('read a long line in time that grows with its length, not with its square', async () => {
    const settings = { DATABASE_URL: `sqlite:${join(directory, 'long.db')}` };
    const timeOf = async (characters: number, times: number) => {
      const path = join(directory, `long-${characters}.leadsource`);
      writeFileSync(path, gzipSync(`${'x'.repeat(characters)}\n`));
      return await processorMilliseconds(async () => {
        for (let time = 0; time < times; time++) {
          const { err } = await operator.runWith(settings, 'import', path, '--restore');
          expect(err).toContain('a line is no JSON');
        }
      });
    };
    await timeOf(2 ** 20, 1);
    const ofParts = await timeOf(2 ** 20, 16);
    expect((await timeOf(2 ** 24, 1)) / ofParts).toBeLessThan(linearGrowth);
  });

  test('refuse a file that is not packed', async () => {
    const path = join(directory, 'plain.leadsource');
    writeFileSync(path, 'plain');
    const settings = { DATABASE_URL: `sqlite:${join(directory, 'plain.db')}` };
    expect(await operator.runWith(settings, 'import', path, '--restore')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('is damaged, or no archive'),
    });
  });
});
