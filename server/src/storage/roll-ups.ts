import type { AttributionSettings } from '../domain/attribution-settings.ts';
import { monthOfDay, type ZoneDays, zoneDays } from '../domain/reporting-zone.ts';
import type { Instant } from '../domain/time.ts';
import { measureColumns } from './money-columns.ts';
import type { CreditRow, RefundCreditRow, RollUpRow } from './money-schema.ts';

/** A whole number, as long as it is exact as one. */
export type Whole = number | bigint;

/** What is to be added to a row of a roll-up. */
export interface RollUpDelta {
  readonly version: number;
  readonly currency: string;
  /** A day, or a month. */
  readonly period: number;
  readonly tupleId: number;
  credits: number;
  /** In the order of `measureColumns`. */
  readonly measures: Whole[];
}

/** What roll-ups need to know of a conversion. */
export interface RolledConversion {
  readonly occurredTime: Instant;
  readonly currency: string;
  readonly isFirst: boolean;
}

const models = 6;
const [conversionsAt, newCustomersAt, revenueAt, refundsAt, datedRefundsAt] = [0, 1, 2, 3, 4].map(
  (place) => place * models,
) as [number, number, number, number, number];

/**
 * The changes of roll-ups that some changes of credits make: `sign` is 1 for a row that is added and −1 for one that is
 * removed. Sums of money are exact whatever their size.
 */
export class RollUps {
  readonly #days = new Map<string, RollUpDelta>();
  readonly #months = new Map<string, RollUpDelta>();
  readonly #zones = new Map<string, ZoneDays>();

  addCredit(row: CreditRow, conversion: RolledConversion, settings: AttributionSettings, sign: 1 | -1): void {
    const weights = weightsOf(row);
    const amounts = amountsOf(row);
    for (const delta of this.#at(row, conversion.currency, conversion.occurredTime, settings)) {
      delta.credits += sign;
      add(delta.measures, conversionsAt, weights, sign);
      if (conversion.isFirst) add(delta.measures, newCustomersAt, weights, sign);
      add(delta.measures, revenueAt, amounts, sign);
    }
  }

  /** Under the date of its conversion and, as a dated one, under its own. */
  addRefund(
    row: RefundCreditRow,
    conversion: RolledConversion,
    refundTime: Instant,
    settings: AttributionSettings,
    sign: 1 | -1,
  ): void {
    const amounts = amountsOf(row);
    for (const delta of this.#at(row, conversion.currency, conversion.occurredTime, settings)) {
      add(delta.measures, refundsAt, amounts, sign);
    }
    for (const delta of this.#at(row, conversion.currency, refundTime, settings)) {
      delta.credits += sign;
      add(delta.measures, datedRefundsAt, amounts, sign);
    }
  }

  /** Those that change something. */
  get days(): readonly RollUpDelta[] {
    return [...this.#days.values()].filter(changes);
  }

  get months(): readonly RollUpDelta[] {
    return [...this.#months.values()].filter(changes);
  }

  clear(): void {
    this.#days.clear();
    this.#months.clear();
  }

  #at(
    { settings_version: version, tuple_id: tupleId }: Pick<CreditRow, 'settings_version' | 'tuple_id'>,
    currency: string,
    time: Instant,
    { reportingTimezone }: AttributionSettings,
  ): readonly [RollUpDelta, RollUpDelta] {
    const day = this.#zone(reportingTimezone).dayOf(time);
    const place = { version, currency, tupleId };
    return [
      deltaOf(this.#days, { ...place, period: day }),
      deltaOf(this.#months, { ...place, period: monthOfDay(day) }),
    ];
  }

  #zone(name: string): ZoneDays {
    const known = this.#zones.get(name);
    if (known !== undefined) return known;
    const zone = zoneDays(name);
    this.#zones.set(name, zone);
    return zone;
  }
}

function deltaOf(
  deltas: Map<string, RollUpDelta>,
  place: Pick<RollUpDelta, 'version' | 'currency' | 'period' | 'tupleId'>,
): RollUpDelta {
  const name = `${place.version} ${place.currency} ${place.period} ${place.tupleId}`;
  const known = deltas.get(name);
  if (known !== undefined) return known;
  const delta: RollUpDelta = { ...place, credits: 0, measures: measureColumns.map(() => 0) };
  deltas.set(name, delta);
  return delta;
}

function changes({ credits, measures }: RollUpDelta): boolean {
  return credits !== 0 || measures.some((measure) => measure !== 0);
}

function add(measures: Whole[], at: number, values: readonly number[], sign: 1 | -1): void {
  for (let model = 0; model < models; model++) {
    const value = values[model] ?? 0;
    if (value !== 0) measures[at + model] = plus(measures[at + model] ?? 0, sign * value);
  }
}

function plus(one: Whole, other: number): Whole {
  if (typeof one === 'bigint') return one + BigInt(other);
  const sum = one + other;
  return Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : BigInt(one) + BigInt(other);
}

function weightsOf(row: CreditRow): readonly number[] {
  return [
    row.weight_first,
    row.weight_last,
    row.weight_last_non_direct,
    row.weight_linear,
    row.weight_position_based,
    row.weight_time_decay,
  ];
}

function amountsOf(row: CreditRow | RefundCreditRow): readonly number[] {
  return [
    row.amount_first,
    row.amount_last,
    row.amount_last_non_direct,
    row.amount_linear,
    row.amount_position_based,
    row.amount_time_decay,
  ];
}

/** Where a delta goes, and what it adds, by the names of the columns. */
export function rollUpRowOf(
  organizationId: number,
  period: 'day' | 'month',
  delta: RollUpDelta,
): Readonly<Record<string, Whole | string>> {
  const row: Record<string, Whole | string> = {
    organization_id: organizationId,
    settings_version: delta.version,
    currency: delta.currency,
    [period]: delta.period,
    tuple_id: delta.tupleId,
    credits: delta.credits,
  };
  for (const [place, column] of measureColumns.entries()) row[column] = delta.measures[place] ?? 0;
  return row;
}

export const rollUpKey = (period: 'day' | 'month') =>
  ['organization_id', 'settings_version', 'currency', period, 'tuple_id'] as const;

export type { RollUpRow };
