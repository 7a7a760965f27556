import { existsSync, statSync } from 'node:fs';
import type { Watch } from '../watch.ts';
import { PartialFile } from './placing.ts';
import { copyWhole, type RowCounts } from './whole-copy.ts';

export interface BackupRequest {
  /** Of the database. */
  readonly path: string;
  /** Of the backup. */
  readonly file: string;
  /** A name beside it that nobody else takes. */
  readonly partialName: string;
  /** Whether a file of the backup's name is replaced. */
  readonly replaces: boolean;
  readonly watch: Watch;
}

export interface Backup {
  readonly bytes: number;
  readonly rows: RowCounts;
}

/**
 * Copies a database, also beside a server, which it holds up in nothing. Answers once the copy has been checked and is on
 * disk; until then there is no file of its name, or the one that was there. Fails with a plain line.
 */
export async function backUp({ path, file, partialName, replaces, watch }: BackupRequest): Promise<Backup> {
  if (!replaces && existsSync(file)) throw new Error(`There is a file ${file} already.`);
  using partial = new PartialFile(partialName);
  const rows = await copyWhole(path, partial.path, { name: path, watch });
  partial.place(file, { replaces });
  return { bytes: statSync(file).size, rows };
}
