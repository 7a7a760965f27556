import type { AffiliatePeriod } from './affiliate-statement.ts';
import { leadingCount } from './leading-count.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/**
 * Closed periods of one model, each of which begins where the one before it ended: what they credit is read together. There is
 * at least one.
 */
export interface PeriodStretch extends Pick<AffiliatePeriod, 'start' | 'end' | 'model'> {
  readonly periods: readonly AffiliatePeriod[];
}

/** So that the days of a month are read as the month is, and no more is held at once. */
const longestMilliseconds = 31 * millisecondsPerDay;

/** Closed periods, in their order, as few stretches. A period longer than a month is a stretch by itself. */
export function stretchesOf(periods: readonly AffiliatePeriod[]): readonly PeriodStretch[] {
  const stretches: {
    start: Instant;
    end: Instant;
    model: AffiliatePeriod['model'];
    periods: AffiliatePeriod[];
  }[] = [];
  for (const period of periods) {
    const { start, end, model } = period;
    const before = stretches.at(-1);
    const isApart = before === undefined || before.end !== start || before.model !== model;
    if (isApart || end - before.start > longestMilliseconds) {
      stretches.push({ start, end, model, periods: [period] });
    } else {
      before.periods.push(period);
      before.end = end;
    }
  }
  return stretches;
}

/** What is dated within a stretch, by the number of its period. */
export function byPeriod<Dated extends { readonly occurredTime: Instant }>(
  { periods }: PeriodStretch,
  dated: readonly Dated[],
): ReadonlyMap<number, readonly Dated[]> {
  return Map.groupBy(dated, ({ occurredTime }) => {
    const begun = leadingCount(periods, ({ start }) => start <= occurredTime);
    return periods[Math.max(begun - 1, 0)]?.number ?? 0;
  });
}
