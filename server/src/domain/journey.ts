import { type Instant, millisecondsPerDay } from './time.ts';
import type { TouchKey } from './touch.ts';

/** A touch as far as models look at it. */
export interface JourneyTouch {
  readonly key: TouchKey;
  readonly occurredTime: Instant;
  /** Whether it says nothing of where it came from: a fact of its lead source, whatever the channel rules are. */
  readonly isDirect: boolean;
}

/**
 * The touches that led to something at that moment: those at it or before it, back to the beginning of the window, both
 * ends included, to the millisecond. `touches` come by time, then by arrival, and stay so.
 */
export function journeyOf<Touched extends { readonly occurredTime: Instant }>(
  touches: readonly Touched[],
  occurredTime: Instant,
  lookbackDays: number,
): readonly Touched[] {
  const earliest = occurredTime - lookbackDays * millisecondsPerDay;
  return touches.filter((touch) => touch.occurredTime >= earliest && touch.occurredTime <= occurredTime);
}
