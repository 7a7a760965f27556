import { existsSync } from 'node:fs';
import type { Store, StoreRole } from '../store.ts';
import { corrupt, notADatabase, primaryCode, sqliteCode } from './errors.ts';
import { makeFile, placeOf, requireNoDirectory, requireWritable } from './files.ts';
import { claimServerLock } from './lock.ts';
import { requireOursOrEmpty } from './ownership.ts';
import { WriterThread } from './writer-thread.ts';

export interface SqliteStoreOptions {
  readonly path: string;
  /** A server claims the file for itself; an operator's command runs beside a server. */
  readonly role: StoreRole;
  /** Called when what the disk holds has become unknown: nothing may be acknowledged any more and the process must end. */
  readonly onFatal: (reason: string) => void;
  /** Told in a sentence about each fault that has been recovered from. */
  readonly onWarning?: (sentence: string) => void;
}

/**
 * A server waits for a command, which holds the lock only while it starts. A command does not wait for a server, which holds
 * it for good.
 */
const lockPatienceMilliseconds = { server: 2000, command: 0 } as const;
const needsRoom = 'needs more room than its disk has';
/** What the engine's codes mean for a file that is being opened, or for its lock. */
const meaningsOfRoom: ReadonlyMap<number, string> = new Map([
  [13, needsRoom],
  // SQLITE_IOERR_SHMSIZE
  [4874, needsRoom],
]);
const meanings: ReadonlyMap<number, string> = new Map([
  ...meaningsOfRoom,
  [corrupt, 'is damaged: restore a backup'],
  [14, 'cannot be opened, or a file beside it'],
  [notADatabase, 'is not a database, or its beginning is damaged'],
]);

/**
 * Opens the embedded engine, creating the file or, for a server, migrating it. Fails with a plain sentence, for example if
 * another server uses it, or for a command if it is of an older version.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { role, onFatal, onWarning = () => undefined } = options;
  requireNoDirectory(options.path);
  // A file may have several names, but there must be only one lock.
  const path = placeOf(options.path);
  if (existsSync(path)) {
    requireWritable(options.path);
    requireOursOrEmpty(options.path);
  }
  const lock = claim(path, role);
  if (lock === null && role === 'server') throw new Error(`Another server is running on ${options.path}.`);
  try {
    // Under the lock, so that nobody is opening the file if it is removed again.
    const isNew = lock !== null && !existsSync(path);
    makeFile(path);
    const may = { mayMigrate: lock !== null, mayUpdate: role === 'server' };
    const starting = WriterThread.start({ path, isNew, ...may, onFatal });
    // While that thread loads its modules, this one loads the rest of the engine.
    const [writer, { SqliteStore }] = await Promise.all([starting, import('./opened-store.ts')]);
    if (role === 'server') return new SqliteStore({ path, lock, writer, onWarning });
    // Not earlier: a server must not start on a file whose tables are about to be made.
    lock?.[Symbol.dispose]();
    return new SqliteStore({ path, lock: null, writer, onWarning });
  } catch (error) {
    lock?.[Symbol.dispose]();
    throw named(error, path, meanings);
  }
}

function claim(path: string, role: StoreRole): Disposable | null {
  try {
    return claimServerLock(path, lockPatienceMilliseconds[role]);
  } catch (error) {
    throw named(error, path, meaningsOfRoom);
  }
}

/** An error of the engine as a plain sentence, if its code is among the known ones. */
function named(error: unknown, path: string, known: ReadonlyMap<number, string>): unknown {
  const meaning = known.get(sqliteCode(error) ?? 0) ?? known.get(primaryCode(error) ?? 0);
  return meaning === undefined ? error : new Error(`${path} ${meaning}.`, { cause: error });
}
