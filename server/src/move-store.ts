// What an operator does with a whole store beside the service: into a backup, out of one, to another engine.

import { existsSync, realpathSync } from 'node:fs';
import type { Instant } from './domain/time.ts';
import { rowsIn } from './storage/postgres/rows-in.ts';
import { withWholeStore } from './storage/postgres/whole-store.ts';
import { Connection } from './storage/sqlite/connection.ts';
import { requireErasuresRepeated } from './storage/sqlite/erasure-log.ts';
import { translateError as translateSqliteError } from './storage/sqlite/errors.ts';
import { claimServerLock } from './storage/sqlite/lock.ts';
import { migrate } from './storage/sqlite/migrations.ts';
import { rowsOut } from './storage/sqlite/rows-out.ts';
import { requireDatabaseFile } from './storage/sqlite/whole-copy.ts';
import { type Moved, transfer } from './storage/transfer.ts';
import type { Watch } from './storage/watch.ts';

export { type Backup, type BackupRequest, backUp } from './storage/sqlite/backup.ts';
export { placeOf } from './storage/sqlite/files.ts';
export { type Restored, type RestoreRequest, restore } from './storage/sqlite/restore.ts';
export type { Moved } from './storage/transfer.ts';
export type { Step, Watch } from './storage/watch.ts';

export interface MoveRequest {
  /** The database file. */
  readonly path: string;
  /** The PostgreSQL database. */
  readonly url: string;
  readonly prepares: boolean;
  readonly watch: Watch;
  readonly now: () => Instant;
  /** Called with one sentence for each thing that works but should be fixed. */
  readonly onWarning: (sentence: string) => void;
  /** Rows in one transaction; the usual number where it is absent. */
  readonly rowsOfBatch?: number;
}

/** Rows are read in the order in which they lie in the file, so no page is needed for long. */
const cacheKibibytes = 16_384;
const lockPatienceMilliseconds = 1000;

/**
 * Moves a database file into an empty PostgreSQL database, or resumes an earlier move. Writers are locked out meanwhile; the
 * file's schema is brought up to date, its facts stay as they are. Fails with a plain one-line message.
 */
export async function moveStore(request: MoveRequest): Promise<Moved> {
  if (!existsSync(request.path)) throw new Error(`There is no database at ${request.path} yet.`);
  const path = realpathSync(request.path);
  using lock = claimServerLock(path, lockPatienceMilliseconds);
  if (lock === null) throw new Error(`A server is running on ${request.path}: stop it first.`);
  await requireDatabaseFile(path);
  try {
    using connection = new Connection({ path, readOnly: false });
    connection.pragma(`cache_size = -${cacheKibibytes}`);
    migrate(connection, path);
    using _still = connection.holdWrites();
    requireErasuresRepeated(path, connection);
    return await moveFrom(connection, request);
  } catch (error) {
    throw translateSqliteError(error);
  }
}

function moveFrom(connection: Connection, request: MoveRequest): Promise<Moved> {
  const { url, prepares, onWarning, watch, now, rowsOfBatch } = request;
  const options = { watch, now, ...(rowsOfBatch !== undefined && { rowsOfBatch }) };
  return withWholeStore({ url, role: 'move', prepares, onWarning }, (connections) =>
    transfer(rowsOut(connection), rowsIn(connections), options),
  );
}
