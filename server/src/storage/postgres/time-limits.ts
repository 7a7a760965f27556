import { type Client, DatabaseError } from 'pg';

/** A process that stops in the middle of a transaction must not hold up the others. */
export const usualIdleTimeoutMilliseconds = 3_000;
/** How soon a server notices that its client is gone. */
const clientCheckMilliseconds = 1_000;
/** The share of a statement's time that it may wait for a lock. */
const lockShare = 0.9;

export interface TimeLimits {
  readonly statementTimeoutMilliseconds: number;
  /** Whether the server checks during a statement that its client is still there; otherwise it finds out only at the end. */
  readonly watchesClient: boolean;
  /** How long the client may say nothing in the middle of a transaction. */
  readonly idleTimeoutMilliseconds: number;
}

/**
 * How long the statements of a transaction may take, as commands that last until its end. Waiting for a lock, whether
 * advisory or on a row, ends a little earlier than that: the caller then learns that the storage is busy, not that it is
 * slow.
 */
export function timeLimits({
  statementTimeoutMilliseconds,
  watchesClient,
  idleTimeoutMilliseconds,
}: TimeLimits): string {
  return [
    `SET LOCAL statement_timeout = ${statementTimeoutMilliseconds}`,
    `SET LOCAL lock_timeout = ${Math.ceil(statementTimeoutMilliseconds * lockShare)}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMilliseconds}`,
    ...(watchesClient ? [`SET LOCAL client_connection_check_interval = ${clientCheckMilliseconds}`] : []),
  ].join('; ');
}

/** Whether a server can check on its clients: not before PostgreSQL 14, nor on Windows. */
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
