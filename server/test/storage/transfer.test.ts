import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { archiveStore } from '../../src/archive-store.ts';
import { backUp, type MoveRequest, moveStore, restore } from '../../src/move-store.ts';
import { examinePostgres } from '../../src/storage/postgres/examination.ts';
import { openPostgresStore } from '../../src/storage/postgres/store.ts';
import type { Store } from '../../src/storage/store.ts';
import { fates, transferTables } from '../../src/storage/transfer-tables.ts';
import { keepBusy } from '../support/busy-organization.ts';
import { countOf } from '../support/counts.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { contentsOf, fillFile } from '../support/database-contents.ts';
import { type FreshDatabase, freshDatabase, migratedDatabase } from '../support/postgres.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { startProcess } from '../support/served.ts';
import { type DatabaseDirectory, databaseDirectory } from '../support/sqlite-files.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

const moving = join(import.meta.dirname, '../support/moving.ts');
const random = randomFrom(announceSeed('transfer'));

/** Organizations with rows in every table, one of them with enough for many batches. */
let files: DatabaseDirectory;
let busy: readonly StoreRoom[];
beforeAll(async () => {
  files = await databaseDirectory();
  await using store = await files.open();
  busy = [];
  for (const byte of [2, 4]) busy = [...busy, await keepBusy(store, new Uint8Array(32).fill(byte))];
  const large = await StoreRoom.open(() => store);
  const puts = Array.from({ length: 100 }, (_, place) =>
    large.put(`customer_${place % 80}`, { source: `source ${place % 7} ä😀`, path: `/${place}` }),
  );
  await Promise.all(puts);
  const jwk = { publicJwk: { kty: 'OKP' }, privateJwk: { kty: 'OKP', d: 'd' } };
  await store.write('ensureSigningKey', { key: { id: 'signing', ...jwk, createdTime: 1 } });
});
afterAll(() => files[Symbol.asyncDispose]());

/** With the newest tables already: to make them takes longer than a move. */
let target: FreshDatabase;
beforeEach(async () => {
  target = await migratedDatabase();
});
afterEach(() => target.drop());

/** As an operator makes it, without tables. */
async function bareDatabase(): Promise<FreshDatabase & AsyncDisposable> {
  const database = await freshDatabase();
  return { ...database, [Symbol.asyncDispose]: () => database.drop() };
}

function move(changes: Partial<MoveRequest> = {}) {
  const heard = { watch: () => undefined, now: () => 5, onWarning: expect.unreachable };
  return moveStore({
    path: files.path,
    url: target.url,
    prepares: true,
    rowsOfBatch: 50,
    ...heard,
    ...changes,
  });
}

/** Ends a move at its beginning. */
async function breakOff(): Promise<void> {
  const watch = () => {
    throw new Error('broken off');
  };
  await expect(move({ watch })).rejects.toThrow('broken off');
}

async function whileOpen(directory: DatabaseDirectory, work: (store: Store) => Promise<void>): Promise<void> {
  await using store = await directory.open();
  await work(store);
}

/** The rows of every table that is moved, as text of the same form on both engines. */
async function rowsOf(database: FreshDatabase): Promise<Readonly<Record<string, readonly string[]>>> {
  const rowsByTable: Record<string, readonly string[]> = {};
  // One after the other, on one connection.
  for (const { name, columns } of transferTables) {
    rowsByTable[name] = textsOf(await database.run(`SELECT ${Object.keys(columns).join()} FROM ${name}`));
  }
  return rowsByTable;
}

function textsOf(rows: readonly unknown[]): readonly string[] {
  return rows
    .map((row) =>
      Object.values(row as object)
        .map(cellText)
        .join('|'),
    )
    .toSorted();
}

function cellText(cell: unknown): string {
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : String(cell);
}

