import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type Compilable,
  DummyDriver,
  type Expression,
  Kysely,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { type Prepared, PreparedQuery, type Table } from './prepared.ts';

/** Builds and compiles queries; a `Connection` runs them. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

export type Queries = Readonly<Record<string, Compilable<unknown>>>;

/** All that were built together, which is done when one of them is first asked for: most services never ask for most. */
export type PreparedQueries<Build extends () => Queries> = () => {
  readonly [Name in keyof ReturnType<Build>]: ReturnType<Build>[Name] extends Compilable<infer Row>
    ? Prepared<Row>
    : never;
};

export interface ConnectionOptions {
  readonly path: string;
  readonly readOnly: boolean;
  /** Called for every row that a query with `countedRow` looks at; its throw ends the query. */
  readonly onRow?: () => void;
}

/** A condition that always holds, and tells the connection of every row of `column`'s table that it is asked for. */
export function countedRow(column: string): Expression<SqlBool> {
  return sql<SqlBool>`count_row(${sql.ref(column)})`;
}

/** The texts of the JSON array that a parameter of this name is given: a list of any length in a query compiled once. */
export function textsOf(name: string): Expression<string> {
  return sql<string>`(select given.value from json_each(${parameter<string>(name)}) as given)`;
}

const busyTimeoutMilliseconds = 5000;
const emptyingTimeoutMilliseconds = 100;
/** Of a new file. A PUT writes two pages into the log, whatever they hold: half the usual size is half the log. */
const pageBytes = 2048;
/**
 * At most, of one connection. The system keeps the file, too, and hands a page over in two microseconds. More is of little use to who
 * reads, whose pages are forgotten with each commit of another's, and costs who writes: SQLite looks through all that it
 * keeps with most commits to a file of less than a gigabyte, since a tree that is balanced borrows a page number from beyond its end.
 */
const cacheKibibytes = 32_768;
/**
 * Of 2 KiB, 8 MB: a page that is written often is copied into the file seldom. A longer log would be copied at less cost, but while the
 * disk syncs what was copied, syncs of new writes take their turn behind it: a quarter of a second with four times as many pages.
 */
export const longLogPages = 4000;
/** 8 MB: little enough to be told often of how far a copy is. */
const pagesCopiedAtOnce = 4096;
/** Below it, a WAL reset race could corrupt a database with several writers (sqlite.org/wal.html). */
const oldestSqlite = [3, 51, 3] as const;

/** One SQLite connection with the pragmas of this house. */
export class Connection implements Disposable {
  readonly #database: DatabaseSync;
  readonly #logLength: StatementSync | null;
  readonly #copyLog: StatementSync | null;
  readonly #emptyLog: StatementSync | null;

