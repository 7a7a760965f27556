import type { AttributionSettings } from '../../domain/attribution-settings.ts';
import { type Bucket, bucketsOf, maximumBuckets, type Period } from '../../domain/credit-sum.ts';
import { invalid } from '../../domain/failure.ts';
import { readAll } from '../../domain/read-all.ts';
import { type CalendarDay, type Interval, type ZoneDays, zoneDays } from '../../domain/reporting-zone.ts';
import { type Instant, isWritable } from '../../domain/time.ts';

/** Where a period begins or ends: a moment, or the start of a day in the time zone of the report. */
export type PeriodEdge = { readonly instant: Instant } | { readonly day: CalendarDay };

export interface AskedPeriod {
  readonly start: PeriodEdge;
  readonly end: PeriodEdge;
  /** Null for the reporting zone of the organization. */
  readonly timezone: string | null;
}

export interface ResolvedPeriod extends Period {
  readonly timezone: string;
  readonly zone: ZoneDays;
}

/**
 * Resolves a period in its time zone. Fails with `invalid` where its end is not after its start, or an edge could not be
 * written in an answer. Only a period of days that the zone skipped may be empty.
 */
export function resolvePeriod(
  { start, end, timezone }: AskedPeriod,
  { reportingTimezone }: Pick<AttributionSettings, 'reportingTimezone'>,
): ResolvedPeriod {
  const name = timezone ?? reportingTimezone;
  const zone = zoneDays(name);
  const [from, until] = readAll([
    () => instantOf('periodStart', start, zone),
    () => instantOf('periodEnd', end, zone),
  ]);
  if (until > from || areDaysInOrder(start, end)) return { start: from, end: until, timezone: name, zone };
  throw invalid('periodEnd', 'must be after periodStart');
}

/** Whether the period ends before it begins in any time zone, which two moments or two days show by themselves. */
export function isReversed(start: PeriodEdge, end: PeriodEdge): boolean {
  if ('instant' in start && 'instant' in end) return end.instant <= start.instant;
  return 'day' in start && 'day' in end && end.day <= start.day;
}

function areDaysInOrder(start: PeriodEdge, end: PeriodEdge): boolean {
  return 'day' in start && 'day' in end && start.day < end.day;
}

function instantOf(member: string, edge: PeriodEdge, zone: ZoneDays): Instant {
  const instant = 'instant' in edge ? edge.instant : zone.startOf(edge.day);
  if (isWritable(instant)) return instant;
  throw invalid(member, 'must be in the years 0000 to 9999, by UTC too');
}

/** The intervals of a period. Fails with `invalid` where there are too many. */
export function bucketsIn(period: ResolvedPeriod, interval: Interval | null): readonly Bucket[] {
  const buckets = bucketsOf(period, interval, period.zone);
  if (buckets !== null) return buckets;
  throw invalid('interval', `must not cut the period into more than ${maximumBuckets} parts`);
}
