import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
  requireElsewhere(file, path);
  if (!replaces && existsSync(file)) throw new Error(`There is a file ${file} already.`);
  using partial = new PartialFile(partialName);
  const rows = await copyWhole(path, partial.path, { name: path, watch });
  partial.place(file, { replaces });
  return { bytes: statSync(file).size, rows };
}

/** Of the files that the engine keeps beside a database, and the database's own. */
const ownEndings = ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal'];

/** A server goes on writing into the file that it has open, which would have lost its name. */
function requireElsewhere(file: string, path: string): void {
  const place = existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
  const database = realpathSync(path);
  if (!ownEndings.some((ending) => place === database + ending)) return;
  throw new Error(`${file} is the database itself: give another name.`);
}
