import { translateError } from './errors.ts';

/** Makes a read one of the port, with failures in the domain's terms. */
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
