import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backUp } from '../../src/move-store.ts';
import { ChildService } from '../support/child-service.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { contentsOf, damagedCopy, fillFile } from '../support/database-contents.ts';
import { startProcess } from '../support/served.ts';

const blockingBackup = join(import.meta.dirname, '../support/blocking-backup.ts');
const compiled = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };

let operator: CommandLine;
let path: string;
let file: string;
/** A database of one organization and its key, and a backup from before a second one came. */
const made = commandLine();
const backupOfMade = `${pathOf(made)}.backup`;
let key: string;
beforeAll(async () => {
  const printed = await made.json('organization', 'create', '--id', 'org_first');
  key = (printed as { secretKey: string }).secretKey;
  await made.run('backup', backupOfMade);
  await made.run('organization', 'create', '--id', 'org_second', '--no-key');
});
afterAll(() => made[Symbol.dispose]());

beforeEach(() => {
  operator = commandLine();
  path = pathOf(operator);
  file = join(dirname(path), 'copy.db');
  copyFileSync(pathOf(made), path);
});
afterEach(() => operator[Symbol.dispose]());

function pathOf({ databaseUrl }: CommandLine): string {
  return databaseUrl.slice('sqlite:'.length);
}

async function put(url: string, customerId: string): Promise<void> {
  const { status } = await fetch(`${url}/customers/${customerId}/lead-source`, {
    method: 'PUT',
    headers: { 'REB-APIKEY': key, 'Content-Type': 'application/json' },
    body: '{"source":"google"}',
  });
  expect(status).toBe(201);
}

/** Names in the directory of the database that are not the database's own. */
function others(): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => !name.startsWith(basename(path)));
}

/** What the database has beside it but its lock. */
function own(): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => /^leadsource\.db(?!\.lock)/.test(name));
}

