import type { Config } from './config.ts';
import { openSqliteStore, type SqliteStoreOptions } from './storage/sqlite/store.ts';
import type { Store } from './storage/store.ts';

/** Opens the storage that a configuration names. Fails with a plain line where it cannot be opened. */
export function openStore(
  { database }: Config,
  role: SqliteStoreOptions['role'],
  onFatal: (reason: string) => void,
): Promise<Store> {
  if (database.engine === 'sqlite') return openSqliteStore({ path: database.path, role, onFatal });
  return Promise.reject(
    new Error('DATABASE_URL names a PostgreSQL server, which this version cannot use yet.'),
  );
}
