import { leadingCount } from './leading-count.ts';
import { type Instant, millisecondsPerDay } from './time.ts';
import type { TouchKey } from './touch.ts';

/** What models need to know of a touch. */
export interface JourneyTouch {
  readonly key: TouchKey;
  readonly occurredTime: Instant;
  /** Whether it says nothing of where the visit came from: a fact of its lead source, independent of the channel rules. */
  readonly isDirect: boolean;
}

/**
 * The touches that led to something at that moment: those at it or before it, back to the beginning of the window, both ends
 * included, to the millisecond. `touches` are ordered by time, then by arrival, and stay so.
 */
export function journeyOf<Touched extends { readonly occurredTime: Instant }>(
  touches: readonly Touched[],
  occurredTime: Instant,
  lookbackDays: number,
): readonly Touched[] {
  const earliest = occurredTime - lookbackDays * millisecondsPerDay;
  // By halving: each of a customer's many conversions asks.
  const from = leadingCount(touches, (touch) => touch.occurredTime < earliest);
  const to = leadingCount(touches, (touch) => touch.occurredTime <= occurredTime);
  return touches.slice(from, to);
}
