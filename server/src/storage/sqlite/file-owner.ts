import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';

const ownerOnlyFile = 0o600;
const ownerOnlyDirectory = 0o700;
const root = 0;

/**
 * Opens a new file that only its owner may read; fails if the name is taken. One that root makes beside a database belongs to
 * the database's owner or, while there is no database, to that of the directory: the service may run as that user.
 */
export function openNewFile(path: string, database: string | null): number {
  // Before the file is there, since it may be the database itself.
  const ownedLike = database !== null && existsSync(database) ? database : dirname(path);
  const file = openSync(path, 'wx', ownerOnlyFile);
  if (database !== null) giveFromRoot(file, ownedLike);
  return file;
}

/** Makes a directory that only its owner may read; one that root makes belongs to the owner of the directory around it. */
export function makeNewDirectory(path: string): void {
  mkdirSync(path, { mode: ownerOnlyDirectory });
  // Also where systems know no owners.
  if (statSync(dirname(path)).uid === root) return;
  // Whoever may write around it could have put a link in its place.
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
  const directory = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    giveFromRoot(directory, dirname(path));
  } finally {
    closeSync(directory);
  }
}

/** By its descriptor, since its name may lead elsewhere by now. What is new belongs to whoever runs this. */
function giveFromRoot(file: number, ownedLike: string): void {
  const { uid, gid } = statSync(ownedLike);
  if (uid === root || fstatSync(file).uid !== root) return;
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Some disks and containers permit it to nobody, and then the file is still of use to root.
  }
}
