import { DatabaseError } from 'pg';
import { Failure } from '../../domain/failure.ts';
import { tooLargeSum, type UnavailableCause, unavailableFor } from '../causes.ts';

/**
 * Why a connection is given up here: nothing came from it any more, or what was asked took too long in all, or nothing but
 * the answer to a commit was missing, which may only wait for a disk or a standby.
 */
export type GivenUp = 'silent' | 'slow' | 'uncommitted';

/** The connection failed, not the server: what was under way may or may not have happened. */
export class ConnectionLost extends Error {
  /** Null if it failed by itself. */
  readonly givenUp: GivenUp | null;

  constructor(cause: unknown, givenUp: GivenUp | null = null) {
    super('The connection to the database was lost.', { cause });
    this.name = 'ConnectionLost';
    this.givenUp = givenUp;
  }
}

const queryCanceled = '57014';
const lockNotAvailable = '55P03';
const numericValueOutOfRange = '22003';
const tooManyConnections = '53300';

/** SQLSTATE prefixes of errors after which a later attempt may succeed. */
const causes: readonly (readonly [code: string, cause: UnavailableCause])[] = [
  ['08', 'out-of-reach'],
  ['25006', 'read-only'],
  ['25P03', 'too-slow'],
  ['25P04', 'too-slow'],
  ['40001', 'busy'],
  ['40P01', 'busy'],
  ['53100', 'full'],
  [tooManyConnections, 'short-of-connections'],
  ['53', 'short-of-resources'],
  [lockNotAvailable, 'busy'],
  [queryCanceled, 'too-slow'],
  ['57P', 'stopping'],
  ['58030', 'input-output-error'],
  ['XX001', 'unreadable'],
  ['XX002', 'unreadable'],
];

/**
 * feature_not_supported: the columns of a prepared statement have changed, since a newer version of the service has added
 * some.
 */
const changedColumns = '0A000';
/** serialization_failure and deadlock_detected: rolled back in favour of others, and another attempt may end differently. */
const entangled = ['40001', '40P01'];
/** A unique_violation may be of a row that another transaction made meanwhile, too. */
const passing = [...entangled, '23505'];

/** invalid_sql_statement_name and duplicate_prepared_statement: the statement was prepared on another connection. */
const misplaced = ['26000', '42P05'];

/**
 * Turns an error into the domain's `unavailable` if a later attempt may succeed, and into one with advice for the operator if
 * the engine cannot know the cause; returns any other error as it is.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof ConnectionLost) return unavailableFor(isLate(error) ? 'too-slow' : 'out-of-reach');
  const code = sqlState(error);
  if (code !== undefined && misplaced.includes(code)) {
    const advice = 'a pooler older than PgBouncer 1.21 needs LEADSOURCE_POSTGRES_PREPARE=off';
    return new Error(`${error instanceof Error ? error.message : code}: ${advice}.`, { cause: error });
  }
  const cause = causes.find(([beginning]) => code?.startsWith(beginning))?.[1];
  return cause === undefined ? error : unavailableFor(cause);
}

/** As `translateError`, for a write that was alone in its transaction: a sum that is too large is of its making. */
export function translateErrorOfOne(error: unknown): unknown {
  return sqlState(error) === numericValueOutOfRange ? tooLargeSum() : translateError(error);
}

/**
 * Whether the server cancelled a statement that worked for too long, or several did so together, or a commit did: waiting for
 * a lock ends earlier.
 */
export function isLate(error: unknown): boolean {
  if (!(error instanceof ConnectionLost)) return sqlState(error) === queryCanceled;
  return error.givenUp === 'slow' || error.givenUp === 'uncommitted';
}

/** Whether the server rolled the transaction back in favour of another, so that it may be run again. */
export function isPassing(error: unknown): boolean {
  return passing.includes(sqlState(error) ?? '');
}

/** Whether transactions got in each other's way, and this one had to give way. */
export function isEntangled(error: unknown): boolean {
  return entangled.includes(sqlState(error) ?? '');
}

/** Whether a lock was not free for as long as the statement may wait for one. */
export function isHeldUp(error: unknown): boolean {
  return sqlState(error) === lockNotAvailable;
}

/** Whether the server, or the database or role, has as many connections as it may have. */
export function isShortOfConnections(error: unknown): boolean {
  return sqlState(error) === tooManyConnections;
}

/** Whether the server, or this connection to it, is unusable for now, by its own report or by what was found out on it. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'unavailable';
  return !isPassing(error) && translateError(error) !== error;
}

/**
 * Whether the statements prepared on the connection are outdated, so that only a new connection helps. On a new connection
 * the error means what its name says: the server lacks the feature.
 */
export function isOutdated(error: unknown): boolean {
  return sqlState(error) === changedColumns;
}

function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
