// A whole store as a file that every engine can be filled from.

import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, realpathSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Config } from './config.ts';
import type { Instant } from './domain/time.ts';
import { type ArchiveSource, archive, type RowWatch, unarchive } from './storage/archive.ts';
import { archiveSource } from './storage/postgres/archive-source.ts';
import { rowsIn } from './storage/postgres/rows-in.ts';
import { withWholeStore } from './storage/postgres/whole-store.ts';
import { Connection } from './storage/sqlite/connection.ts';
import { erasureLogOf, requireErasuresRepeated } from './storage/sqlite/erasure-log.ts';
import { translateError as translateSqliteError } from './storage/sqlite/errors.ts';
import { filesOf, placeOf, requireElsewhere } from './storage/sqlite/files.ts';
import { claimServerLock } from './storage/sqlite/lock.ts';
import { migrate, pendingMigrations } from './storage/sqlite/migrations.ts';
import { PartialFile } from './storage/sqlite/placing.ts';
import { rowsInto } from './storage/sqlite/rows-into.ts';
import { rowsOut } from './storage/sqlite/rows-out.ts';
import { requireDatabaseFile } from './storage/sqlite/whole-copy.ts';
import type { TableDigest } from './storage/transfer-comparison.ts';

export type { RowWatch } from './storage/archive.ts';

type Database = Pick<Config, 'database' | 'postgresPrepare'>;

export interface ArchiveRequest {
  /** The archive's path. */
  readonly file: string;
  /** A path beside it that nothing else uses: the archive is written there first. */
  readonly partialName: string;
  readonly replaces: boolean;
  /** Unique to this archive. */
  readonly identity: string;
  readonly watch: RowWatch;
}

const lockPatienceMilliseconds = 1000;

/**
 * Writes every row of the configured store into a file; a server may be running on the store. Resolves once the file is
 * complete and on disk; until then its name holds nothing, or the file that was there. Fails with a plain one-line message.
 */
export async function archiveStore(
  config: Database,
  request: ArchiveRequest,
): Promise<readonly TableDigest[]> {
  const { file, partialName, replaces, identity, watch } = request;
  const { database } = config;
  if (database.engine === 'sqlite' && existsSync(database.path)) requireElsewhere(file, database.path);
  using partial = new PartialFile(partialName);
  const tables = await withSource(config, (source) => intoFile(partial.path, source, identity, watch));
  partial.place(file, { replaces });
  return tables;
}

async function intoFile(
  path: string,
  source: ArchiveSource,
  identity: string,
  watch: RowWatch,
): Promise<readonly TableDigest[]> {
  const packed = createGzip({ level: 1 });
  const written = pipeline(packed, createWriteStream(path));
  // A failure of the pipeline surfaces at the last `await`. Until then it emits no `drain`, so waiting for that alone could
  // hang.
  const failed = written.then(() => undefined);
  failed.catch(() => undefined);
  const tables = await archive(
    source,
    identity,
    async (line) => {
      if (!packed.write(`${line}\n`)) await Promise.race([once(packed, 'drain'), failed]);
    },
    watch,
  );
  packed.end();
  await written;
  return tables;
}

async function withSource<Result>(
  config: Database,
  work: (source: ArchiveSource) => Promise<Result>,
): Promise<Result> {
  const { database, postgresPrepare } = config;
  if (database.engine === 'postgres') {
    const access = { url: database.url, role: 'command', prepares: postgresPrepare === 'on' } as const;
    return withWholeStore(access, async (connections) => work(await archiveSource(connections)));
  }
  await requireDatabaseFile(database.path);
  try {
    using connection = new Connection({ path: database.path, readOnly: true });
    if (pendingMigrations(connection) > 0)
      throw new Error('The database is of an older version: start the service once, which updates it.');
    requireErasuresDone(realpathSync(database.path), connection);
    using _snapshot = connection.holdSnapshot();
    const { organizations, read } = rowsOut(connection);
    return await work({
      organizations,
      reading: (_organizationId, reading) => reading(async (...parameters) => read(...parameters)),
    });
  } catch (error) {
    throw translateSqliteError(error);
  }
}

/** A server that runs on the file has repeated them at its start. */
function requireErasuresDone(path: string, connection: Connection): void {
  if (!existsSync(erasureLogOf(path))) return;
  using lock = claimServerLock(path, lockPatienceMilliseconds);
  if (lock !== null) requireErasuresRepeated(path, connection);
}

export interface UnarchiveRequest {
  readonly file: string;
  /** Appended to the database's path to name a file that nothing else uses. */
  readonly partialEnding: string;
  readonly watch: RowWatch;
  readonly now: () => Instant;
}

/**
 * Fills the configured store, which must be empty, from an archive, and compares every row. Fails with a plain one-line
 * message. A failure leaves no database file behind; a PostgreSQL database keeps what arrived, and the same archive can be
 * tried again.
 */
export async function unarchiveStore(
  config: Database,
  { file, partialEnding, watch, now }: UnarchiveRequest,
): Promise<readonly TableDigest[]> {
  const { database, postgresPrepare } = config;
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  if (database.engine === 'postgres') {
    const access = { url: database.url, role: 'move', prepares: postgresPrepare === 'on' } as const;
    return withWholeStore(access, (connections) =>
      unarchive(linesOf(file), rowsIn(connections), { watch, now }),
    );
  }
  const path = placeOf(database.path);
  if (existsSync(path))
    throw new Error(`There is a database at ${database.path} already: it takes an empty place.`);
  // SQLite would take the log for that of the new file.
  const [left] = filesOf(path);
  if (left !== undefined)
    throw new Error(`There is ${path}${left} of a database that is gone: it takes an empty place.`);
  using lock = claimServerLock(path, lockPatienceMilliseconds);
  if (lock === null) throw new Error(`A server is running on ${path}: stop it first.`);
  using partial = new PartialFile(path + partialEnding, path);
  const tables = await intoDatabase(partial.path, file, { watch, now });
  partial.place(path, { replaces: false });
  return tables;
}

async function intoDatabase(
  path: string,
  file: string,
  options: Pick<UnarchiveRequest, 'watch' | 'now'>,
): Promise<readonly TableDigest[]> {
  try {
    using connection = new Connection({ path, readOnly: false });
    migrate(connection, path);
    // The organizations, which other rows refer to, come last.
    connection.pragma('foreign_keys = OFF');
    const tables = await unarchive(linesOf(file), rowsInto(connection), options);
    if (connection.pragma('foreign_key_check') !== undefined)
      throw new Error('The archive refers to what it does not have.');
    // Only this file is moved to the final name, so nothing may remain in a log beside it.
    connection.pragma('journal_mode = DELETE');
    return tables;
  } catch (error) {
    throw translateSqliteError(error);
  }
}

async function* linesOf(file: string): AsyncGenerator<string, void, void> {
  const unpacked = createGunzip();
  const read = pipeline(createReadStream(file), unpacked);
  // The failure surfaces below, where the broken stream is read.
  read.catch(() => undefined);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of unpacked) {
      // Split at line feeds only: texts may contain other line terminators. What is there of a long line is not searched again.
      const [first = '', ...others] = decoder.decode(chunk as Buffer, { stream: true }).split('\n');
      rest += first;
      for (const next of others) {
        yield rest;
        rest = next;
      }
    }
    await read;
  } catch (error) {
    throw new Error(`${file} is damaged, or no archive of leadsource.`, { cause: error });
  } finally {
    unpacked.destroy();
  }
}
