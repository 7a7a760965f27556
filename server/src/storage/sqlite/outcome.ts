import { Failure, type FailureCode, type InvalidField } from '../../domain/failure.ts';
import type { WriteInput, WriteKind } from '../store.ts';

/** A write on its way to the thread that writes. */
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
