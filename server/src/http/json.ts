import { isUtf8 } from 'node:buffer';
import { isObject } from '../domain/body-faults.ts';
import { Failure } from '../domain/failure.ts';
import { mayRound, parseStrictJson, parseUnrounded, RoundedNumber } from '../domain/strict-json.ts';

/** How deeply objects and arrays may be nested in a request's body; the outermost counts as 1. */
export const MAX_BODY_DEPTH = 32;

/** What is read, as messages name it. */
type Subject = 'The body' | 'The line';

/**
 * The JSON value of a request's body, or of one of its lines. Fails with `malformed` if it is empty, not UTF-8, not JSON, names
 * a member twice or is nested deeper than `MAX_BODY_DEPTH`.
 */
export function decodeJsonBody(bytes: Buffer, subject: Subject = 'The body'): unknown {
  if (!isUtf8(bytes)) throw new Failure('malformed', `${subject} is not UTF-8.`);
  return decodeJsonText(bytes.toString('utf8'), subject);
}

/** The same for text that is decoded already. */
export function decodeJsonText(text: string, subject: Subject): unknown {
  try {
    const value = parseStrictJson(text, MAX_BODY_DEPTH);
    if (mayRound(text)) keepRoundedAmounts(value, parseUnrounded(text, MAX_BODY_DEPTH));
    return value;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `${subject} ${error.message}.`);
  }
}

/** Money is judged by what was written, not by the double it would be rounded to: such amounts are replaced by their literals. */
function keepRoundedAmounts(value: unknown, unrounded: unknown): void {
  if (Array.isArray(value) && Array.isArray(unrounded)) {
    for (const [place, row] of value.entries()) keepRoundedAmount(row, unrounded[place]);
  } else keepRoundedAmount(value, unrounded);
}

function keepRoundedAmount(value: unknown, unrounded: unknown): void {
  if (!isObject(value) || !isObject(unrounded)) return;
  const { amount } = unrounded;
  if (amount instanceof RoundedNumber) Object.assign(value, { amount: amount.literal });
}
