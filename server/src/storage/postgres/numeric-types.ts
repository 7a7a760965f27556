import { types } from 'pg';
import { wholeOf } from '../../domain/whole.ts';

const bigintType = 20;

/** Every stored bigint is a safe integer, but for sums, which are read as text. */
export const numericTypes = typesReading(Number);
/** For rows that are read whole, sums included: an integer too large for an exact number is a bigint. */
export const exactTypes = typesReading(wholeOf);

function typesReading(bigint: (text: string) => unknown) {
  return {
    getTypeParser: ((typeId: number, format?: 'text') =>
      typeId === bigintType ? bigint : types.getTypeParser(typeId, format)) as typeof types.getTypeParser,
  };
}
