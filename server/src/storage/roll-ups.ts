import {
  type CalendarDay,
  type CalendarMonth,
  type CalendarYear,
  monthOfDay,
  yearOfMonth,
  type ZoneDays,
  zoneDays,
} from '../domain/reporting-zone.ts';
import type { Instant } from '../domain/time.ts';
import type { Whole } from '../domain/whole.ts';
import { type CreditVersion, leftOutFrom, summedBefore, yearsSummedBefore } from './credit.ts';
import { measureColumns } from './money-columns.ts';
import { type CreditRow, modelColumns, type RefundCreditRow } from './money-schema.ts';
import { addMeasure, changes, type RollUpDelta, RollUpDeltas, summedUp } from './roll-up-deltas.ts';

/** The tables of roll-ups, by the kind of period their rows cover. */
export const rollUpTables = { day: 'credit_days', month: 'credit_months', year: 'credit_years' } as const;
export type RollUpPeriod = keyof typeof rollUpTables;
export type RollUpTable = (typeof rollUpTables)[RollUpPeriod];
export const rollUpPeriods = Object.keys(rollUpTables) as readonly RollUpPeriod[];

export type DeltasByPeriod = Readonly<Record<RollUpPeriod, readonly RollUpDelta[]>>;

/** What roll-ups need of a conversion. */
export interface RolledConversion {
  readonly occurredTime: Instant;
  readonly currency: string;
  readonly isFirst: boolean;
}

const models = modelColumns.length;
const [conversionsAt, newCustomersAt, revenueAt, refundsAt, datedRefundsAt] = [0, 1, 2, 3, 4].map(
  (place) => place * models,
) as [number, number, number, number, number];

/** The place of the first refund measure; all after it are refund measures too. */
export const refundsStartAt = refundsAt;

export function hasRefunds({ measures }: RollUpDelta): boolean {
  for (let place = refundsStartAt; place < measures.length; place++) if (measures[place] !== 0) return true;
  return false;
}

/**
 * The changes to roll-ups that follow from changes of credits: `sign` is 1 for an added row and −1 for a removed one. What a
 * version has yet to sum up is left out. Sums of money are exact at any size.
 */
export class RollUps {
  readonly #days = new RollUpDeltas();
  readonly #leftOut = new RollUpDeltas();
  readonly #zones = new Map<string, ZoneDays>();
  readonly #monthByDay = new Map<CalendarDay, CalendarMonth>();
  /** The first month and year that a version has not summed up yet, if any. */
  readonly #openMonths = new Map<number, CalendarMonth>();
  readonly #openYears = new Map<number, CalendarYear>();

  addCredit(row: CreditRow, conversion: RolledConversion, version: CreditVersion, sign: 1 | -1): void {
    const delta = this.#ofConversion(row, conversion, version);
    if (delta === null) return;
    delta.credits += sign;
    addWeights(delta.measures, conversionsAt, row, sign);
    if (conversion.isFirst) addWeights(delta.measures, newCustomersAt, row, sign);
    addAmounts(delta.measures, revenueAt, row, sign);
  }

  /** Counted under the date of its conversion and, as a dated refund, under its own date. */
  addRefund(
    row: RefundCreditRow,
    conversion: RolledConversion,
    refundTime: Instant,
    version: CreditVersion,
    sign: 1 | -1,
  ): void {
    const ofConversion = this.#ofConversion(row, conversion, version);
    if (ofConversion !== null) addAmounts(ofConversion.measures, refundsAt, row, sign);
    const dated = this.#at(row, conversion.currency, refundTime, version);
    if (dated === null) return;
    dated.credits += sign;
    addAmounts(dated.measures, datedRefundsAt, row, sign);
  }

