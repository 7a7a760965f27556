import { statSync } from 'node:fs';
import type { Watch } from '../watch.ts';
import { requireElsewhere } from './files.ts';
import { PartialFile } from './placing.ts';
import { copyWhole, type RowCounts } from './whole-copy.ts';

export interface BackupRequest {
  /** The path of the database. */
  readonly path: string;
  /** The path of the backup. */
  readonly file: string;
  /** A name beside the backup that nobody else uses. */
  readonly partialName: string;
  /** Whether an existing file of the backup's name is replaced. */
  readonly replaces: boolean;
  readonly watch: Watch;
}

export interface Backup {
  readonly bytes: number;
  readonly rows: RowCounts;
}

/**
 * Copies a database, even while a server uses it, without holding the server up. Resolves once the copy is checked and on
 * disk; until then its name is unused or still leads to the earlier file. Fails with a plain sentence.
 */
export async function backUp({ path, file, partialName, replaces, watch }: BackupRequest): Promise<Backup> {
  requireElsewhere(file, path);
  using partial = new PartialFile(partialName);
  const rows = await copyWhole(path, partial.path, { name: path, watch });
  partial.place(file, { replaces });
  return { bytes: statSync(file).size, rows };
}
