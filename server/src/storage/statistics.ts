import type { WriteRefusal } from './backlog.ts';

/** Current state, and counts since the start. Cheap: the engine is not asked. */
export interface StoreStatistics {
  readonly waitingWrites: number;
  /** How long the oldest of them has waited; 0 if none waits. */
  readonly oldestWaitSeconds: number;
  /** Writes turned away before they could wait. */
  readonly refusedWrites: Readonly<Record<WriteRefusal, number>>;
  readonly committedWrites: number;
  readonly commits: number;
  /** How often a transaction of writes was rerun because it was rolled back in favour of another. */
  readonly retriedTransactions: number;
  /** Connections to a server, on engines that have one. */
  readonly pools: readonly PoolUse[];
  /** Queues of long reads, on engines that run these on threads of their own. */
  readonly readQueues: readonly ReadQueueUse[];
}

export interface PoolUse {
  readonly name: 'reading' | 'listing' | 'reporting' | 'writing';
  readonly maximum: number;
  readonly busy: number;
  readonly idle: number;
  /** Calls waiting for a connection. */
  readonly waiting: number;
  /** Calls that got no connection, since the start. */
  readonly refused: number;
}

export interface ReadQueueUse {
  readonly name: 'lists' | 'histories' | 'reports' | 'jobs';
  /** The waiting reads and the one under way. */
  readonly unanswered: number;
  /** Reads turned away because too many waited. */
  readonly refused: number;
}
