import { maximumBuckets, type Span } from './credit-sum.ts';
import { firstDayOfMonth, monthOfDay, type ZoneDays } from './reporting-zone.ts';
import type { Instant } from './time.ts';

/** How many months each interval has; a day has none. */
const monthsOf = { day: 0, month: 1, quarter: 3, year: 12 } as const;
export type CohortInterval = keyof typeof monthsOf;
export const cohortIntervals = Object.keys(monthsOf) as readonly CohortInterval[];

/** The calendar's intervals from the one around `first` to the one around `last`, in order; null where there are too many. */
export function calendarSpans(
  interval: CohortInterval,
  first: Instant,
  last: Instant,
  zone: ZoneDays,
): readonly Span[] | null {
  const months = monthsOf[interval];
  const numberOf = (instant: Instant) => {
    const day = zone.dayOf(instant);
    return months === 0 ? day : Math.floor(monthOfDay(day) / months);
  };
  const startOf = (number: number) => zone.startOf(months === 0 ? number : firstDayOfMonth(number * months));
  const [from, to] = [numberOf(first), numberOf(last)];
  if (to - from >= maximumBuckets) return null;
  return Array.from({ length: to - from + 1 }, (_none, bucket) => ({
    bucket,
    from: startOf(from + bucket),
    until: startOf(from + bucket + 1),
  }));
}

/** What customers who first paid in one interval (the cohort) paid in another (the bucket). Both are numbers of spans. */
export interface CohortSum {
  readonly group: number;
  readonly cohort: number;
  readonly bucket: number;
  readonly conversions: number;
  readonly revenue: bigint;
  readonly refunds: bigint;
}

export interface CohortRow {
  readonly group: number;
  readonly customers: number;
  /** By the number of intervals after the first, in order, without gaps. Made when asked for: of many rows few are shown. */
  readonly periods: () => readonly CohortPeriod[];
}

export interface CohortPeriod {
  readonly conversions: number;
  /** What was paid in this interval. */
  readonly revenue: bigint;
  /** The same for this interval and all before. */
  readonly revenueSoFar: bigint;
}

/** What customers paid, and how many customers each group has. */
export interface Cohorts {
  readonly sums: readonly CohortSum[];
  readonly customers: ReadonlyMap<number, number>;
}

/** The same with some groups merged into others, which may have sums of their own. */
export function regroupCohorts({ sums, customers }: Cohorts, groupOf: (group: number) => number): Cohorts {
  const regrouped = new Map<number, number>();
  for (const [group, count] of customers) {
    regrouped.set(groupOf(group), (regrouped.get(groupOf(group)) ?? 0) + count);
  }
  return { sums: sums.map((sum) => ({ ...sum, group: groupOf(sum.group) })), customers: regrouped };
}

/**
 * What the customers of each group paid, by the number of intervals after they first paid. Groups with most customers come
 * first.
 */
export function cohortRows(
  sums: readonly CohortSum[],
  customers: ReadonlyMap<number, number>,
  options: { readonly periods: number; readonly takesRefunds: boolean },
): readonly CohortRow[] {
  const byGroup = Map.groupBy(sums, ({ group }) => group);
  const rows = Array.from(customers, ([group, count]): CohortRow => {
    return { group, customers: count, periods: () => periodsOf(byGroup.get(group) ?? [], options) };
  });
  return rows.sort((one, other) => other.customers - one.customers || one.group - other.group);
}

function periodsOf(
  sums: readonly CohortSum[],
  { periods, takesRefunds }: { readonly periods: number; readonly takesRefunds: boolean },
): readonly CohortPeriod[] {
  const own = Array.from({ length: periods }, () => ({ conversions: 0, revenue: 0n }));
  for (const { cohort, bucket, conversions, revenue, refunds } of sums) {
    const there = own[bucket - cohort];
    if (there === undefined) continue;
    there.conversions += conversions;
    there.revenue += takesRefunds ? revenue - refunds : revenue;
  }
  let revenueSoFar = 0n;
  return own.map(({ conversions, revenue }) => {
    revenueSoFar += revenue;
    return { conversions, revenue, revenueSoFar };
  });
}
