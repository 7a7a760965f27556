import { DatabaseSync } from 'node:sqlite';

/**
 * Claims a database file for one server: an exclusive transaction, held on a small database beside it, whose lock the
 * operating system drops with the process. Null where another process holds it.
 */
export function claimServerLock(path: string): Disposable | null {
  const database = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch {
    database.close();
    return null;
  }
  return { [Symbol.dispose]: () => database.close() };
}
