import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';
import { makeFile } from './files.ts';

/**
 * Claims a database file for one server: an exclusive transaction, held on a small database beside it, whose lock the
 * operating system drops with the process. Null where another holds it all the `patienceMilliseconds`, for which this
 * thread waits; fails where the lock file cannot be used.
 */
export function claimServerLock(path: string, patienceMilliseconds: number): Disposable | null {
  const lockPath = `${path}.lock`;
  makeFile(lockPath);
  const database = new DatabaseSync(lockPath, { timeout: patienceMilliseconds });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}