describe('what is moved', () => {
  test('is every column of every table that either engine has', async () => {
    using database = new DatabaseSync(files.path);
    for (const { name, columns } of transferTables) {
      const here = database.prepare(`SELECT name FROM pragma_table_info('${name}')`).all();
      const there = await target.run(
        'SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1',
        [name],
      );
      const named = Object.keys(columns).toSorted();
      expect({ name, columns: here.map((row) => row['name']).toSorted() }).toEqual({ name, columns: named });
      expect({ name, columns: there.map((row) => row['name']).toSorted() }).toEqual({ name, columns: named });
    }
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    expect(Object.keys(fates)).toEqual(expect.arrayContaining(tables.map(({ name }) => name)));
  });

  test('arrives whole, and is compared', async () => {
    await using bare = await bareDatabase();
    const { tables, organizations } = await move({ url: bare.url });
    expect(organizations).toBe(3);
    const arrived = await rowsOf(bare);
    const { key_ranges: ranges, ...others } = contentsOf(files.path);
    for (const { name } of transferTables.filter((table) => table.name !== 'key_ranges')) {
      expect({ name, rows: arrived[name] }).toEqual({ name, rows: textsOf(others[name] ?? []) });
    }
    expect(arrived['key_ranges']).toEqual(expect.arrayContaining([...textsOf(ranges ?? [])]));
    expect(tables?.map(({ table, rows }) => [table, rows])).toEqual(
      transferTables.map(({ name }) => [name, arrived[name]?.length]),
    );
    for (const { rows } of tables ?? []) expect(rows).toBeGreaterThan(0);
    // Otherwise the planner would take the tables to be empty.
    const [touches] = await bare.run("SELECT reltuples FROM pg_class WHERE relname = 'touches'");
    expect(Number(touches?.['reltuples'])).toBe(arrived['touches']?.length);
  });

  test('is numbered on from where it was', async () => {
    await move();
    await using store = await openPostgresStore({ url: target.url, prepares: true, role: 'server' });
    const room = busy[0]?.through(() => store);
    const before = await room?.touches('c');
    for (const source of ['of c', 'never seen']) await room?.put('c', { source });
    const after = await room?.touches('c');
    expect(after?.slice(0, before?.length).map(({ touch }) => touch)).toEqual(
      before?.map(({ touch }) => touch),
    );
    expect(after).toHaveLength((before?.length ?? 0) + 2);
    await store.write('createOrganization', {
      organization: organizationNamed('org_later'),
      actor: 'operator',
    });
    const [later] = await target.run(
      "SELECT organization_id FROM organizations WHERE public_id = 'org_later'",
    );
    expect(Number(later?.['organization_id'])).toBe(4);
  });
});

describe('a move that is broken off', () => {
  test('goes on where it was, killed at whatever moment, as if nothing had happened', async () => {
    await using interrupted = await bareDatabase();
    for (let kills = 0; kills < countOf(60); kills++) {
      await using child = startProcess([files.path, interrupted.url], {}, moving);
      const said = { lines: 1 + Math.floor(random() * 20) };
      for await (const text of child.child.stdout) {
        said.lines -= String(text).split('\n').length - 1;
        if (said.lines <= 0) break;
      }
      child.child.kill('SIGKILL');
      await child.exited;
    }
    await move({ url: interrupted.url });
    await move();
    expect(await rowsOf(interrupted)).toEqual(await rowsOf(target));
  });

  test.each([
    ['a batch', 'insert into "touches"', 'before'],
    ['a commit', 'COMMIT', 'before'],
    ['a commit, which nobody then knows of,', 'COMMIT', 'after'],
  ] as const)('goes on after the connection was lost at %s', async (_words, text, place) => {
    await using proxy = await startCuttableProxy(target.url);
    const watch = (_step: string, done: number) => {
      if (done > 100) proxy.cutAt(text, place);
    };
    await expect(move({ url: proxy.url, watch, prepares: false })).rejects.toMatchObject({
      code: 'unavailable',
    });
    const { tables } = await move();
    const touches = tables?.find(({ table }) => table === 'touches');
    expect((await rowsOf(target))['touches']).toHaveLength(touches?.rows ?? 0);
  });

  test('does not begin anew', async () => {
    const told: number[] = [];
    const stop = (_step: string, done: number) => {
      told.push(done);
      if (done >= 100) throw new Error('broken off');
    };
    await expect(move({ watch: stop })).rejects.toThrow('broken off');
    const again: number[] = [];
    await move({ watch: (step, done) => step === 'moving' && again.push(done) });
    expect(again[0]).toBeGreaterThanOrEqual(Math.max(...told) - 50);
    expect(again[0]).toBeGreaterThan(0);
  });

  test('lets no service begin to work on a part', async () => {
    await breakOff();
    for (const role of ['server', 'command'] as const) {
      const opening = openPostgresStore({ url: target.url, prepares: true, role });
      await expect(opening).rejects.toThrow(
        'The database holds a part of what is being moved into it: finish the move first.',
      );
    }
    const examined = await examinePostgres(target.url, Date.now);
    expect(examined).toContainEqual({
      subject: 'tables',
      verdict: 'wrong',
      sentence: 'The database holds a part of what is being moved into it: finish the move first.',
    });
    await move();
    await using store = await openPostgresStore({ url: target.url, prepares: true, role: 'server' });
    expect(await store.read.organizations()).toHaveLength(3);
  });

  test('is refused where anything that lets callers in has come there meanwhile', async () => {
    await breakOff();
    await target.run("INSERT INTO signing_keys VALUES ('other', '{}', '{}', 0)");
    await expect(move()).rejects.toThrow(
      'The PostgreSQL database has rows of signing_keys that were not moved there',
    );
  });

  test('is not taken for the move of another database', async () => {
    await breakOff();
    await using others = await databaseDirectory();
    await whileOpen(others, async (store) => {
      await StoreRoom.open(() => store);
    });
    await expect(move({ path: others.path })).rejects.toThrow('holds what was moved from another database');
  });
});

