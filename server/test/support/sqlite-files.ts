import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/storage/sqlite/store.ts';
import type { Store } from '../../src/storage/store.ts';

/** A directory of its own for the database files of a test. */
export interface DatabaseDirectory extends AsyncDisposable {
  /** Of a database file that is not there yet. */
  readonly path: string;
  /** Opens the engine on the file. */
  open(role?: SqliteStoreOptions['role']): Promise<Store>;
}

export async function databaseDirectory(parentDirectory = tmpdir()): Promise<DatabaseDirectory> {
  const directory = await mkdtemp(join(parentDirectory, 'leadsource-sqlite-'));
  const path = join(directory, 'leadsource.db');
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  return {
    path,
    open: (role = 'server') => openSqliteStore({ path, role, onFatal }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
