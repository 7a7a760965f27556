import { fault, isObject, memberOf } from './body-faults.ts';
import type { CreditSettings } from './credit.ts';
import type { InvalidField } from './failure.ts';
import { readAmount } from './money.ts';
import { differingMembers } from './own-settings.ts';
import { zoneName } from './reporting-zone.ts';

/** How an organization wants credits given, and in which time zone its roll-ups count days, months and years. */
export interface AttributionSettings extends CreditSettings {
  readonly reportingTimezone: string;
}

export const defaultAttributionSettings: AttributionSettings = {
  lookbackDays: 90,
  halfLifeDays: 7,
  positionWeights: [0.4, 0.2, 0.4],
  reportingTimezone: 'UTC',
};

export const attributionSettingLimits = { lookbackDays: 365, halfLifeDays: 365, weightDecimals: 6 } as const;

/** Settings as they are asked for: an absent or null member takes its default. */
export type AskedAttributionSettings = {
  readonly [Member in keyof AttributionSettings]?: AttributionSettings[Member] | null;
};

/** What an organization decided itself. */
export type OwnAttributionSettings = Partial<AttributionSettings>;

export function wholeAttributionSettings(own: OwnAttributionSettings | null): AttributionSettings {
  return { ...defaultAttributionSettings, ...own };
}

/** The members that differ from the default; null where none does. Unknown members are dropped. */
export function ownAttributionSettings(asked: AskedAttributionSettings): OwnAttributionSettings | null {
  const zone = asked.reportingTimezone ?? defaultAttributionSettings.reportingTimezone;
  const whole: AttributionSettings = {
    lookbackDays: asked.lookbackDays ?? defaultAttributionSettings.lookbackDays,
    halfLifeDays: asked.halfLifeDays ?? defaultAttributionSettings.halfLifeDays,
    positionWeights: asked.positionWeights ?? defaultAttributionSettings.positionWeights,
    reportingTimezone: zoneName(zone) ?? zone,
  };
  return differingMembers(whole, defaultAttributionSettings);
}

type Judge = (value: unknown) => string | null;

const judges: Readonly<Record<keyof AttributionSettings, Judge>> = {
  lookbackDays: (value) => {
    const isDays =
      Number.isSafeInteger(value) &&
      Number(value) >= 1 &&
      Number(value) <= attributionSettingLimits.lookbackDays;
    return isDays ? null : `must be a whole number from 1 to ${attributionSettingLimits.lookbackDays}`;
  },
  halfLifeDays: (value) => {
    const isDays =
      typeof value === 'number' &&
      value >= shortestHalfLife &&
      value <= attributionSettingLimits.halfLifeDays;
    return isDays
      ? null
      : `must be a number from ${shortestHalfLife} to ${attributionSettingLimits.halfLifeDays}`;
  },
  positionWeights: (value) =>
    isWeights(value) ? null : 'must be three numbers from 0 to 1, with at most six decimals, that sum to 1',
  reportingTimezone: (value) =>
    typeof value === 'string' && value.length <= 64 && zoneName(value) !== null
      ? null
      : 'must be the name of a time zone, such as Europe/Vienna',
};

/** About a minute and a half. */
const shortestHalfLife = 0.001;

/** Every fault of the settings that are asked for. */
export function attributionSettingFaults(body: unknown): readonly InvalidField[] {
  if (!isObject(body)) return [fault('', 'must be an object')];
  return Object.entries(judges).flatMap(([field, judge]) => {
    const value = memberOf(body, field) ?? null;
    const message = value === null ? null : judge(value);
    return message === null ? [] : [fault(field, message)];
  });
}

/** The weight in whole millionths, read like an amount with six decimals; NaN for anything else. */
function millionthsOf(weight: unknown): number {
  if (typeof weight !== 'number') return Number.NaN;
  const read = readAmount(weight, attributionSettingLimits.weightDecimals);
  return 'amount' in read ? read.amount : Number.NaN;
}

/** Adds up millionths, so that 0.3 + 0.1 + 0.6 is 1. As none is negative, none is above 1 either. */
function isWeights(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  return value.reduce<number>((sum, weight) => sum + millionthsOf(weight), 0) === 1_000_000;
}
