import { translateError } from './errors.ts';

/** A read of this thread's connection as the port has it: later, and with failures in its words. */
export function answering<Parameters extends unknown[], Answer>(
  read: (...parameters: Parameters) => Answer,
): (...parameters: Parameters) => Promise<Answer> {
  return async (...parameters) => {
    try {
      return read(...parameters);
    } catch (error) {
      throw translateError(error);
    }
  };
}