function archived(path: string): Promise<unknown> {
  const config = { database: { engine: 'sqlite', path }, postgresPrepare: 'on' } as const;
  const file = `${path}.leadsource`;
  const names = { file, partialName: `${file}.partial`, replaces: false, identity: 'archive' };
  return archiveStore(config, { ...names, watch: () => undefined });
}

describe('a move is refused', () => {
  test('where anything is there already', async () => {
    await using store = await openPostgresStore({ url: target.url, prepares: true, role: 'server' });
    await StoreRoom.open(() => store);
    await expect(move()).rejects.toThrow(
      'The PostgreSQL database has rows of organizations that were not moved there: move into an empty one.',
    );
  });

  test('while a server runs on the file', async () => {
    await using _store = await files.open();
    await expect(move()).rejects.toThrow(`A server is running on ${files.path}: stop it first.`);
  });

  test('as is an archive, where the log beside a restored file has an erasure that was not repeated yet', async () => {
    await using others = await databaseDirectory();
    const copy = `${others.path}.copy`;
    await whileOpen(others, async (store) => {
      const room = await StoreRoom.open(() => store);
      await room.put('person', { source: 'a' });
      const backup = { path: others.path, file: copy, partialName: `${copy}.partial`, replaces: false };
      await backUp({ ...backup, watch: () => undefined });
      await room.erase('person', { hashes: null });
    });
    const replaced = { partialEnding: '.partial', replaced: 'goes', watch: () => undefined } as const;
    await restore({ file: copy, path: others.path, ...replaced });
    const refusal = `${others.path}.erasures has erasures that the database does not know: start the service once`;
    await expect(move({ path: others.path })).rejects.toThrow(refusal);
    await expect(archived(others.path)).rejects.toThrow(refusal);
    // What is left to a service that runs is not waited for.
    await whileOpen(others, async () => void (await archived(others.path)));
    expect(await target.run("SELECT FROM pg_tables WHERE tablename = 'leadsource_transfer'")).toEqual([]);
  });

  test('where there is nothing to move', async () => {
    await using empty = await databaseDirectory();
    await expect(move({ path: empty.path })).rejects.toThrow('There is no database at');
    await whileOpen(empty, async () => undefined);
    await expect(move({ path: empty.path })).rejects.toThrow('There is no organization yet');
  });
});

test('a finished move is not done again', async () => {
  await move();
  await target.run('DELETE FROM touches');
  expect(await move()).toEqual({ tables: null, organizations: 3 });
  expect(await target.run('SELECT * FROM touches')).toEqual([]);
});

test('nobody writes into the file meanwhile', async () => {
  const tried: unknown[] = [];
  const write = () => {
    using database = new DatabaseSync(files.path, { timeout: 0 });
    try {
      database.exec("UPDATE organizations SET name = 'other'");
    } catch (error) {
      tried.push(error);
    }
  };
  await move({ watch: write });
  expect(tried.length).toBeGreaterThan(2);
  for (const error of tried) expect(error).toMatchObject({ message: 'database is locked' });
});

test.each([
  ['touches', "UPDATE touches SET path = 'other' WHERE path = '/3'"],
  ['signing_keys', "UPDATE signing_keys SET private_jwk = '{}'"],
  ['api_keys', "UPDATE api_keys SET secret_hash = 'x' WHERE key_id LIKE '%kept' AND organization_id = 2"],
  ['organizations', "INSERT INTO organizations VALUES (9, 'org_other', 'Other', 'live', 'default', 1, 1)"],
])('a difference in %s is found, and the table named', async (table, change) => {
  await move();
  await target.run(change);
  await target.run('UPDATE leadsource_transfer SET finished_time = NULL, place = $1', [
    JSON.stringify({ table: 'api_keys', organizationId: 3, key: ['~'] }),
  ]);
  await expect(move()).rejects.toThrow(new RegExp(`^The rows of ${table}.* differ: `));
});

test('a difference is found in the last of very many rows', async () => {
  await using others = await databaseDirectory();
  await whileOpen(others, async (store) => {
    await StoreRoom.open(() => store);
  });
  fillFile(others.path);
  await move({ path: others.path });
  await target.run("UPDATE customers SET updated_time = 1 WHERE customer_id = 'filled_999'");
  await target.run('UPDATE leadsource_transfer SET finished_time = NULL, place = $1', [
    JSON.stringify({ table: 'organizations', organizationId: 1, key: [1] }),
  ]);
  await expect(move({ path: others.path })).rejects.toThrow(
    /^The rows of customers of org_\d+ differ: 2000 with .* here, 2000 with /,
  );
});

test('a row that the other engine does not take is named', async () => {
  await using others = await databaseDirectory();
  await whileOpen(others, async (store) => {
    const room = await StoreRoom.open(() => store);
    await room.put('a', { source: 'a' });
  });
  using database = new DatabaseSync(others.path);
  database.exec('UPDATE touches SET path = char(0)');
  database.close();
  await expect(move({ path: others.path })).rejects.toThrow(
    'Rows of touches of organization 1 cannot be kept: invalid byte sequence for encoding "UTF8": 0x00.',
  );
});
