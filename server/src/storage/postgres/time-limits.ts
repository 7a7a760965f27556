/** A process that stops in the middle of a transaction must not hold up the others. */
const idleTimeoutMilliseconds = 3_000;
/** How much of the time that a statement has it may wait for a lock. */
const lockShare = 0.9;

/**
 * How long the statements of a transaction may take, as commands that hold until its end. One that another's lock holds up,
 * such as an advisory lock or that of a row, ends a little before its time is over: whoever waits for it then hears that
 * the storage is busy, not that it is slow.
 */
export function timeLimits(statementTimeoutMilliseconds: number): string {
  return [
    `SET LOCAL statement_timeout = ${statementTimeoutMilliseconds}`,
    `SET LOCAL lock_timeout = ${Math.ceil(statementTimeoutMilliseconds * lockShare)}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMilliseconds}`,
  ].join('; ');
}
