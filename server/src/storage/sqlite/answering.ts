import { translateError } from './errors.ts';

/** Makes a read on this thread's connection a read of the port: asynchronous, with failures in the domain's terms. */
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
