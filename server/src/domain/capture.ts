import { type Instant, millisecondsPerDay, occurrenceTime } from './time.ts';

/** Why an arrival is not recorded: whoever sent it may want to know, and need do nothing. */
export const ignoredReasons = ['origin', 'consent', 'bot', 'internal', 'duplicate'] as const;
export type IgnoredReason = (typeof ignoredReasons)[number];

export const consents = ['granted', 'denied', 'unknown'] as const;
export type Consent = (typeof consents)[number];

/**
 * When a captured arrival counts as having occurred: as it is told up to a day back, since it may have waited for consent,
 * else as it comes in. The keys of pages are no secret: nobody may forge what came first.
 */
export function arrivalTime(told: Instant | null, now: Instant): Instant {
  if (told === null || told < now - millisecondsPerDay) return now;
  return occurrenceTime(told, now) ?? now;
}

/** Whether a key may be used by a page of this origin; null for a caller that names none, which is no browser's page. */
export function allowsOrigin(allowedOrigins: readonly string[], origin: string | null): boolean {
  return origin === null || allowedOrigins.length === 0 || allowedOrigins.includes(origin);
}
