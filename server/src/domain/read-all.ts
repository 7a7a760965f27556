import { Failure, type InvalidField } from './failure.ts';

/**
 * Calls all readers and returns what they read, in order. Fails with `invalid`, naming all their faults together; any other
 * failure passes through immediately.
 */
export function readAll<Parts extends readonly unknown[]>(
  readers: {
    readonly [Index in keyof Parts]: () => Parts[Index];
  },
): Parts {
  const faults: InvalidField[] = [];
  const parts = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'invalid') throw error;
      faults.push(...error.invalidFields);
      return undefined;
    }
  });
  if (faults.length > 0) throw new Failure('invalid', 'The request has invalid fields.', faults);
  return parts as unknown as Parts;
}
