import { DatabaseError } from 'pg';
import { Failure } from '../../domain/failure.ts';
import { type Cause, unavailableFor } from '../causes.ts';

/** The connection, not the server, has failed: what was under way may have happened or not. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('The connection to the database was lost.', { cause });
    this.name = 'ConnectionLost';
  }
}

const queryCanceled = '57014';

/** SQLSTATE classes and codes, by their beginnings, after which asking later may help. */
const causes: readonly (readonly [code: string, cause: Cause])[] = [
  ['08', 'out-of-reach'],
  ['25006', 'read-only'],
  ['25P03', 'too-slow'],
  ['25P04', 'too-slow'],
  ['40001', 'busy'],
  ['40P01', 'busy'],
  ['53100', 'full'],
  ['53300', 'short-of-connections'],
  ['53', 'short-of-resources'],
  ['55P03', 'busy'],
  [queryCanceled, 'too-slow'],
  ['57P', 'stopping'],
  ['58030', 'input-output-error'],
  ['XX001', 'unreadable'],
  ['XX002', 'unreadable'],
];

/** feature_not_supported: a prepared statement gives other columns than it did, since a newer version of the service has added some. */
const changedColumns = '0A000';
/** serialization_failure, deadlock_detected and unique_violation: rolled back, and decided anew to another end. */
const passing = ['40001', '40P01', '23505'];

/** invalid_sql_statement_name and duplicate_prepared_statement: what was prepared is on another connection to the server. */
const misplaced = ['26000', '42P05'];

/**
 * An error of the engine as the domain's `unavailable` where asking later may help, and as one that says what to do where
 * the engine cannot know; any other error as it is.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof ConnectionLost) return unavailableFor('out-of-reach');
  const code = sqlState(error);
  if (code !== undefined && misplaced.includes(code)) {
    const advice = 'a pooler older than PgBouncer 1.21 needs LEADSOURCE_POSTGRES_PREPARE=off';
    return new Error(`${error instanceof Error ? error.message : code}: ${advice}.`, { cause: error });
  }
  const cause = causes.find(([beginning]) => code?.startsWith(beginning))?.[1];
  return cause === undefined ? error : unavailableFor(cause);
}

/** Whether the server broke a statement off since its time was over, which it spent on work: waiting for a lock ends before. */
export function isLate(error: unknown): boolean {
  return sqlState(error) === queryCanceled;
}

/** Whether the server undid the transaction for the sake of another, so that it may be run again. */
export function isPassing(error: unknown): boolean {
  return passing.includes(sqlState(error) ?? '');
}

/** Whether the server is of no use for now, or this connection to it, by its own word or by what was found out on it. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'unavailable';
  return !isPassing(error) && translateError(error) !== error;
}

/**
 * Whether what the connection has prepared is of no use any more, so that only a new one is. On a new one, the error means
 * what its name says: the server has no such feature.
 */
export function isOutdated(error: unknown): boolean {
  return sqlState(error) === changedColumns;
}

function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
