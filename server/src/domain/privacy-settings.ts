import { fault, isObject } from './body-faults.ts';
import type { InvalidField } from './failure.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/** How long an organization keeps what may lead to a person. Null: as long as nobody removes it. */
export interface PrivacySettings {
  /** By when they occurred. */
  readonly removeTouchesAfterDays: number | null;
  /** Of these touches the click id, the path and the referrer go, and the campaign stays. */
  readonly stripTouchesAfterDays: number | null;
  /** Since they were last heard of; of those who are linked to nobody. */
  readonly forgetVisitorsAfterDays: number;
}

export const defaultPrivacySettings: PrivacySettings = {
  removeTouchesAfterDays: null,
  stripTouchesAfterDays: null,
  forgetVisitorsAfterDays: 400,
};

/** What an organization decided itself; the rest is as it is by default. */
export type OwnPrivacySettings = Partial<PrivacySettings>;

export type AskedPrivacySettings = {
  readonly [Member in keyof PrivacySettings]?: PrivacySettings[Member] | null;
};

export const longestKeptDays = 36_500;

const members = Object.keys(defaultPrivacySettings) as readonly (keyof PrivacySettings)[];

export function wholePrivacySettings(own: OwnPrivacySettings | null): PrivacySettings {
  return { ...defaultPrivacySettings, ...own };
}

/** What of it differs from the default; null where nothing does. Members that settings do not have are left out. */
export function ownPrivacySettings(asked: AskedPrivacySettings): OwnPrivacySettings | null {
  const own = members.filter((member) => {
    const value = asked[member] ?? null;
    return value !== null && value !== defaultPrivacySettings[member];
  });
  return own.length === 0 ? null : Object.fromEntries(own.map((member) => [member, asked[member]]));
}

/** The faults of what should be such settings, all of them. Absent members and null have none. */
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

/** Moments before which touches are too old to be kept, or to keep their details; null where none is. */
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

/** Whether any touch can be too old. */
export function hasLimit({ removeBefore, stripBefore }: AgeLimits): boolean {
  return removeBefore !== null || stripBefore !== null;
}
