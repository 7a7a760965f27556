import type { Instant } from './time.ts';

/** When the first and the latest conversion of a customer occurred. */
export interface ConversionTimes {
  readonly first: Instant;
  readonly latest: Instant;
}

/** The times of both customers' conversions together. */
export function spanOf(one: ConversionTimes | null, other: ConversionTimes | null): ConversionTimes | null {
  if (one === null || other === null) return one ?? other;
  return { first: Math.min(one.first, other.first), latest: Math.max(one.latest, other.latest) };
}
