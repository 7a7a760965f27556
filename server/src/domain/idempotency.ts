import { Failure, invalid } from './failure.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/** Names a request that is to be done once, however often it is sent. */
export interface Once {
  readonly route: string;
  /** Chosen by the sender; unique within the organization and the route. */
  readonly key: string;
  /** The same for the same content, and for no other. */
  readonly contentDigest: string;
}

/** What such a request was answered with, kept with what it did. */
export interface KeptAnswer extends Once {
  readonly customerId: string;
  /** Null where what it says was deleted since. */
  readonly answer: string | null;
  readonly createdTime: Instant;
}

/** Whatever is older is done with. */
export function oldestKeptAnswer(now: Instant): Instant {
  return now - millisecondsPerDay;
}

/**
 * The answer to a request that was done before; null where it is to be done. Fails with `invalid` where the key was used
 * for something else, `conflict` where the answer was deleted.
 */
export function answerBefore(kept: KeptAnswer | null, once: Once, now: Instant): string | null {
  if (kept === null || kept.createdTime <= oldestKeptAnswer(now)) return null;
  if (kept.contentDigest !== once.contentDigest) {
    throw invalid('Idempotency-Key', 'was used for a request with other content');
  }
  if (kept.answer === null) throw new Failure('conflict', 'What this request wrote was deleted since.');
  return kept.answer;
}
