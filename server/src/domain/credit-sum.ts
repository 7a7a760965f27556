import type { AttributionModel } from './attribution-models.ts';
import type { Filter } from './collection.ts';
import type { TouchFilterField } from './credit-filter.ts';
import {
  type CalendarDay,
  firstDayOfMonth,
  firstMonthOfYear,
  type Interval,
  intervalStart,
  monthOfDay,
  yearOfMonth,
  type ZoneDays,
} from './reporting-zone.ts';
import type { Instant } from './time.ts';
import type { Whole } from './whole.ts';

export const dateBases = ['conversion', 'refund'] as const;
/** Whether a refund counts on the date of its conversion, or on its own. */
export type DateBasis = (typeof dateBases)[number];

/** From (included) until (excluded), in instants, days, months or years. What lies in it counts in this bucket. */
export interface Span {
  readonly bucket: number;
  readonly from: number;
  readonly until: number;
}

/** Which sums to read: years, months and days from roll-ups, moments from single credits. */
export interface SumSpans {
  readonly years: readonly Span[];
  readonly months: readonly Span[];
  readonly days: readonly Span[];
  readonly moments: readonly Span[];
}

export interface CreditQuestion {
  readonly settingsVersion: number;
  readonly currency: string;
  readonly models: readonly AttributionModel[];
  readonly dateBasis: DateBasis;
  readonly spans: SumSpans;
  /** Only single credits can be tested against it, not roll-ups. */
  readonly touchFilter: Filter<TouchFilterField>;
  /**
   * The group that each tuple counts in; a tuple that is not listed is `ungrouped`. Null makes each tuple a group under its own
   * key.
   */
  readonly groups: TupleGroups | null;
}

/** Parallel lists. */
export interface TupleGroups {
  readonly tupleKeys: readonly number[];
  /** None is below -1. */
  readonly groups: readonly number[];
}

const lastUngrouped = -2;

/** The group of a tuple that was given none; applied again, it gives the tuple back. */
export function ungrouped(tupleKey: number): number {
  return lastUngrouped - tupleKey;
}

export function isUngrouped(group: number): boolean {
  return group <= lastUngrouped;
}

/** The measures of one model. Money is exact, whatever its size. */
export interface CreditMeasures {
  readonly conversions: number;
  readonly newCustomers: number;
  readonly revenue: bigint;
  readonly refunds: bigint;
}

/**
 * Sums, one for each bucket and group, in parallel lists: there are thousands, and they pass between threads. The measures of a
 * sum are adjacent, in the order of the models asked for; the first is at the sum's index times `modelCount`.
 */
export interface CreditSums {
  readonly modelCount: number;
  readonly buckets: readonly number[];
  readonly groups: readonly number[];
  readonly conversions: Fractions;
  readonly newCustomers: Fractions;
  readonly revenue: Amounts;
  readonly refunds: Amounts;
}

export type Fractions = Float64Array | readonly number[];
/** Exact, whatever their size. */
export type Amounts = Float64Array | readonly Whole[];

export const noCredit: CreditMeasures = { conversions: 0, newCustomers: 0, revenue: 0n, refunds: 0n };

/** A period of time. */
export interface Period {
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
}

/** A part of a period that is reported separately. */
export interface Bucket extends Period {
  /** The first day of its interval; null where the period is not divided. */
  readonly firstDay: CalendarDay | null;
}

/** More rows than anybody reads. */
export const maximumBuckets = 1000;

/** The intervals that overlap the period, cut off at its ends. Null where there are too many. */
export function bucketsOf(
  period: Period,
  interval: Interval | null,
  zone: ZoneDays,
): readonly Bucket[] | null {
  if (interval === null) return [{ ...period, firstDay: null }];
  const buckets: Bucket[] = [];
  let firstDay = intervalStart(interval, zone.dayOf(period.start));
  let start = period.start;
  while (start < period.end) {
    const nextDay = followingStart(interval, firstDay);
    const end = Math.min(zone.startOf(nextDay), period.end);
    if (end > start) buckets.push({ start, end, firstDay });
    if (buckets.length > maximumBuckets) return null;
    start = end;
    firstDay = nextDay;
  }
  return buckets;
}

function followingStart(interval: Interval, day: CalendarDay): CalendarDay {
  if (interval === 'month') return firstDayOfMonth(monthOfDay(day) + 1);
  return day + (interval === 'week' ? 7 : 1);
}

/** The spans of buckets in the days of the roll-ups' zone; parts of days at their ends become moments. */
export function rolledUpSpans(buckets: readonly Bucket[], zone: ZoneDays): SumSpans {
  const rolledUp: Span[] = [];
  const moments: Span[] = [];
  for (const [bucket, { start, end }] of buckets.entries()) {
    const from = firstDayFrom(start, zone);
    const until = zone.dayOf(end);
    if (from >= until) {
      moments.push({ bucket, from: start, until: end });
      continue;
    }
    const [daysBegin, daysEnd] = [zone.startOf(from), zone.startOf(until)];
    if (start < daysBegin) moments.push({ bucket, from: start, until: daysBegin });
    rolledUp.push({ bucket, from, until });
    if (daysEnd < end) moments.push({ bucket, from: daysEnd, until: end });
  }
  const inDays = wholesOf(rolledUp, monthOfDay, firstDayOfMonth);
  const inMonths = wholesOf(inDays.wholes, yearOfMonth, firstMonthOfYear);
  return { years: inMonths.wholes, months: inMonths.rests, days: inDays.rests, moments };
}

/** The first day that begins at this instant or later. */
export function firstDayFrom(instant: Instant, zone: ZoneDays): CalendarDay {
  const day = zone.dayOf(instant);
  return zone.startOf(day) < instant ? day + 1 : day;
}

/** Splits spans into the larger units that lie wholly in them, and the rests at both ends. */
function wholesOf(
  spans: readonly Span[],
  unitOf: (number: number) => number,
  startOf: (unit: number) => number,
): { readonly wholes: readonly Span[]; readonly rests: readonly Span[] } {
  const wholes: Span[] = [];
  const rests: Span[] = [];
  for (const { bucket, from, until } of spans) {
    const cut = unitOf(from);
    const whole = { bucket, from: startOf(cut) === from ? cut : cut + 1, until: unitOf(until) };
    if (whole.from >= whole.until) {
      rests.push({ bucket, from, until });
      continue;
    }
    wholes.push(whole);
    const [begin, end] = [startOf(whole.from), startOf(whole.until)];
    if (from < begin) rests.push({ bucket, from, until: begin });
    if (end < until) rests.push({ bucket, from: end, until });
  }
  return { wholes, rests };
}

export function momentSpans(buckets: readonly Bucket[]): SumSpans {
  const moments = buckets.map(({ start, end }, bucket) => ({ bucket, from: start, until: end }));
  return { years: [], months: [], days: [], moments };
}
