import { translateError } from './errors.ts';

/** A read as the port has it: with failures in its words. */
export function answering<Parameters extends unknown[], Answer>(
  read: (...parameters: Parameters) => Promise<Answer>,
): (...parameters: Parameters) => Promise<Answer> {
  return async (...parameters) => {
    try {
      return await read(...parameters);
    } catch (error) {
      throw translateError(error);
    }
  };
}
