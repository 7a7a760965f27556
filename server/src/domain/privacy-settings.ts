import { fault, isObject } from './body-faults.ts';
import type { InvalidField } from './failure.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/** How long an organization keeps what may lead to a person. Null: until somebody removes it. */
export interface PrivacySettings {
  /** Counted from when they occurred. */
  readonly removeTouchesAfterDays: number | null;
  /** Such touches lose the click id, the path and the referrer, and keep the campaign. */
  readonly stripTouchesAfterDays: number | null;
  /** Counted from when they were last heard of; only for visitors that no customer was linked to. */
  readonly forgetVisitorsAfterDays: number;
}

export const defaultPrivacySettings: PrivacySettings = {
  removeTouchesAfterDays: null,
  stripTouchesAfterDays: null,
  forgetVisitorsAfterDays: 400,
};

/** What an organization decided itself. The rest follows the defaults. */
export type OwnPrivacySettings = Partial<PrivacySettings>;

export type AskedPrivacySettings = {
  readonly [Member in keyof PrivacySettings]?: PrivacySettings[Member] | null;
};

export const longestKeptDays = 36_500;

const members = Object.keys(defaultPrivacySettings) as readonly (keyof PrivacySettings)[];

export function wholePrivacySettings(own: OwnPrivacySettings | null): PrivacySettings {
  return { ...defaultPrivacySettings, ...own };
}

/** The members that differ from the default; null where none does. Unknown members are dropped. */
export function ownPrivacySettings(asked: AskedPrivacySettings): OwnPrivacySettings | null {
  const own = members.filter((member) => {
    const value = asked[member] ?? null;
    return value !== null && value !== defaultPrivacySettings[member];
  });
  return own.length === 0 ? null : Object.fromEntries(own.map((member) => [member, asked[member]]));
}

/** All faults of what should be such settings. Members may be absent or null. */
export function privacySettingFaults(candidate: unknown): readonly InvalidField[] {
  if (!isObject(candidate)) return [fault('', 'must be an object')];
  return members
    .filter((member) => {
      const value = candidate[member] ?? null;
      return (
        value !== null &&
        !(Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= longestKeptDays)
      );
    })
    .map((member) => fault(member, `must be an integer from 1 to ${longestKeptDays}, or null`));
}

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
