import { isPassing, translateError } from './errors.ts';

/**
 * Makes a read one of the port, with failures in the domain's terms. What the server rolls back in favour of another, such as
 * one that changes tables, is read once more.
 */
export function answering<Parameters extends unknown[], Answer>(
  read: (...parameters: Parameters) => Promise<Answer>,
): (...parameters: Parameters) => Promise<Answer> {
  return async (...parameters) => {
    try {
      return await read(...parameters).catch((error: unknown) => {
        if (!isPassing(error)) throw error;
        return read(...parameters);
      });
    } catch (error) {
      throw translateError(error);
    }
  };
}
