import { fault, isObject } from './body-faults.ts';
import type { InvalidField } from './failure.ts';
import { differingMembers } from './own-settings.ts';

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
  const whole: PrivacySettings = {
    removeTouchesAfterDays: asked.removeTouchesAfterDays ?? defaultPrivacySettings.removeTouchesAfterDays,
    stripTouchesAfterDays: asked.stripTouchesAfterDays ?? defaultPrivacySettings.stripTouchesAfterDays,
    forgetVisitorsAfterDays: asked.forgetVisitorsAfterDays ?? defaultPrivacySettings.forgetVisitorsAfterDays,
  };
  return differingMembers(whole, defaultPrivacySettings);
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
