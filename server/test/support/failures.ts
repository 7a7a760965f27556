import { Failure, type FailureCode } from '../../src/domain/failure.ts';

/** The code that a promise fails with; null where it does not fail. Any other error passes through. */
export async function failureOf(promise: Promise<unknown>): Promise<FailureCode | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

/** The code that a call fails with; null where it does not fail. Any other error passes through. */
export function failureCodeOf(call: () => unknown): FailureCode | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}
