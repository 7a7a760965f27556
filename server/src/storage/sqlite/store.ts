import { realpathSync } from 'node:fs';
import type { Store, StoreRole } from '../store.ts';
import { corrupt, notADatabase, primaryCode } from './errors.ts';
import { makeFile, requireNoDirectory, requireWritable } from './files.ts';
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
/** What the engine's codes mean for a file that is being opened. */
const meanings: ReadonlyMap<number, string> = new Map([
  [corrupt, 'is damaged: restore a backup'],
  [13, 'needs more room than its disk has'],
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
  makeFile(options.path);
  requireWritable(options.path);
  requireOursOrEmpty(options.path);
  // A file may have several names, but there must be only one lock.
  const path = realpathSync(options.path);
  const lock = claimServerLock(path, lockPatienceMilliseconds[role]);
  if (lock === null && role === 'server') throw new Error(`Another server is running on ${options.path}.`);
  const may = { mayMigrate: lock !== null, mayUpdate: role === 'server' };
  const starting = WriterThread.start({ path, ...may, onFatal });
  try {
    // While that thread loads its modules, this one loads the rest of the engine.
    const [writer, { SqliteStore }] = await Promise.all([starting, import('./opened-store.ts')]);
    if (role === 'server') return new SqliteStore({ path, lock, writer, onWarning });
    // Not earlier: a server must not start on a file whose tables are about to be made.
    lock?.[Symbol.dispose]();
    return new SqliteStore({ path, lock: null, writer, onWarning });
  } catch (error) {
    // A thread that goes on would keep the process from ending.
    await starting.then(
      (writer) => writer.close(),
      () => undefined,
    );
    lock?.[Symbol.dispose]();
    const meaning = meanings.get(primaryCode(error) ?? 0);
    throw meaning === undefined ? error : new Error(`${path} ${meaning}.`, { cause: error });
  }
}
