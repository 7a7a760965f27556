import { type Client, DatabaseError } from 'pg';

/** A process that stops in the middle of a transaction must not hold up the others. */
const idleTimeoutMilliseconds = 3_000;
/** How soon a server notices that nobody waits for an answer any more. */
const clientCheckMilliseconds = 1_000;
/** How much of the time that a statement has it may wait for a lock. */
const lockShare = 0.9;

export interface TimeLimits {
  readonly statementTimeoutMilliseconds: number;
  /** Whether the server looks, while it works, if whoever asked is still there, which would else be found out in the end. */
  readonly watchesClient: boolean;
}

/**
 * How long the statements of a transaction may take, as commands that hold until its end. One that another's lock holds up,
 * such as an advisory lock or that of a row, ends a little before its time is over: whoever waits for it then hears that
 * the storage is busy, not that it is slow.
 */
export function timeLimits({ statementTimeoutMilliseconds, watchesClient }: TimeLimits): string {
  return [
    `SET LOCAL statement_timeout = ${statementTimeoutMilliseconds}`,
    `SET LOCAL lock_timeout = ${Math.ceil(statementTimeoutMilliseconds * lockShare)}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMilliseconds}`,
    ...(watchesClient ? [`SET LOCAL client_connection_check_interval = ${clientCheckMilliseconds}`] : []),
  ].join('; ');
}

/** Whether a server can watch its clients: those before PostgreSQL 14 cannot, nor can those on Windows. */
export async function canWatchClients(client: Client): Promise<boolean> {
  try {
    await client.query("SELECT set_config('client_connection_check_interval', $1, true)", [
      String(clientCheckMilliseconds),
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return false;
  }
}
