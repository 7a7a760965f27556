import { type Instant, millisecondsPerDay, occurrenceTime } from './time.ts';

/** Why an arrival is not recorded. Its sender may want to know, but need not do anything. */
const ignoredReasons = ['origin', 'consent', 'bot', 'internal', 'duplicate'] as const;
export type IgnoredReason = (typeof ignoredReasons)[number];

export const consents = ['granted', 'denied', 'unknown'] as const;
export type Consent = (typeof consents)[number];

/**
 * When a captured arrival counts as having occurred: at the time its sender states, up to a day back since it may have waited
 * for consent; otherwise when it is received. The keys of pages are no secret, so nobody may date a touch back before others.
 */
export function arrivalTime(told: Instant | null, now: Instant): Instant {
  if (told === null || told < now - millisecondsPerDay) return now;
  return occurrenceTime(told, now) ?? now;
}

/** Whether a page of this origin may use a key. `origin` is null for a caller that names none, which is no page in a browser. */
export function allowsOrigin(allowedOrigins: readonly string[], origin: string | null): boolean {
  return origin === null || allowedOrigins.length === 0 || allowedOrigins.includes(origin);
}
