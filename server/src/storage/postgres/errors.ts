import { DatabaseError } from 'pg';
import { Failure } from '../../domain/failure.ts';

/** The connection, not the server, has failed: what was under way may have happened or not. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('The connection to the database was lost.', { cause });
    this.name = 'ConnectionLost';
  }
}

/** SQLSTATE classes and codes, by their beginnings, after which asking later may help. */
const outOfReach: readonly (readonly [code: string, reason: string])[] = [
  ['08', 'out of reach'],
  ['25006', 'read-only'],
  ['25P03', 'too slow'],
  ['25P04', 'too slow'],
  ['40001', 'busy'],
  ['40P01', 'busy'],
  ['53100', 'full'],
  ['53300', 'short of connections'],
  ['53', 'short of resources'],
  ['55P03', 'busy'],
  ['57014', 'too slow'],
  ['57P', 'about to stop or start'],
  ['58030', 'an input or output error'],
];

/** feature_not_supported: a prepared statement gives other columns than it did, since a newer version of the service has added some. */
const changedColumns = '0A000';
/** serialization_failure, deadlock_detected and unique_violation: rolled back, and decided anew to another end. */
const passing = ['40001', '40P01', '23505'];

/** An error of the engine as the domain's `unavailable` where asking later may help; any other error as it is. */
export function translateError(error: unknown): unknown {
  if (error instanceof ConnectionLost) return new Failure('unavailable', 'The storage is out of reach.');
  const code = sqlState(error);
  const reason = outOfReach.find(([beginning]) => code?.startsWith(beginning))?.[1];
  return reason === undefined ? error : new Failure('unavailable', `The storage is ${reason}.`);
}

/** Whether the server undid the transaction for the sake of another, so that it may be run again. */
export function isPassing(error: unknown): boolean {
  return passing.includes(sqlState(error) ?? '');
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
