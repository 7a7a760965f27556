import { Failure, invalid } from './failure.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/** Identifies a request that is to be done once, however often it is sent. */
export interface Once {
  readonly route: string;
  /** Chosen by the sender; unique within the organization and the route. */
  readonly key: string;
  /** The same for the same content, and for no other content. */
  readonly contentDigest: string;
}

/** The answer to such a request, stored with its effects. */
export interface KeptAnswer extends Once {
  readonly customerId: string;
  /** Null where what it says has been deleted. */
  readonly answer: string | null;
  readonly createdTime: Instant;
}

/** Older answers have expired. */
export function oldestKeptAnswer(now: Instant): Instant {
  return now - millisecondsPerDay;
}

/**
 * The answer to a request that was done before; null where it is still to be done. Fails with `invalid` where the key was used
 * for other content, `conflict` where the answer was deleted.
 */
export function answerBefore(kept: KeptAnswer | null, once: Once, now: Instant): string | null {
  if (kept === null || kept.createdTime <= oldestKeptAnswer(now)) return null;
  if (kept.contentDigest !== once.contentDigest) {
    throw invalid('Idempotency-Key', 'was used for a request with other content');
  }
  if (kept.answer === null) throw new Failure('conflict', 'What this request wrote was deleted since.');
  return kept.answer;
}
