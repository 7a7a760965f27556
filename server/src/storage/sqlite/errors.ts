import { type Cause, unavailableFor } from '../causes.ts';
import { isOnReadOnlyDisk } from './files.ts';

const causes = new Map<number, Cause>([
  [5, 'busy'],
  [6, 'busy'],
  [7, 'out-of-memory'],
  [8, 'read-only'],
  [10, 'input-output-error'],
  // What the disk says that it cannot read, SQLite calls malformed.
  [11, 'unreadable'],
  [13, 'full'],
  [14, 'not-opened'],
]);
/** The same of the files beside the database, which Node writes: the log of erasures, and the mark of what is to be shredded. */
const causesOfFiles = new Map<string, Cause>([
  ['EACCES', 'not-opened'],
  ['EDQUOT', 'full'],
  ['EIO', 'input-output-error'],
  ['EMFILE', 'not-opened'],
  ['ENFILE', 'not-opened'],
  ['ENOENT', 'not-opened'],
  ['ENOSPC', 'full'],
  ['EROFS', 'read-only'],
]);
/** What the system says to who may read a file, but not write it. */
const withoutRight = new Set(['EACCES', 'EPERM']);
/** SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC: what the disk holds is unknown from here on. */
const lostSyncs = [1034, 1290];

/** An error of the engine or its files as the domain's `unavailable` where asking later may help; any other error as it is. */
export function translateError(error: unknown): unknown {
  const cause = causeOf(error);
  return cause === null ? error : unavailableFor(cause);
}

/**
 * Why a write to a database failed, where asking later may help; else null. Of a file that it may only read, and of a disk
 * that has become read-only, SQLite tells no more than that the system refused.
 */
export function causeOfWrite(error: unknown, path: string): Cause | null {
  if (withoutRight.has(fileErrorOf(error)?.code ?? '')) return 'read-only';
  const cause = causeOf(error);
  return cause === 'input-output-error' && isOnReadOnlyDisk(path) ? 'read-only' : cause;
}

function causeOf(error: unknown): Cause | null {
  const ofEngine = causes.get((sqliteCode(error) ?? 0) & 0xff);
  return ofEngine ?? causesOfFiles.get(fileErrorOf(error)?.code ?? '') ?? null;
}

/** Whether an fsync failed, for whatever reason: nothing may be acknowledged after it, so the process must end. */
export function isLostSync(error: unknown): boolean {
  return lostSyncs.includes(sqliteCode(error) ?? 0) || fileErrorOf(error)?.syscall === 'fsync';
}

/** Whether another connection holds what was asked for. */
export function isBusy(error: unknown): boolean {
  return ((sqliteCode(error) ?? 0) & 0xff) === 5;
}

/** The engine's code for an error, with its details; null for an error that is not the engine's. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode : null;
}

/** What the system said of a call that Node made on a file; null for any other error. */
function fileErrorOf(error: unknown): { readonly code: string; readonly syscall: string } | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return { code: String(error.code), syscall: String(error.syscall) };
}