describe('leadsource backup', () => {
  test('copies all that was acknowledged beside a running server, for its owner only, into one file', async () => {
    await using child = new ChildService({ databasePath: path });
    const url = await child.url();
    for (const id of ['a', 'b']) await put(url, id);
    const { exitCode, out } = await operator.run('backup', file);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Backed up to \S+copy\.db: 2 organizations, 2 customers, 2 touches, [\d.]+ kB\.\n$/);
    expect(others()).toEqual(['copy.db']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [copied, held] = [contentsOf(file), contentsOf(path)];
    // The server itself goes on noting what is not for long.
    for (const table of ['organizations', 'api_keys', 'customers', 'touches', 'lead_source_tuples'])
      expect(copied[table]).toEqual(held[table]);
    await put(url, 'c');
  });

  test('holds what one moment held, and holds up nobody who writes meanwhile', async () => {
    fillFile(path);
    const before = contentsOf(path);
    using writer = new DatabaseSync(path, { timeout: 0 });
    const told: number[] = [];
    const rows = await backUp({
      path,
      file,
      partialName: `${file}.partial`,
      replaces: false,
      watch: (step, done) => {
        if (step !== 'copying') return;
        told.push(done);
        writer.exec("UPDATE organizations SET name = coalesce(name, '') || 'x'");
      },
    });
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    expect(contentsOf(file)).toEqual(before);
    expect(rows.rows.get('customers')).toBe(2000);
  });

  test('replaces no file that somebody else makes meanwhile', async () => {
    const watch = () => writeFileSync(file, 'mine');
    const request = { path, file, partialName: `${file}.partial`, watch };
    await expect(backUp({ ...request, replaces: false })).rejects.toThrow(`There is a file ${file} already.`);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(existsSync(`${file}.partial`)).toBe(false);
    await backUp({ ...request, replaces: true });
    expect(contentsOf(file)).toEqual(contentsOf(path));
  });

  test('prints what it copied as JSON', async () => {
    const printed = await operator.json('backup', file);
    expect(printed).toMatchObject({
      file,
      bytes: statSync(file).size,
      rows: { organizations: 2, touches: 0 },
    });
  });

  test('replaces no file unless it is told to', async () => {
    writeFileSync(file, 'mine');
    const { exitCode, err } = await operator.run('backup', file);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: `leadsource: ${file} already exists: --force replaces it.\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await operator.run('backup', file, '--force')).exitCode).toBe(0);
    expect(contentsOf(file)).toEqual(contentsOf(path));
  });

  test('takes the place of nothing but a file', async () => {
    const pipe = join(dirname(path), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const command of [['backup'], ['export', 'all']]) {
      const { exitCode, err } = await operator.run(...command, pipe, '--force');
      expect(exitCode).toBe(1);
      expect(err).toBe(`leadsource: ${pipe} is no file that could be replaced: name another.\n`);
    }
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  test.each(['', '-wal', '-journal', '.lock', '.erasures'])(
    'does not take the place of the database (%s)',
    async (ending) => {
      const before = contentsOf(path);
      const link = join(dirname(path), 'link');
      symlinkSync(dirname(path), link);
      for (const place of [path, join(link, basename(path))]) {
        const { exitCode, err } = await operator.run('backup', place + ending, '--force');
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: `leadsource: ${place + ending} is the database itself: give another name.\n`,
        });
      }
      expect(contentsOf(path)).toEqual(before);
    },
  );

  test.each(['copying', 'checking'])(
    'leaves no file of that name where it is killed while %s',
    async (step) => {
      await using killed = startProcess([path, file, 'backup', step], compiled, blockingBackup);
      await killed.until('stopped');
      killed.child.kill('SIGKILL');
      await killed.exited;
      expect(existsSync(file)).toBe(false);
      expect((await operator.run('backup', file)).exitCode).toBe(0);
    },
  );

  test('leaves nothing where the database is damaged, and says so', async () => {
    const damaged = join(dirname(path), 'damaged.db');
    fillFile(path);
    damagedCopy(path, damaged);
    const { exitCode, err } = await operator.runWith({ DATABASE_URL: `sqlite:${damaged}` }, 'backup', file);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/leadsource: \S+damaged\.db is damaged.*\.\n$/);
    expect(others().filter((name) => name.startsWith('copy'))).toEqual([]);
  });

  test('fails where there is no database, or no directory for the copy', async () => {
    using nobody = commandLine();
    const { exitCode, err } = await nobody.run('backup', file);
    expect({ exitCode, err }).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('There is no database at'),
    });
    expect((await operator.run('backup', join(dirname(path), 'absent', 'copy.db'))).exitCode).toBe(1);
  });
});

test.each([
  ['backup', 'pg_dump'],
  ['restore', 'pg_restore'],
])('leadsource %s says of a PostgreSQL server that %s is for it', async (command, tool) => {
  const settings = { DATABASE_URL: 'postgres://leadsource:not-shown@db.example.com/leadsource' };
  const { exitCode, out, err } = await operator.runWith(settings, command, file);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  expect(err).toContain(tool);
  expect(err).not.toContain('not-shown');
});

describe('leadsource restore', () => {
  beforeEach(() => copyFileSync(backupOfMade, file));

  test('brings back what the backup held, and keeps what was there', async () => {
    const before = contentsOf(path);
    const { exitCode, out, err } = await operator.run('restore', file, '--force');
    const kept = `${path}.replaced-2026-11-23T08-15-30.123Z`;
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: `Restored ${path}: 1 organization, 0 customers, 0 touches.\n`,
    });
    expect(err).toContain(`The old database is kept as ${kept}.\n`);
    expect(contentsOf(path)).toEqual(contentsOf(file));
    expect(own()).toEqual([basename(path), basename(kept)]);
    expect(contentsOf(kept)).toEqual(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await using child = new ChildService({ databasePath: path });
    await child.url();
  });

  test('keeps the old one beside the file itself where DATABASE_URL names a link to it', async () => {
    const elsewhere = mkdtempSync(join(dirname(path), 'links-'));
    const link = join(elsewhere, 'link.db');
    symlinkSync(path, link);
    const settings = { DATABASE_URL: `sqlite:${link}` };
    const { exitCode, err } = await operator.runWith(settings, 'restore', file, '--force');
    expect(exitCode).toBe(0);
    expect(err).toMatch(/The old database is kept as \S+\/leadsource\.db\.replaced-\S+\.\n/);
    expect(readdirSync(elsewhere)).toEqual(['link.db']);
    expect(contentsOf(path)).toEqual(contentsOf(file));
  });

  test('leaves it to those who could open the old one', async () => {
    chmodSync(path, 0o660);
    expect(await operator.run('restore', file, '--force')).toMatchObject({ exitCode: 0 });
    expect(statSync(path).mode & 0o777).toBe(0o660);
  });

  test('makes the database where a link to none leads, as a service does, so that who was erased there stays erased', async () => {
    await using child = new ChildService({ databasePath: path });
    const url = await child.url();
    await put(url, 'a');
    await operator.run('backup', file, '--force');
    const headers = { 'REB-APIKEY': key };
    const erased = await fetch(`${url}/customers/a/erasure`, { method: 'POST', headers });
    expect(erased.status).toBe(200);
    child.signal('SIGTERM');
    await child.ended;
    rmSync(path);
    const [first, second] = [
      join(dirname(path), 'links', 'first.db'),
      join(dirname(path), 'links', 'second.db'),
    ];
    mkdirSync(dirname(first));
    symlinkSync('second.db', first);
    symlinkSync(join('..', basename(path)), second);
    const { exitCode } = await operator.runWith({ DATABASE_URL: `sqlite:${first}` }, 'restore', file);
    expect(exitCode).toBe(0);
    expect(readdirSync(dirname(first))).toEqual(['first.db', 'second.db']);
    expect(contentsOf(path)).toEqual(contentsOf(file));
    await using again = new ChildService({ databasePath: first });
    expect((await fetch(`${await again.url()}/customers/a`, { headers })).status).toBe(404);
  });

  test('fails where links lead in a circle', async () => {
    const [first, second] = [join(dirname(path), 'first.db'), join(dirname(path), 'second.db')];
    symlinkSync(second, first);
    symlinkSync(first, second);
    const { exitCode, err } = await operator.runWith({ DATABASE_URL: `sqlite:${first}` }, 'restore', file);
    expect([exitCode, err]).toEqual([1, expect.stringContaining('ELOOP')]);
  });

  test('makes the database where there is none', async () => {
    using elsewhere = commandLine();
    const database = pathOf(elsewhere);
    expect(await elsewhere.json('restore', file)).toMatchObject({
      database,
      keptAs: null,
      rows: { organizations: 1 },
    });
    expect(contentsOf(database)).toEqual(contentsOf(file));
  });

  test('keeps nothing where it is told so', async () => {
    expect(await operator.json('restore', file, '--force', '--no-keep')).toMatchObject({ keptAs: null });
    expect(own()).toEqual(['leadsource.db']);
  });

  test('replaces no database unless it is told to', async () => {
    const { exitCode, err } = await operator.run('restore', file);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: `leadsource: There is already a database at ${path}: --force replaces it.\n`,
    });
    expect(contentsOf(path)['organizations']).toHaveLength(2);
  });

  test('takes a log whose database is gone for one, which it replaces only where it is told to', async () => {
    using elsewhere = commandLine();
    const database = pathOf(elsewhere);
    writeFileSync(`${database}-wal`, 'a log that somebody may still need');
    const { exitCode, err } = await elsewhere.run('restore', file);
    expect([exitCode, err]).toEqual([
      1,
      expect.stringContaining(`There is a database at ${database} already`),
    ]);
    expect(readFileSync(`${database}-wal`, 'utf8')).toMatch(/^a log/);
    expect(existsSync(database)).toBe(false);
    expect(await elsewhere.run('restore', file, '--force')).toMatchObject({ exitCode: 0 });
    expect(contentsOf(database)).toEqual(contentsOf(file));
  });

  test('is refused while a server runs, and mixes the log of one that was killed into nothing but what is kept', async () => {
    await using child = new ChildService({ databasePath: path });
    await put(await child.url(), 'a');
    expect(await operator.run('restore', file, '--force')).toEqual({
      exitCode: 1,
      out: '',
      err: `leadsource: A server is running on ${path}: stop it first.\n`,
    });
    await child.kill();
    expect(own()).toContain('leadsource.db-wal');
    const { keptAs } = (await operator.json('restore', file, '--force')) as { keptAs: string };
    expect(contentsOf(path)).toEqual(contentsOf(file));
    expect(own()).toEqual([basename(path), basename(keptAs)]);
    expect(contentsOf(keptAs)['touches']).toHaveLength(1);
  });

  test('mixes the log of one that cannot be read any more into nothing but what is kept', async () => {
    await using child = new ChildService({ databasePath: path });
    await put(await child.url(), 'a');
    await child.kill();
    writeFileSync(path, 'This is no database, and long enough to be seen to be none. '.repeat(20));
    const log = readFileSync(`${path}-wal`);
    const { keptAs } = (await operator.json('restore', file, '--force')) as { keptAs: string };
    expect(own().filter((name) => /-(?:wal|shm)$/.test(name))).toEqual([
      `${basename(keptAs)}-shm`,
      `${basename(keptAs)}-wal`,
    ]);
    expect(readFileSync(`${keptAs}-wal`).equals(log)).toBe(true);
    expect(contentsOf(path)).toEqual(contentsOf(file));
  });

  test('keeps a database in which a transaction broke off as it was before that', async () => {
    const other = join(dirname(path), 'other.db');
    copyFileSync(path, other);
    {
      using database = new DatabaseSync(other);
      database.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 5; BEGIN; DELETE FROM api_keys');
      database.exec('CREATE TABLE filling AS SELECT randomblob(1000000)');
      for (const ending of ['', '-journal']) copyFileSync(other + ending, path + ending);
    }
    const { keptAs } = (await operator.json('restore', file, '--force')) as { keptAs: string };
    expect(own()).toEqual([basename(path), basename(keptAs)]);
    expect(contentsOf(keptAs)).toEqual(contentsOf(other));
    expect(contentsOf(path)).toEqual(contentsOf(file));
  });

  test('also replaces a database that cannot be read any more, and the log it left', async () => {
    writeFileSync(path, 'This is no database, and long enough to be seen to be none. '.repeat(20));
    writeFileSync(`${path}-wal`, 'nor a log, which is not to be found beside the backup');
    const { keptAs } = (await operator.json('restore', file, '--force')) as { keptAs: string };
    expect(contentsOf(path)).toEqual(contentsOf(file));
    expect(readFileSync(keptAs, 'utf8')).toMatch(/^This is no database/);
    expect(own().filter((name) => name.endsWith('-wal'))).toEqual([]);
  });

  test('is refused while a command has the database open', async () => {
    using _command = holdOpen(path);
    const { exitCode, err } = await operator.run('restore', file, '--force');
    expect(exitCode).toBe(1);
    expect(err).toContain('Another program has ');
    expect(contentsOf(path)['organizations']).toHaveLength(2);
  });

  test.each<readonly [string, () => string, RegExp]>([
    ['is not there', () => join(dirname(path), 'absent.db'), /There is no file/],
    ['is the database itself', () => path, /is the database itself/],
    ['is a link to the database itself', linkToDatabase, /is the database itself/],
    [
      'is no database',
      () => written('text.db', 'no database at all, as far as one can see'.repeat(30)),
      /is no database\./,
    ],
    ['is empty', () => written('empty.db', ''), /is no database of leadsource\./],
    [
      'is of another program',
      () => changed('other.db', 'CREATE TABLE customers (id); PRAGMA user_version = 1'),
      /is no database of leadsource\./,
    ],
    ['is newer than this program', newerFile, /newer than this program/],
    ['is damaged', damagedFile, /is damaged/],
  ])('refuses a file that %s, and leaves everything as it was', async (_words, fileOf, reason) => {
    const wanted = fileOf();
    const before = contentsOf(path);
    const names = own();
    const { exitCode, out, err } = await operator.run('restore', wanted, '--force');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(reason);
    expect(contentsOf(path)).toEqual(before);
    expect(own()).toEqual(names);
  });

  test.each(['copying', 'checking'])('changes nothing where it is killed while %s', async (step) => {
    const before = contentsOf(path);
    await using killed = startProcess([path, file, 'restore', step], compiled, blockingBackup);
    await killed.until('stopped');
    killed.child.kill('SIGKILL');
    await killed.exited;
    expect(contentsOf(path)).toEqual(before);
    expect((await operator.run('restore', file, '--force')).exitCode).toBe(0);
  });

  function written(name: string, text: string): string {
    const place = join(dirname(path), name);
    writeFileSync(place, text);
    return place;
  }

  function changed(name: string, statements: string, from?: string): string {
    const place = written(name, '');
    if (from !== undefined) writeFileSync(place, readFileSync(from));
    using database = new DatabaseSync(place);
    database.exec(statements);
    return place;
  }

  function linkToDatabase(): string {
    const place = join(dirname(path), 'link-to-it.db');
    symlinkSync(path, place);
    return place;
  }

  function newerFile(): string {
    return changed('newer.db', 'PRAGMA user_version = 1000', file);
  }

  function damagedFile(): string {
    const place = join(dirname(path), 'damaged.db');
    damagedCopy(file, place);
    return place;
  }
});

/** As a command holds it that is at work. */
function holdOpen(path: string): Disposable {
  const database = new DatabaseSync(path);
  database.exec('BEGIN; SELECT * FROM organizations');
  return { [Symbol.dispose]: () => database.close() };
}
