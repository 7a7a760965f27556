import { type UnavailableCause, unavailableFor } from '../causes.ts';
import { isOnReadOnlyDisk } from './files.ts';

const causes = new Map<number, UnavailableCause>([
  [5, 'busy'],
  [6, 'busy'],
  [7, 'out-of-memory'],
  [8, 'read-only'],
  [10, 'input-output-error'],
  // SQLite reports what the disk cannot read as malformed.
  [11, 'unreadable'],
  [13, 'full'],
  [14, 'not-opened'],
]);
/** The same for the files that Node writes beside the database: the log of erasures and the mark for shredding. */
const causesOfFiles = new Map<string, UnavailableCause>([
  ['EACCES', 'not-opened'],
  ['EDQUOT', 'full'],
  ['EIO', 'input-output-error'],
  ['EMFILE', 'not-opened'],
  ['ENFILE', 'not-opened'],
  ['ENOENT', 'not-opened'],
  ['ENOSPC', 'full'],
  ['EROFS', 'read-only'],
]);
/** The system's codes when a user may not do this to a file. */
const withoutRight = new Set(['EACCES', 'EPERM']);
/** SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC: after these, what the disk holds is unknown. */
const lostSyncs = [1034, 1290];

/**
 * Turns an error of the engine or its files into the domain's `unavailable` if a later attempt may succeed; returns any other
 * error as it is.
 */
export function translateError(error: unknown): unknown {
  const cause = causeOf(error);
  return cause === null ? error : unavailableFor(cause);
}

/**
 * Why a write to the database failed, if a later attempt may succeed; else null. For a file without write permission and for
 * a disk turned read-only, SQLite itself only says that the system refused.
 */
export function causeOfWrite(error: unknown, path: string): UnavailableCause | null {
  if (isForbidden(error)) return 'read-only';
  const cause = causeOf(error);
  return cause === 'input-output-error' && isOnReadOnlyDisk(path) ? 'read-only' : cause;
}

function causeOf(error: unknown): UnavailableCause | null {
  const ofEngine = causes.get(primaryCode(error) ?? 0);
  return ofEngine ?? causesOfFiles.get(fileErrorOf(error)?.code ?? '') ?? null;
}

/** Whether the system refused a file to this user. */
export function isForbidden(error: unknown): boolean {
  return withoutRight.has(fileErrorOf(error)?.code ?? '');
}

/** Whether an fsync failed, for whatever reason: nothing may be acknowledged after that, so the process must end. */
export function isLostSync(error: unknown): boolean {
  return lostSyncs.includes(sqliteCode(error) ?? 0) || fileErrorOf(error)?.syscall === 'fsync';
}

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === 5;
}

/** What SQLite says of a sum that it was to work out or, as by then it is no integer, to keep in a roll-up. */
const tooLargeSums: readonly (readonly [code: number, message: RegExp])[] = [
  [1, /^integer overflow$/],
  [3091, /^cannot store REAL value in INTEGER column credit_(?:days|months|years)\./],
];

/** Whether a sum would be 2^63 or more. */
export function isTooLargeSum(error: unknown): boolean {
  const code = sqliteCode(error);
  return tooLargeSums.some(
    (each) => each[0] === code && error instanceof Error && each[1].test(error.message),
  );
}

/** SQLITE_CORRUPT */
export const corrupt = 11;
/** SQLITE_NOTADB */
export const notADatabase = 26;

/** SQLite's error code without what extends it; null for an error that is not SQLite's. */
export function primaryCode(error: unknown): number | null {
  const code = sqliteCode(error);
  return code === null ? null : code & 0xff;
}

/** SQLite's extended error code; null for an error that is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode : null;
}

/** The system's error code and call when Node failed on a file; null for any other error. */
function fileErrorOf(error: unknown): { readonly code: string; readonly syscall: string } | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return { code: String(error.code), syscall: String(error.syscall) };
}
