import type { WriteRefusal } from './backlog.ts';

/** What is going on, and counts since the start. Cheap: nothing is asked of the engine. */
export interface StoreStatistics {
  readonly waitingWrites: number;
  /** How long the oldest of them has waited; 0 where none waits. */
  readonly oldestWaitSeconds: number;
  /** Writes that were turned away before they could wait. */
  readonly refusedWrites: Readonly<Record<WriteRefusal, number>>;
  readonly committedWrites: number;
  readonly commits: number;
  /** How often a transaction was run again, since it was undone for the sake of another. */
  readonly retriedTransactions: number;
  /** Connections to a server, where the engine has one. */
  readonly pools: readonly PoolUse[];
  /** Long reads, where the engine lets them wait for a thread of its own. */
  readonly readQueues: readonly ReadQueueUse[];
}

export interface PoolUse {
  readonly name: 'reading' | 'listing' | 'reporting' | 'writing';
  readonly maximum: number;
  readonly busy: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  /** Calls that were given none, since the start. */
  readonly refused: number;
}

export interface ReadQueueUse {
  readonly name: 'lists' | 'histories' | 'reports' | 'jobs';
  /** Those that wait, and the one under way. */
  readonly unanswered: number;
  /** Reads that were turned away since too many waited. */
  readonly refused: number;
}
