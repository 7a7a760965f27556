import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { makeNewDirectory, openNewFile } from './file-owner.ts';
import { syncDirectoryOf } from './placing.ts';

/**
 * Creates a database, or a file beside one, that only its owner may read, and missing directories likewise; an existing file
 * keeps its mode. SQLite gives the files beside a database the database's mode.
 */
export function makeFile(path: string, database = path): void {
  // Opening an existing file would do harm: closing it again drops every lock this process holds on it.
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  const place = placeOf(path);
  try {
    // What a link leads to is not beside the database.
    closeSync(openNewFile(place, place === path ? database : place));
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

/** Where a file is, or would be made: at the end of links, even where nothing is there yet. Fails as the system does. */
export function placeOf(path: string): string {
  // Fails for links in a circle, which `existsSync` takes for nothing.
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  const target = readlinkSync(path);
  return placeOf(isAbsolute(target) ? target : join(realpathSync(dirname(path)), target));
}

/** The endings of the files that SQLite keeps beside a database. */
export const ownEndings: readonly string[] = ['-wal', '-shm', '-journal'];

/** The endings of those that exist: a database's log belongs to it even without the database. */
export function filesOf(path: string): readonly string[] {
  return ['', ...ownEndings].filter((ending) => existsSync(path + ending));
}

const furtherEndings = ['.lock', '.lock-journal', '.erasures', '.shredding'];

/**
 * Fails with a plain sentence if a file to be written is a database, or one beside it: overwriting a database would take its
 * name from the file that a server has open and goes on writing to.
 */
export function requireElsewhere(file: string, path: string): void {
  const place = existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
  const database = realpathSync(path);
  if (!['', ...ownEndings, ...furtherEndings].some((ending) => place === database + ending)) return;
  throw new Error(`${file} is the database itself: give another name.`);
}

/** Fails with a plain sentence if the path is a directory; SQLite would only say that it cannot open or read it. */
export function requireNoDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new Error(`${path} is a directory: name a file in it.`);
}

/**
 * Fails with a plain sentence if a file is not writable: SQLite would open it read-only and stay so even once writing is
 * permitted.
 */
export function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new Error(`The database ${path} is read-only.`);
  }
}

/** Whether a file cannot be written because its disk is read-only, as the system makes a disk that failed. */
export function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS';
  }
}

/**
 * Creates a directory and its missing parents, for their owner only, and syncs their names. One by one, because Node's
 * recursive way never ends on file systems such as /proc, where creating a name reports that it does not exist. Fails with
 * the system's reason.
 */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    makeNewDirectory(directory);
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!existsSync(directory)) throw error;
  }
  syncDirectoryOf(directory);
}
