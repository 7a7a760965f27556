import { type OwnPrivacySettings, type PrivacySettings, wholePrivacySettings } from './privacy-settings.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/** Touches from before these moments are too old to be kept, or to keep their details; null where there is no limit. */
export interface AgeLimits {
  readonly removeBefore: Instant | null;
  readonly stripBefore: Instant | null;
}

export function ageLimitsOf(
  { removeTouchesAfterDays, stripTouchesAfterDays }: PrivacySettings,
  now: Instant,
): AgeLimits {
  const before = (days: number | null) => (days === null ? null : now - days * millisecondsPerDay);
  return { removeBefore: before(removeTouchesAfterDays), stripBefore: before(stripTouchesAfterDays) };
}

/** Touches from before this moment may have lost their details by one of the versions, which are in order; null for none. */
export function everStrippedBefore(
  versions: readonly {
    readonly content: OwnPrivacySettings | null;
    readonly createdTime: Instant | null;
  }[],
  now: Instant,
): Instant | null {
  const moments = versions.flatMap(({ content }, place) => {
    const inForceUntil = versions[place + 1]?.createdTime ?? now;
    return ageLimitsOf(wholePrivacySettings(content), inForceUntil).stripBefore ?? [];
  });
  return moments.length === 0 ? null : Math.max(...moments);
}

/** Whether any touch can be too old. */
export function hasLimit({ removeBefore, stripBefore }: AgeLimits): boolean {
  return removeBefore !== null || stripBefore !== null;
}
