import { describe, expect, test } from 'vitest';
import {
  type CohortInterval,
  type CohortSum,
  calendarSpans,
  cohortRows,
  regroupCohorts,
} from '../../src/domain/published-report.ts';
import { zoneDays } from '../../src/domain/reporting-zone.ts';

const at = (text: string) => Date.parse(`${text}Z`);

describe('the intervals of a calendar', () => {
  const utc = zoneDays('UTC');
  const days = (interval: CohortInterval, first: string, last: string) =>
    calendarSpans(interval, at(first), at(last), utc)?.map(({ bucket, from, until }) => [
      bucket,
      ...[from, until].map((instant) => new Date(instant).toISOString().slice(0, 10)),
    ]);

  test.each<[CohortInterval, string, string]>([
    ['day', '2026-11-23', '2026-11-24'],
    ['month', '2026-11-01', '2026-12-01'],
    ['quarter', '2026-10-01', '2027-01-01'],
    ['year', '2026-01-01', '2027-01-01'],
  ])('are whole: the %s around a moment is from %s until %s', (interval, from, until) => {
    for (const moment of [`${from}T00:00:00.000`, '2026-11-23T08:00:00.000', '2026-11-23T23:59:59.999']) {
      expect(days(interval, moment, '2026-11-23T23:59:59.999')?.at(-1)?.slice(1)).toEqual([from, until]);
    }
  });

  test('follow each other, whatever the year', () => {
    expect(days('quarter', '1969-11-23T00:00', '1970-04-01T00:00')).toEqual([
      [0, '1969-10-01', '1970-01-01'],
      [1, '1970-01-01', '1970-04-01'],
      [2, '1970-04-01', '1970-07-01'],
    ]);
  });

  test('begin where the zone does', () => {
    const moment = at('2026-11-30T20:00');
    expect(calendarSpans('month', moment, moment, zoneDays('Asia/Tokyo'))).toEqual([
      { bucket: 0, from: at('2026-11-30T15:00'), until: at('2026-12-31T15:00') },
    ]);
  });

  test('are 1000 at most', () => {
    const counts = [999, 1000].map((more) => {
      const first = at('2026-01-01T00:00');
      return calendarSpans('day', first, first + more * 86_400_000, utc)?.length;
    });
    expect(counts).toEqual([1000, undefined]);
  });
});

describe('what customers paid', () => {
  const sum = (group: number, cohort: number, bucket: number, revenue: bigint): CohortSum => {
    return { group, cohort, bucket, conversions: 1, revenue, refunds: 1n };
  };
  const options = { periods: 3, takesRefunds: false };

  test('is told by the number of intervals since the first, whenever that was, and added up', () => {
    const sums = [sum(0, 0, 0, 100n), sum(0, 0, 2, 30n), sum(0, 1, 1, 10n), sum(0, 1, 2, 5n)];
    const told = (takesRefunds: boolean) =>
      cohortRows(sums, new Map([[0, 2]]), { ...options, takesRefunds }).map((row) =>
        row.periods().map(({ conversions, revenue, revenueSoFar }) => [conversions, revenue, revenueSoFar]),
      );
    expect(told(false)).toEqual([
      [
        [2, 110n, 110n],
        [1, 5n, 115n],
        [1, 30n, 145n],
      ],
    ]);
    expect(told(true)[0]?.map(([, , soFar]) => soFar)).toEqual([108n, 112n, 141n]);
  });

  test('has the group with most customers first, of equal ones the first', () => {
    const customers = new Map([
      [2, 1],
      [1, 1],
      [3, 5],
    ]);
    expect(cohortRows([sum(1, 0, 0, 9n)], customers, options).map(({ group }) => group)).toEqual([3, 1, 2]);
  });

  test('goes with its customers where groups are merged', () => {
    const customers = new Map([
      [0, 1],
      [-2, 2],
      [1, 4],
    ]);
    const merged = regroupCohorts({ sums: [sum(-2, 0, 0, 7n), sum(1, 0, 0, 8n)], customers }, (group) =>
      group === -2 ? 0 : group,
    );
    expect(merged.sums.map(({ group, revenue }) => [group, revenue])).toEqual([
      [0, 7n],
      [1, 8n],
    ]);
    expect([...merged.customers]).toEqual([
      [0, 3],
      [1, 4],
    ]);
  });
});
