import { answerBefore, type KeptAnswer, type Once } from '../domain/idempotency.ts';
import { parseKeptJson } from '../domain/strict-json.ts';
import type { Instant } from '../domain/time.ts';

/** The answers to idempotent requests, as a write finds and leaves them. */
export interface AnswerRoom {
  /** The answer to the request with this route and key, whatever its age. */
  findAnswer(once: Once): KeptAnswer | null;
  /** Stores an answer, replacing one with the same route and key. */
  keepAnswer(kept: KeptAnswer): void;
}

/** Runs a write unless its request was done before; then returns the earlier output. */
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

/** The earlier output of a write that was done before; null if it must be done now. Fails with `invalid`, `conflict`. */
export function outputBefore<Output>(kept: KeptAnswer | null, once: Once, now: Instant): Output | null {
  const before = answerBefore(kept, once, now);
  // It was stored as the output of the same kind of write.
  return before === null ? null : (parseKeptJson(before) as Output);
}
