import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, isForbidden } from './errors.ts';
import { makeFile } from './files.ts';

/**
 * Claims a database file for one server by an exclusive transaction on a small database beside it, whose lock the system
 * drops when the process ends. Blocks this thread for up to `patienceMilliseconds`; null if another process holds the claim
 * all that time. Fails if the lock file cannot be used.
 */
export function claimServerLock(path: string, patienceMilliseconds: number): Disposable | null {
  const lockPath = lockOf(path);
  makeFile(lockPath, path);
  requirePermittedLock(path);
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

/**
 * Fails with a plain sentence if this user may not write an existing lock file: SQLite would not name it, and would hold no
 * lock on a file that may only be read.
 */
export function requirePermittedLock(path: string): void {
  const lockPath = lockOf(path);
  if (!existsSync(lockPath)) return;
  try {
    accessSync(lockPath, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (!isForbidden(error)) return;
    const { uid } = statSync(lockPath);
    const owner = uid === 0 ? 'root' : `user ${uid}`;
    throw new Error(
      `${lockPath} belongs to ${owner}, and this user may not write it: give it the owner and the mode of the database.`,
      { cause: error },
    );
  }
}

function lockOf(path: string): string {
  return `${path}.lock`;
}
