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
  const before = outputBefore<Output>(room.findAnswer(once), once, now);
  if (before !== null) return before;
  const output = write();
  const answer = JSON.stringify(output);
  room.keepAnswer({ ...once, customerId: customerOf(output), answer, createdTime: now });
  return output;
}

/** What a write put out that was done before; null where it is to be done. Fails with `invalid`, `conflict`. */
export function outputBefore<Output>(kept: KeptAnswer | null, once: Once, now: Instant): Output | null {
  const before = answerBefore(kept, once, now);
  // It was the output of the same kind of write.
  return before === null ? null : (parseStrictJson(before, deepestAnswer) as Output);
}
