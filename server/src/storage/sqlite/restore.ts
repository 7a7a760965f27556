import { chmodSync, chownSync, existsSync, linkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Watch } from '../watch.ts';
import type { Connection } from './connection.ts';
import { completeErasureLog, erasureLogOf } from './erasure-log.ts';
import { corrupt, isBusy, notADatabase, primaryCode } from './errors.ts';
import { filesOf, ownEndings, placeOf } from './files.ts';
import { claimServerLock } from './lock.ts';
import { PartialFile, syncDirectoryOf } from './placing.ts';
import { PreparedQuery } from './prepared.ts';
import { copyWhole, type RowCounts, requireDatabaseFile } from './whole-copy.ts';

export interface RestoreRequest {
  /** The path of the backup. */
  readonly file: string;
  /** The path of the database. */
  readonly path: string;
  /** Appended to the database's name for a temporary file that nobody else uses. */
  readonly partialEnding: string;
  /** What happens to an existing database: it stays and the restore fails, it is kept under another name, or it is deleted. */
  readonly replaced: 'stays' | 'goes' | { readonly keptAs: string };
  readonly watch: Watch;
}

export interface Restored {
  readonly rows: RowCounts;
  /** Where the previous database is kept; null if there was none or it was deleted. */
  readonly keptAs: string | null;
}

const lockPatienceMilliseconds = 1000;
const busyTimeoutMilliseconds = 1000;
/** SQLITE_ERROR */
const noSuchTable = 1;

/**
 * Replaces a database by a backup, entirely or not at all. Fails with a plain sentence, leaving everything as it was, if the
 * backup cannot be used or the database is in use.
 */
export async function restore(request: RestoreRequest): Promise<Restored> {
  const { file, replaced, watch } = request;
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  // The log of erasures is beside the file that a service opens, which a link may lead to before it is there.
  const path = placeOf(request.path);
  const isFile = existsSync(path);
  if (isFile && realpathSync(file) === path) throw new Error(`${file} is the database itself.`);
  const isThere = filesOf(path).length > 0;
  if (isThere && replaced === 'stays') throw new Error(`There is a database at ${request.path} already.`);
  await requireDatabaseFile(file);
  using lock = claimServerLock(path, lockPatienceMilliseconds);
  if (lock === null) throw new Error(`A server is running on ${request.path}: stop it first.`);
  using partial = new PartialFile(`${path}${request.partialEnding}`, path);
  const rows = await copyWhole(file, partial.path, { name: file, watch });
  if (isFile) giveAsBefore(partial.path, path);
  const keptAs = isThere && typeof replaced === 'object' ? replaced.keptAs : null;
  replace(path, partial, keptAs);
  return { rows, keptAs };
}

/** A service that runs as another user than the operator must be able to open the file. */
function giveAsBefore(made: string, path: string): void {
  const [was, is] = [statSync(path), statSync(made)];
  if (was.uid !== is.uid || was.gid !== is.gid) chownSync(made, was.uid, was.gid);
  chmodSync(made, was.mode);
}

/**
 * Whenever it is interrupted, the name leads to one of the two databases and the old log never meets the new file. A database
 * to be kept is first linked under its second name.
 */
function replace(path: string, partial: PartialFile, keptAs: string | null): void {
  using old = existsSync(path) ? settle(path) : null;
  if (old !== null) completeLogOf(path, old);
  if (keptAs !== null) {
    // A sound one is a single file by now: what is beside it is of the hold on it.
    const kept = old === null ? filesOf(path) : [''];
    for (const ending of kept) linkSync(path + ending, keptAs + ending);
    syncDirectoryOf(path);
  }
  // A sound old database has merged its log into its file by now; what is left belongs to a damaged one.
  for (const ending of ownEndings) rmSync(path + ending, { force: true });
  syncDirectoryOf(path);
  partial.place(path, { replaces: true });
}

/** A database that came from an archive or a backup may know of erasures that nobody has logged: no service ran on it. */
function completeLogOf(path: string, old: Settled): void {
  const log = erasureLogOf(path);
  const isNew = !existsSync(log);
  try {
    completeErasureLog(path, old);
  } catch (error) {
    if (!hasNoneToTell(error)) throw error;
  }
  if (isNew && existsSync(log)) giveAsBefore(log, path);
}

/** A database that is damaged, in its pages or in a value, or is older than erasures. */
function hasNoneToTell(error: unknown): boolean {
  const code = primaryCode(error);
  if (code !== null) return [noSuchTable, corrupt, notADatabase].includes(code);
  return error instanceof SyntaxError || error instanceof RangeError;
}

type Settled = Disposable & Pick<Connection, 'all'>;

/**
 * Merges a database's log into its one file and holds the file, so that no command writes to what is about to go; null if it
 * is too damaged for that. Fails if another program has it open.
 */
function settle(path: string): Settled | null {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMilliseconds });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return {
      all: (compilable) => new PreparedQuery(database, compilable).all({}),
      [Symbol.dispose]: () => database.close(),
    };
  } catch (error) {
    database.close();
    if (!isBusy(error)) return null;
    throw new Error(`Another program has ${path} open: wait until it is done.`, { cause: error });
  }
}
