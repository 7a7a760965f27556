import { Failure, type InvalidField } from '../../src/domain/failure.ts';

/** The faults that a reader fails with; none where it does not fail. Any other failure passes through. */
export function faultsOf(read: () => unknown): readonly InvalidField[] {
  try {
    read();
  } catch (error) {
    if (error instanceof Failure && error.code === 'invalid') return error.invalidFields;
    throw error;
  }
  return [];
}

export function faultyFields(read: () => unknown): readonly string[] {
  return faultsOf(read).map(({ field }) => field);
}