  constructor({ path, readOnly, onRow = () => {} }: ConnectionOptions) {
    this.#database = new DatabaseSync(path, { readOnly, timeout: busyTimeoutMilliseconds });
    this.#requireVersion();
    this.#database.function('count_row', (_value) => {
      onRow();
      return 1;
    });
    this.#database.exec(
      `PRAGMA cache_size = -${cacheKibibytes}; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON`,
    );
    if (!readOnly) this.#makeDurable();
    this.#logLength = readOnly ? null : this.#database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#copyLog = readOnly ? null : this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.#emptyLog = readOnly ? null : this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  prepare<Row>(compilable: Compilable<Row>): Prepared<Row> {
    return new PreparedQuery(this.#database, compilable);
  }

  prepareAll<Build extends () => Queries>(build: Build): PreparedQueries<Build> {
    type All = ReturnType<PreparedQueries<Build>>;
    let all: All | null = null;
    return () => {
      all ??= Object.fromEntries(
        Object.entries(build()).map(([name, query]) => [name, this.prepare(query)]),
      ) as All;
      return all;
    };
  }

  /** Runs a query that is built for this one time. */
  all<Row>(compilable: Compilable<Row>): Row[] {
    return this.prepare(compilable).all({});
  }

  /** The rows that `all` answers, as their cells: see `Prepared`. */
  table(compilable: Compilable<unknown>): Table {
    return this.prepare(compilable).table({});
  }

  run(compilable: Compilable<unknown>): void {
    this.prepare(compilable).run({});
  }

  pragma(statement: string): unknown {
    const row = this.#database.prepare(`PRAGMA ${statement}`).get();
    return row === undefined ? undefined : Object.values(row)[0];
  }

  /** How many pages the log has, and how many of them are in the file already. */
  logLength(): { readonly pages: number; readonly copiedPages: number } {
    const { log, checkpointed } = this.#logLength?.get() ?? {};
    return { pages: Number(log), copiedPages: Number(checkpointed) };
  }

  /** Copies the log once it has grown long, for who is alone with the file. */
  copyLongLog(): void {
    if (this.logLength().pages >= longLogPages) this.copyLog();
  }

  /** Copies of the log into the file what nobody's reading keeps back. Fails where something goes wrong; the log is still there then. */
  copyLog(): void {
    this.#copyLog?.get();
  }

  /** Copies the log into the file and leaves none of it; answers whether nobody's reading kept it from that. */
  emptyLog(): boolean {
    // Who waits for the lock on the file may wait longer than who writes may be held up.
    this.#database.exec(`PRAGMA busy_timeout = ${emptyingTimeoutMilliseconds}`);
    try {
      return this.#emptyLog?.get()?.['busy'] === 0;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${busyTimeoutMilliseconds}`);
    }
  }

  /** Writes a consistent copy of the whole database into a new or empty file. */
  copyInto(path: string): void {
    this.#database.prepare('VACUUM INTO ?').run(path);
  }

  /**
   * Copies the database page by page into a new or empty file, on a thread of the system's. Begins anew for each write
   * of another connection, unless this one holds a snapshot.
   */
  async copyPagesInto(path: string, onPages: (done: number, total: number) => void): Promise<void> {
    const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
      onPages(totalPages - remainingPages, totalPages);
    const total = await backup(this.#database, path, { rate: pagesCopiedAtOnce, progress });
    onPages(total, total);
  }

  /** One snapshot for all that is read until it is disposed of. Others can write. */
  holdSnapshot(): Disposable {
    this.#database.exec('BEGIN');
    // A snapshot begins with the first read.
    this.pragma('user_version');
    return { [Symbol.dispose]: () => this.#database.exec('ROLLBACK') };
  }

  /** Reads pages anew from here on: they may have been changed in the file. */
  forgetPages(): void {
    this.#database.exec('PRAGMA shrink_memory');
  }

  /** Writes the first page as it is. */
  rewriteHead(): void {
    this.#database.exec(`PRAGMA user_version = ${Number(this.pragma('user_version'))}`);
  }

  /** Keeps everybody from writing until it is disposed of. */
  holdWrites(): Disposable {
    this.#database.exec('BEGIN IMMEDIATE');
    return { [Symbol.dispose]: () => this.#database.exec('ROLLBACK') };
  }

  /** Runs `body` in a transaction that holds the write lock from its start; a throw rolls it back. */
  transaction<Result>(body: () => Result): Result {
    return this.#within('BEGIN IMMEDIATE', body);
  }

  /** Runs `body` on one snapshot. */
  snapshot<Result>(body: () => Result): Result {
    return this.#within('BEGIN', body);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #within<Result>(begin: string, body: () => Result): Result {
    this.#database.exec(begin);
    try {
      const result = body();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #requireVersion(): void {
    const row = this.#database.prepare('SELECT sqlite_version() AS version').get();
    const version = String(row?.['version']);
    const parts = version.split('.').map(Number);
    const difference = oldestSqlite
      .map((part, place) => (parts[place] ?? 0) - part)
      .find((step) => step !== 0);
    if ((difference ?? 0) >= 0) return;
    throw new Error(
      `SQLite ${version} is too old: ${oldestSqlite.join('.')} or newer is needed (a newer Node has it).`,
    );
  }

  #makeDurable(): void {
    this.#database.exec(`
      PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
      PRAGMA wal_autocheckpoint = 0;
    `);
    const wanted = { journal_mode: 'wal', synchronous: 2, secure_delete: 1 };
    for (const [name, value] of Object.entries(wanted)) {
      const actual = this.pragma(name);
      if (actual !== value)
        throw new Error(`PRAGMA ${name} reads back ${String(actual)} instead of ${value}.`);
    }
  }
}