  /** Those that change anything. */
  get deltas(): DeltasByPeriod {
    const days = this.#days.all;
    const months = summedUp(
      days,
      (day) => this.#month(day),
      (version) => this.#openMonths.get(version),
    );
    const years = summedUp(months, yearOfMonth, (version) => this.#openYears.get(version));
    return { day: days.filter(changes), month: months.filter(changes), year: years.filter(changes) };
  }

  /** Changes that are left out of the sums, by day. */
  get leftOut(): readonly RollUpDelta[] {
    return this.#leftOut.all;
  }

  /** Under the date of the conversion. */
  #ofConversion(
    row: Pick<CreditRow, 'settings_version' | 'tuple_id'>,
    { occurredTime, currency }: RolledConversion,
    version: CreditVersion,
  ): RollUpDelta | null {
    if (occurredTime < leftOutFrom(version)) return this.#at(row, currency, occurredTime, version);
    const day = this.#zone(version.settings.reportingTimezone).dayOf(occurredTime);
    return this.#leftOut.at(row.settings_version, currency, day, row.tuple_id);
  }

  #at(
    { settings_version: version, tuple_id: tupleId }: Pick<CreditRow, 'settings_version' | 'tuple_id'>,
    currency: string,
    time: Instant,
    by: CreditVersion,
  ): RollUpDelta | null {
    const end = summedBefore(by);
    if (time >= end) return null;
    const zone = this.#zone(by.settings.reportingTimezone);
    if (end !== Number.POSITIVE_INFINITY) this.#openMonths.set(version, this.#month(zone.dayOf(end)));
    const yearsEnd = yearsSummedBefore(by);
    if (yearsEnd !== Number.POSITIVE_INFINITY && !this.#openYears.has(version)) {
      const isBegun = yearsEnd !== Number.NEGATIVE_INFINITY;
      this.#openYears.set(version, isBegun ? yearOfMonth(this.#month(zone.dayOf(yearsEnd))) : yearsEnd);
    }
    return this.#days.at(version, currency, zone.dayOf(time), tupleId);
  }

  #month(day: CalendarDay): CalendarMonth {
    const known = this.#monthByDay.get(day);
    if (known !== undefined) return known;
    const month = monthOfDay(day);
    this.#monthByDay.set(day, month);
    return month;
  }

  #zone(name: string): ZoneDays {
    const known = this.#zones.get(name);
    if (known !== undefined) return known;
    const zone = zoneDays(name);
    this.#zones.set(name, zone);
    return zone;
  }
}

/** In the order of the models, without an intermediate list: every credit passes through here. */
function addWeights(measures: Whole[], at: number, row: CreditRow, sign: 1 | -1): void {
  addMeasure(measures, at, sign * row.weight_first);
  addMeasure(measures, at + 1, sign * row.weight_last);
  addMeasure(measures, at + 2, sign * row.weight_last_non_direct);
  addMeasure(measures, at + 3, sign * row.weight_linear);
  addMeasure(measures, at + 4, sign * row.weight_position_based);
  addMeasure(measures, at + 5, sign * row.weight_time_decay);
}

function addAmounts(measures: Whole[], at: number, row: CreditRow | RefundCreditRow, sign: 1 | -1): void {
  addMeasure(measures, at, sign * row.amount_first);
  addMeasure(measures, at + 1, sign * row.amount_last);
  addMeasure(measures, at + 2, sign * row.amount_last_non_direct);
  addMeasure(measures, at + 3, sign * row.amount_linear);
  addMeasure(measures, at + 4, sign * row.amount_position_based);
  addMeasure(measures, at + 5, sign * row.amount_time_decay);
}

/** The columns of a roll-up, in the order of `rollUpCells`. */
export const rollUpColumns = (period: RollUpPeriod) => [
  'organization_id',
  ...rollUpKey(period).slice(1),
  'credits',
  ...measureColumns,
];

/** The key of a delta's row, then what it adds. */
export function rollUpCells(organizationId: number, delta: RollUpDelta): (Whole | string)[] {
  const { version, currency, period, tupleId, credits, measures } = delta;
  return [organizationId, version, currency, period, tupleId, credits, ...measures];
}

/** Selects rows of months summed up as rows of years, in column order, in SQL that every engine understands. */
export const yearsOfMonths = `
  select organization_id, settings_version, currency, (month - (month % 12 + 12) % 12) / 12, tuple_id,
    ${['credits', ...measureColumns].map((column) => `sum(${column})`).join(', ')}
  from credit_months`;
export const groupedByYear = 'group by 1, 2, 3, 4, 5';

export const rollUpKey = (period: RollUpPeriod) =>
  ['organization_id', 'settings_version', 'currency', period, 'tuple_id'] as const;
