import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname } from 'node:path';

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

/**
 * Lets the names in a directory outlast a power cut, which the sync of a file does not promise. Fails with the system's
 * reason, after which it is unknown what the disk holds.
 */
export function syncDirectory(directory: string): void {
  // Windows opens no directory, and keeps names by itself.
  if (platform() === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
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
  syncDirectory(dirname(directory));
}
