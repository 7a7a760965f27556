import { realpathSync } from 'node:fs';
import type { Store } from '../store.ts';
import { makeFile, requireNoDirectory, requireWritable } from './files.ts';
import { claimServerLock } from './lock.ts';
import { WriterThread } from './writer-thread.ts';

export interface SqliteStoreOptions {
  readonly path: string;
  /** A server claims the file for itself; an operator's command works beside a server. */
  readonly role: 'server' | 'command';
  /** Called when what the disk holds has become unknown: nothing may be acknowledged any more, the process must end. */
  readonly onFatal: (reason: string) => void;
  /** Told, in a sentence each, what went wrong and is mended. */
  readonly onWarning?: (sentence: string) => void;
}

/** A command may hold the lock while it starts; a server holds it for good, beside which a command works at once. */
const lockPatienceMilliseconds = { server: 2000, command: 0 } as const;

/** Opens the embedded engine, creating and migrating the file. Fails with a plain line where another server has it. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { role, onFatal, onWarning = () => undefined } = options;
  requireNoDirectory(options.path);
  makeFile(options.path);
  requireWritable(options.path);
  // One file may have several names; its lock has one.
  const path = realpathSync(options.path);
  const lock = claimServerLock(path, lockPatienceMilliseconds[role]);
  if (lock === null && role === 'server') throw new Error(`Another server is running on ${options.path}.`);
  try {
    const starting = WriterThread.start({ path, mayMigrate: lock !== null, onFatal });
    // While that thread reads its modules, this one reads the rest of the engine.
    const [writer, { SqliteStore }] = await Promise.all([starting, import('./opened-store.ts')]);
    if (role === 'server') return new SqliteStore({ path, lock, writer, onWarning });
    // Not before: a server of an older version must not start on a file that is about to be migrated.
    lock?.[Symbol.dispose]();
    return new SqliteStore({ path, lock: null, writer, onWarning });
  } catch (error) {
    lock?.[Symbol.dispose]();
    throw error;
  }
}
