import type { LateCause } from '../causes.ts';
import type { Commit, Reads } from '../store.ts';
import type { SentBatch, SentOutcomes } from './batch-texts.ts';
import type { LongRead } from './long-reads.ts';
import type { Outcome } from './outcome.ts';

// The messages between the service's thread and the storage's threads.

/** The outcomes of batches that shared a transaction: several commits if an unexpected error split it up, none if it failed. */
export interface Committed {
  /** One for each batch, in order. */
  readonly outcomes: readonly SentOutcomes[];
  readonly commits: readonly Commit[];
}

/** What the writing thread is started with. */
export interface WriterBeginning {
  readonly path: string;
  /** Whether no server uses the file. */
  readonly mayMigrate: boolean;
  /** Whether an older file may be brought up to date, not only a new one made. */
  readonly mayUpdate: boolean;
}

/** To the writing thread: a batch, the question whether a transaction could begin, or the request to end. */
export type WriterRequest = SentBatch | 'probe' | 'close';

export type WriterMessage =
  | { readonly ready: true }
  | Committed
  | { readonly probed: Outcome }
  | { readonly fatal: string };

/** What a reading thread is started with. */
export interface ReaderBeginning {
  readonly path: string;
  /** A single number, set when the thread must stop, even in the middle of a read. */
  readonly stop: Int32Array;
  /** How long a read may take. */
  readonly patienceMilliseconds: number;
  /** The cause reported for a read that took longer. */
  readonly lateCause: LateCause;
}

export interface ReadMessage {
  readonly id: number;
  readonly kind: LongRead;
  readonly parameters: Parameters<Reads[LongRead]>;
}

export interface ReadAnswer {
  readonly id: number;
  readonly outcome: Outcome;
}

/** From a reading thread: that it is ready, then the answers. */
export type ReaderMessage = { readonly ready: true } | ReadAnswer;

/** A request to the copying thread: copy what there is, or end. */
export type CopierRequest = 'copy' | 'close';

/** The copying thread's answer once it has copied what it could; `fatal` says why the process must end, if so. */
export interface CopierAnswer {
  readonly fatal: string | null;
}
