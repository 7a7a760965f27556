import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type Compilable,
  DummyDriver,
  type Expression,
  Kysely,
  type RawBuilder,
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

/** Queries that are built together when the first of them is used: most services never use most of them. */
export type PreparedQueries<Build extends () => Queries> = () => {
  readonly [Name in keyof ReturnType<Build>]: ReturnType<Build>[Name] extends Compilable<infer Row>
    ? Prepared<Row>
    : never;
};

export interface ConnectionOptions {
  readonly path: string;
  readonly readOnly: boolean;
  /** Called for every row that a query with `countedRow` examines; an error it throws ends the query. */
  readonly onRow?: () => void;
}

/** A condition that always holds and reports to the connection each row of `column`'s table that it is evaluated for. */
export function countedRow(column: string): Expression<SqlBool> {
  return sql<SqlBool>`count_row(${sql.ref(column)})`;
}

/** The sum of integers as decimal text, whatever its size. */
export function largeSum(whole: Expression<unknown>): RawBuilder<string> {
  return sql<string>`large_sum(${whole})`;
}

/** The strings of a JSON array passed as this parameter: a list of any length in a query compiled once. */
export function textsOf(name: string): Expression<string> {
  return sql<string>`(select given.value from json_each(${parameter<string>(name)}) as given)`;
}

const busyTimeoutMilliseconds = 5000;
const emptyingTimeoutMilliseconds = 100;
/** For new files. A PUT writes two pages to the log however little they hold, so half the usual size halves the log. */
const pageBytes = 2048;
/**
 * At most, for each connection. The system caches the file too and hands over a page in two microseconds. More is of little
 * use to readers, whose pages are dropped with each commit of another connection, and it slows the writer down: SQLite scans
 * its whole cache at most commits to a file of less than a gigabyte, since balancing a tree borrows a page number from beyond
 * its end.
 */
const cacheKibibytes = 32_768;
/**
 * 8 MB of 2 KiB pages: a page that is written often is copied into the file rarely. Copying a longer log would cost less, but
 * while the disk syncs what was copied, syncs of new writes wait behind it: a quarter of a second with four times as many
 * pages.
 */
export const longLogPages = 4000;
/** 8 MB: small enough for frequent reports of progress. */
const pagesCopiedAtOnce = 4096;
/** In older versions a WAL reset race can corrupt a database with several writers (sqlite.org/wal.html). */
const oldestSqlite = [3, 51, 3] as const;

/** One SQLite connection with this project's pragmas. */
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
    this.#database.aggregate('large_sum', {
      start: 0n,
      step: (sum: bigint, whole) => (typeof whole === 'bigint' ? sum + whole : sum),
      result: String,
      useBigIntArguments: true,
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

  /** Runs a query built for this one use. */
  all<Row>(compilable: Compilable<Row>): Row[] {
    return this.prepare(compilable).all({});
  }

  /** The rows of `all` as cells: see `Prepared`. */
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

  /** How many pages the log has, and how many of them have been copied into the file. */
  logLength(): { readonly pages: number; readonly copiedPages: number } {
    const { log, checkpointed } = this.#logLength?.get() ?? {};
    return { pages: Number(log), copiedPages: Number(checkpointed) };
  }

  /** Copies the log once it is long; for a connection that is alone with the file. */
  copyLongLog(): void {
    if (this.logLength().pages >= longLogPages) this.copyLog();
  }

  /** Copies as much of the log into the file as readers permit. On failure the log is still there. */
  copyLog(): void {
    this.#copyLog?.get();
  }

  /** Copies the log into the file and empties it; returns false if a reader prevents that. */
  emptyLog(): boolean {
    // Waiting for the file's lock as long as usual would hold up writes for too long.
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
   * Copies the database page by page into a new or empty file, on a thread of the system. Starts again after each write by
   * another connection, unless this connection holds a snapshot.
   */
  async copyPagesInto(path: string, onPages: (done: number, total: number) => void): Promise<void> {
    const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
      onPages(totalPages - remainingPages, totalPages);
    const total = await backup(this.#database, path, { rate: pagesCopiedAtOnce, progress });
    onPages(total, total);
  }

  /** Keeps all reads on one snapshot until it is disposed of. Others can still write. */
  holdSnapshot(): Disposable {
    this.#database.exec('BEGIN');
    // A snapshot begins with the first read.
    this.pragma('user_version');
    return { [Symbol.dispose]: () => this.#database.exec('ROLLBACK') };
  }

  /** Makes later reads load pages from the file again, since they may have been changed there. */
  forgetPages(): void {
    this.#database.exec('PRAGMA shrink_memory');
  }

  /** Writes the first page unchanged. */
  rewriteHead(): void {
    this.#database.exec(`PRAGMA user_version = ${Number(this.pragma('user_version'))}`);
  }

  /** Keeps everybody from writing until it is disposed of. */
  holdWrites(): Disposable {
    this.#database.exec('BEGIN IMMEDIATE');
    return { [Symbol.dispose]: () => this.#database.exec('ROLLBACK') };
  }

  /** Runs `body` in a transaction that holds the write lock from the start; an error rolls it back. */
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
