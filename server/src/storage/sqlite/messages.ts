import type { FailureCode, InvalidField } from '../../domain/failure.ts';
import { Failure } from '../../domain/failure.ts';
import type { LateCause } from '../causes.ts';
import type { Commit, Reads, WriteInput, WriteKind } from '../store.ts';
import type { SentBatch, SentOutcomes } from './batch-texts.ts';
import type { LongRead } from './long-reads.ts';

/** The messages between the service's thread and the storage's threads. */
export interface QueuedWrite {
  readonly kind: WriteKind;
  readonly input: WriteInput<WriteKind>;
}

export type Outcome = { readonly value: unknown } | Refusal;

/** Why a write left nothing behind. */
export type Refusal =
  | {
      readonly failure: FailureCode;
      readonly message: string;
      readonly invalidFields: readonly InvalidField[];
    }
  | { readonly error: string };

/** The outcomes of batches that shared a transaction: several commits if an unexpected error split it up, none if it failed. */
export interface Committed {
  /** One for each batch, in order. */
  readonly outcomes: readonly SentOutcomes[];
  readonly commits: readonly Commit[];
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

/** An error in a form that another thread can rebuild. */
export function outcomeOfError(error: unknown): Refusal {
  if (error instanceof Failure) {
    return { failure: error.code, message: error.message, invalidFields: error.invalidFields };
  }
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The value of an outcome; throws its error. */
export function unwrap(outcome: Outcome): unknown {
  if ('value' in outcome) return outcome.value;
  throw errorOf(outcome);
}

/** The error that another thread reported. */
export function errorOf(refusal: Refusal): Error {
  if ('failure' in refusal) return new Failure(refusal.failure, refusal.message, refusal.invalidFields);
  return new Error(`The storage failed: ${refusal.error}`);
}
