import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectoryOf } from './placing.ts';

const ownerOnlyFile = 0o600;
const ownerOnlyDirectory = 0o700;

/**
 * Makes a file that only its owner may read where there is none, in a directory that is made likewise; what is there
 * keeps its mode. SQLite gives the files that it puts beside a database the mode of the database.
 */
export function makeFile(path: string): void {
  // Opening one that is there would be worse than useless: closing it drops every lock of this process on it.
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  closeSync(openSync(path, 'a', ownerOnlyFile));
}

/** Fails in a plain line where a path names a directory, of which SQLite would only say that it cannot be opened or read. */
export function requireNoDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new Error(`${path} is a directory: name a file in it.`);
}

/** Fails in a plain line where a file may only be read: SQLite would open it so, and never write to it once it may. */
export function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new Error(`The database ${path} is read-only.`);
  }
}

/** Whether nobody can write to a file for its disk, as is the case once a system mistrusts a disk that failed. */
export function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS';
  }
}

/**
 * Makes a directory and those above it where they are missing, for their owner only, one by one: the recursive way of
 * Node never ends where a file system, such as /proc, says of a new name that it does not exist. Their names are synced.
 * Fails with the system's reason.
 */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: ownerOnlyDirectory });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(directory)) throw error;
  }
  syncDirectoryOf(directory);
}
