import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';
import { makeFile } from './files.ts';

/**
 * Claims a database file for one server by an exclusive transaction on a small database beside it, whose lock the system
 * drops when the process ends. Blocks this thread for up to `patienceMilliseconds`; null if another process holds the claim
 * all that time. Fails if the lock file cannot be used.
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
