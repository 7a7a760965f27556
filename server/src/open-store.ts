import type { Config } from './config.ts';
import type { Instant } from './domain/time.ts';
import type { Finding } from './storage/examination.ts';
import type { Store, StoreRole } from './storage/store.ts';

/**
 * Opens the configured storage; `onWarning` hears what works but should be fixed. Fails with a plain one-line message. Only the
 * engine in use is loaded, because a start takes as long as loading its modules.
 */
export async function openStore(
  config: Config,
  role: StoreRole,
  onFatal: (reason: string) => void,
  onWarning: (sentence: string) => void = () => undefined,
): Promise<Store> {
  const { opened } = await beginToOpen(config, role, onFatal, onWarning);
  return opened;
}

/**
 * As `openStore`, but resolves as soon as opening is under way: while the embedded engine's thread loads its modules, which
 * takes a third of a start, this thread can load others.
 */
export async function beginToOpen(
  { database, postgresPrepare }: Config,
  role: StoreRole,
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
 * Distributes the configured storage over the nodes of its cluster, unless it `isDryRun`. Returns the statements for that; none
 * where it is distributed already. Fails with a plain one-line message.
 */
export async function distributeStore({ database }: Config, isDryRun: boolean): Promise<readonly string[]> {
  if (database.engine === 'sqlite')
    throw new Error('DATABASE_URL names a file: a PostgreSQL cluster is needed.');
  const { distribute } = await import('./storage/postgres/distribute.ts');
  return distribute({ url: database.url, isDryRun });
}

/** Examines the configured storage without changing it. Never fails: what is wrong is among the findings. */
export async function examineStore({ database }: Config, now: () => Instant): Promise<readonly Finding[]> {
  if (database.engine === 'sqlite') {
    const { examineSqlite } = await import('./storage/sqlite/examination.ts');
    return examineSqlite(database.path);
  }
  const { examinePostgres } = await import('./storage/postgres/examination.ts');
  return examinePostgres(database.url, now);
}

export type { Finding } from './storage/examination.ts';
