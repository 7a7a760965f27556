import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Watch } from '../watch.ts';
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
  if (!replaces && existsSync(file)) throw new Error(`There is a file ${file} already.`);
  using partial = new PartialFile(partialName);
  const rows = await copyWhole(path, partial.path, { name: path, watch });
  partial.place(file, { replaces });
  return { bytes: statSync(file).size, rows };
}

/** The endings of the database's own file and of those the engine keeps beside it. */
const ownEndings = ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal'];

/** Overwriting the database would take its name from the file that a server has open and goes on writing to. */
function requireElsewhere(file: string, path: string): void {
  const place = existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
  const database = realpathSync(path);
  if (!ownEndings.some((ending) => place === database + ending)) return;
  throw new Error(`${file} is the database itself: give another name.`);
}
