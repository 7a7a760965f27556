import { answerBefore, type KeptAnswer, type Once } from '../domain/idempotency.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import type { Instant } from '../domain/time.ts';

/** The answers to requests that are to be done once, as a write finds and leaves them. */
export interface AnswerRoom {
  /** The answer to a request of this route and key, however old it is. */
  findAnswer(once: Once): KeptAnswer | null;
  /** Keeps an answer in the place of one of its route and key. */
  keepAnswer(kept: KeptAnswer): void;
}

/** Deeper than any answer. */
const deepestAnswer = 64;

/** Does a write unless its request was done before: then the answer is the one of that time. */
export function doOnce<Output>(
  room: AnswerRoom,
  { once, now }: { readonly once?: Once | undefined; readonly now: Instant },
  customerOf: (output: Output) => string,
  write: () => Output,
): Output {
  if (once === undefined) return write();
  const before = answerBefore(room.findAnswer(once), once, now);
  // It was the output of the same kind of write.
  if (before !== null) return parseStrictJson(before, deepestAnswer) as Output;
  const output = write();
  const answer = JSON.stringify(output);
  room.keepAnswer({ ...once, customerId: customerOf(output), answer, createdTime: now });
  return output;
}
