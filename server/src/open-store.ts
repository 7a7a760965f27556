import type { Config } from './config.ts';
import type { Instant } from './domain/time.ts';
import type { Finding } from './storage/examination.ts';
import type { SqliteStoreOptions } from './storage/sqlite/store.ts';
import type { Store } from './storage/store.ts';

/**
 * Opens the storage that a configuration names; `onWarning` is told what works but should be mended. Fails with a plain
 * line where it cannot be opened. The other engine is not even loaded: a start takes the time that its modules take.
 */
export async function openStore(
  config: Config,
  role: SqliteStoreOptions['role'],
  onFatal: (reason: string) => void,
  onWarning: (sentence: string) => void = () => undefined,
): Promise<Store> {
  const { opened } = await beginToOpen(config, role, onFatal, onWarning);
  return opened;
}

/**
 * The same, answered as soon as the opening is under way: the embedded engine's thread then reads its modules, which takes
 * a third of a start, and this thread can read others meanwhile.
 */
export async function beginToOpen(
  { database, postgresPrepare }: Config,
  role: SqliteStoreOptions['role'],
  onFatal: (reason: string) => void,
  onWarning: (sentence: string) => void,
): Promise<{ readonly opened: Promise<Store> }> {
  if (database.engine === 'sqlite') {
    const { openSqliteStore } = await import('./storage/sqlite/store.ts');
    return { opened: openSqliteStore({ path: database.path, role, onFatal, onWarning }) };
  }
  const { openPostgresStore } = await import('./storage/postgres/store.ts');
  const prepares = postgresPrepare === 'on';
  return { opened: openPostgresStore({ url: database.url, prepares, role, onWarning }) };
}

/**
 * Spreads the storage that a configuration names over the nodes of its cluster, unless it `isDryRun`. Answers the
 * statements for it, none where that was done. Fails with a plain line where it cannot be spread.
 */
export async function distributeStore({ database }: Config, isDryRun: boolean): Promise<readonly string[]> {
  if (database.engine === 'sqlite')
    throw new Error('DATABASE_URL names a file: a PostgreSQL cluster is needed.');
  const { distribute } = await import('./storage/postgres/distribute.ts');
  return distribute({ url: database.url, isDryRun });
}

/** Looks at the storage that a configuration names without changing it. Never fails: what is wrong is in the answer. */
export async function examineStore({ database }: Config, now: () => Instant): Promise<readonly Finding[]> {
  if (database.engine === 'sqlite') {
    const { examineSqlite } = await import('./storage/sqlite/examination.ts');
    return examineSqlite(database.path);
  }
  const { examinePostgres } = await import('./storage/postgres/examination.ts');
  return examinePostgres(database.url, now);
}

export type { Finding } from './storage/examination.ts';
