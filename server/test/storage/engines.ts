import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openPostgresStore } from '../../src/storage/postgres/store.ts';
import { openSqliteStore } from '../../src/storage/sqlite/store.ts';
import type { Store } from '../../src/storage/store.ts';
import { type FreshDatabase, migratedDatabase } from '../support/postgres.ts';
import { placeOfShortLife } from '../support/short-life.ts';

/** An empty store of an engine, and what a test does to it from outside. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens another on what it kept. */
  reopen(): Promise<OpenedStore>;
  /** Closes the store and removes what it kept. */
  dispose(): Promise<void>;
  /** What a statement reads beside the store. Numbers may be texts. */
  rows(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Changes, beside the store, what it keeps. */
  change(text: string): Promise<void>;
}

export interface Engine {
  readonly name: string;
  open(): Promise<OpenedStore>;
}

/** Every engine that is held to the contract of the port. */
export const engines: readonly Engine[] = [
  { name: 'SQLite', open: openSqlite },
  { name: 'PostgreSQL', open: openPostgres },
];

/** Many times what the files of a test take. */
const leastSpareBytes = 1024 ** 3;

async function openSqlite(): Promise<OpenedStore> {
  const directory = await mkdtemp(join(await placeOfShortLife(leastSpareBytes), 'leadsource-store-'));
  return openSqliteIn(directory);
}

async function openSqliteIn(directory: string): Promise<OpenedStore> {
  const store = await openSqliteStore({
    path: join(directory, 'leadsource.db'),
    role: 'server',
    onFatal: (reason) => {
      throw new Error(reason);
    },
  });
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]();
      return openSqliteIn(directory);
    },
    async dispose() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
    async rows(text) {
      using database = new DatabaseSync(join(directory, 'leadsource.db'), { readOnly: true });
      return database.prepare(text).all();
    },
    async change(text) {
      using database = new DatabaseSync(join(directory, 'leadsource.db'));
      database.exec(text);
    },
  };
}

export async function openPostgres(): Promise<OpenedStore> {
  return openPostgresOn(await migratedDatabase());
}

async function openPostgresOn(database: FreshDatabase): Promise<OpenedStore> {
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]();
      return openPostgresOn(database);
    },
    async dispose() {
      await store[Symbol.asyncDispose]();
      await database.drop();
    },
    rows: (text) => database.run(text),
    async change(text) {
      await database.run(text);
    },
  };
}
