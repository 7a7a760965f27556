import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveStore, type RowWatch, unarchiveStore } from '../../src/archive-store.ts';
import { archive } from '../../src/storage/archive.ts';
import { archiveSource } from '../../src/storage/postgres/archive-source.ts';
import { openPostgresStore } from '../../src/storage/postgres/store.ts';
import { withWholeStore } from '../../src/storage/postgres/whole-store.ts';
import { keepBusy } from '../support/busy-organization.ts';
import { contentsOf } from '../support/database-contents.ts';
import { type FreshDatabase, migratedDatabase } from '../support/postgres.ts';
import { type DatabaseDirectory, databaseDirectory } from '../support/sqlite-files.ts';

const secretHash = new Uint8Array(32).fill(3);

let files: DatabaseDirectory;
let server: FreshDatabase;
beforeEach(async () => {
  files = await databaseDirectory();
  server = await migratedDatabase();
});
afterEach(async () => {
  await server.drop();
  await files[Symbol.asyncDispose]();
});

const heard: RowWatch = () => undefined;

async function fillFile(): Promise<void> {
  await using store = await files.open();
  await keepBusy(store, secretHash);
}

async function archived(watch = heard): Promise<string> {
  const config = { database: { engine: 'sqlite', path: files.path }, postgresPrepare: 'on' } as const;
  const file = `${files.path}.leadsource`;
  const names = { file, partialName: `${file}.partial`, replaces: false, identity: 'archive' };
  await archiveStore(config, { ...names, watch });
  return file;
}

function intoPostgres(file: string, watch = heard) {
  const config = { database: { engine: 'postgres', url: server.url }, postgresPrepare: 'on' } as const;
  return unarchiveStore(config, { file, partialEnding: '.partial', watch, now: () => 5 });
}

async function intoFile(file: string, path: string): Promise<void> {
  const config = { database: { engine: 'sqlite', path }, postgresPrepare: 'on' } as const;
  await unarchiveStore(config, { file, partialEnding: '.partial', watch: heard, now: () => 5 });
}

describe('an archive', () => {
  test('that was broken off on its way into PostgreSQL goes on where it was', async () => {
    await fillFile();
    const file = await archived();
    const breakOff: RowWatch = (_step, rows) => {
      if (rows > 20) throw new Error('broken off');
    };
    await expect(intoPostgres(file, breakOff)).rejects.toThrow('broken off');
    const [state] = await server.run('SELECT moved_rows FROM leadsource_transfer');
    const moved: number[] = [];
    const tables = await intoPostgres(file, (step, rows) => void (step === 'moving' && moved.push(rows)));
    expect(Number(state?.['moved_rows'])).toBeGreaterThan(20);
    expect(moved[0]).toBeGreaterThan(Number(state?.['moved_rows']));
    expect(moved.at(-1)).toBeGreaterThan(tables.find(({ table }) => table === 'touches')?.rows ?? 0);
  });

  test('of a file into which a service writes meanwhile is of the moment at which it began', async () => {
    await fillFile();
    const { organizations, touches } = contentsOf(files.path);
    let isChanged = false;
    const change: RowWatch = () => {
      if (isChanged) return;
      using database = new DatabaseSync(files.path);
      database.exec("UPDATE organizations SET name = 'later'; UPDATE touches SET path = '/later'");
      isChanged = true;
    };
    const file = await archived(change);
    expect(isChanged).toBe(true);
    const restored = `${files.path}.restored`;
    await intoFile(file, restored);
    expect(contentsOf(restored)).toMatchObject({ organizations, touches });
  });

  test('takes the place of no file that somebody else makes meanwhile', async () => {
    await fillFile();
    const file = `${files.path}.leadsource`;
    const making = archived(() => writeFileSync(file, 'mine'));
    await expect(making).rejects.toThrow(`There is a file ${file} already.`);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('keeps texts whose characters are cut in two wherever the file is read in parts', async () => {
    await fillFile();
    {
      using database = new DatabaseSync(files.path);
      database.exec("UPDATE touches SET path = '/' || replace(hex(zeroblob(10000)), '0', 'ä😀')");
    }
    const { touches } = contentsOf(files.path);
    const restored = `${files.path}.restored`;
    await intoFile(await archived(), restored);
    expect(contentsOf(restored)).toMatchObject({ touches });
  });

  test('of PostgreSQL has all of an organization as of one moment', async () => {
    {
      await using store = await openPostgresStore({ url: server.url, prepares: true, role: 'server' });
      await keepBusy(store, secretHash);
    }
    const lines: string[] = [];
    const write = async (line: string) => {
      lines.push(line);
      if (line.startsWith('{"table":"lead_source_tuples"')) {
        await server.run("UPDATE touches SET path = '/later'");
      }
    };
    await withWholeStore({ url: server.url, role: 'command', prepares: true }, async (connections) =>
      archive(await archiveSource(connections), 'archive', write, heard),
    );
    expect(await server.run("SELECT FROM touches WHERE path = '/later' LIMIT 1")).toHaveLength(1);
    expect(lines.filter((line) => line.includes('/later'))).toEqual([]);
    expect(lines.findIndex((line) => line.startsWith('{"table":"touches"'))).toBeGreaterThan(
      lines.findIndex((line) => line.startsWith('{"table":"lead_source_tuples"')),
    );
  });
});
