import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, sep } from 'node:path';
import { openNewFile } from './file-owner.ts';

/** The error codes of file systems without hard links. */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * A new, empty file for its owner only, removed on disposal unless it was placed under its final name; for that of the
 * `database` that it is to become, if it names one. Fails if the name is taken.
 */
export class PartialFile implements Disposable {
  readonly path: string;
  #isPlaced = false;

  constructor(path: string, database: string | null = null) {
    this.path = path;
    closeSync(openNewFile(path, database));
  }

  /**
   * Renames the file once it is fully on disk, so that the final name never shows an incomplete file. Returns when the name
   * is on disk too. Fails if the name is taken, unless it `replaces`.
   */
  place(path: string, { replaces }: { readonly replaces: boolean }): void {
    syncFile(this.path);
    if (replaces) renameSync(this.path, path);
    else moveToNewName(this.path, path);
    this.#isPlaced = true;
    syncDirectoryOf(path);
  }

  [Symbol.dispose](): void {
    if (this.#isPlaced) return;
    for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(this.path + ending, { force: true });
  }
}

/** Without hard links, another process may still take the name at the last moment. */
function moveToNewName(from: string, to: string): void {
  try {
    linkSync(from, to);
    rmSync(from);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const isTaken = code === 'EEXIST' || (withoutLinks.has(code) && existsSync(to));
    if (isTaken) throw new Error(`There is a file ${to} already.`, { cause: error });
    if (!withoutLinks.has(code)) throw error;
    renameSync(from, to);
  }
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes all bytes: a nearly full disk may take only some of them, which only the returned count tells. */
export function writeWhole(file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

/** Fills the bytes from a position; a read may give fewer than it is asked for. Returns those that there were. */
export function readWhole(file: number, bytes: Buffer, position: number): Buffer {
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(file, bytes, read, bytes.length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

/** Syncs the names in a file's directory. */
export function syncDirectoryOf(path: string): void {
  // Windows cannot open directories and keeps names in the order they were made.
  if (sep === '\\') return;
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
