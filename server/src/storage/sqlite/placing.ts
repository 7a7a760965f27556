import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, sep } from 'node:path';

const ownerOnlyFile = 0o600;
/** What a file system says that has no second names for a file. */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * A new, empty file for its owner only, which is gone with its disposal unless it was placed under its name before.
 * Fails where there is one of this name.
 */
export class PartialFile implements Disposable {
  readonly path: string;
  #isPlaced = false;

  constructor(path: string) {
    this.path = path;
    closeSync(openSync(path, 'wx', ownerOnlyFile));
  }

  /**
   * Gives it its name once all of it is on disk: under that name there never is a part of it. Answers when the name is on
   * disk too. Fails where the name is taken, unless it `replaces`.
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

/** Where the file system has only one name for a file, another process may take the name in the last moment. */
function moveToNewName(from: string, to: string): void {
  try {
    linkSync(from, to);
    rmSync(from);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!withoutLinks.has(code)) throw error;
    if (existsSync(to)) throw new Error(`There is a file ${to} already.`, { cause: error });
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

/** Writes all of it, where a disk that is nearly full takes a part and says so only by how much it took. */
export function writeWhole(file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

/** Puts the names in a file's directory on disk. */
export function syncDirectoryOf(path: string): void {
  // Windows opens no directories, and keeps names in the order in which they were made.
  if (sep === '\\') return;
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
