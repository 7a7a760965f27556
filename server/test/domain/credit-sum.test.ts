import { expect, test } from 'vitest';
import { bucketsOf, rolledUpSpans } from '../../src/domain/credit-sum.ts';
import { zoneDays } from '../../src/domain/reporting-zone.ts';

const zone = zoneDays('UTC');
const at = (text: string) => Date.parse(`${text}Z`);
const day = (text: string) => at(`${text}T00:00`) / 86_400_000;
const month = (year: number, number: number) => (year - 1970) * 12 + number - 1;

test('a period is read from sums as long as lie in it as a whole, and moments only at its ends', () => {
  const bucket = { start: at('2023-11-29T12:00'), end: at('2026-02-02T01:00'), firstDay: null };
  expect(rolledUpSpans([bucket], zone)).toEqual({
    years: [{ bucket: 0, from: 54, until: 56 }],
    months: [
      { bucket: 0, from: month(2023, 12), until: month(2024, 1) },
      { bucket: 0, from: month(2026, 1), until: month(2026, 2) },
    ],
    days: [
      { bucket: 0, from: day('2023-11-30'), until: day('2023-12-01') },
      { bucket: 0, from: day('2026-02-01'), until: day('2026-02-02') },
    ],
    moments: [
      { bucket: 0, from: bucket.start, until: at('2023-11-30T00:00') },
      { bucket: 0, from: at('2026-02-02T00:00'), until: bucket.end },
    ],
  });
});

test('a period has at most 1000 parts', () => {
  const start = at('2023-01-01T00:00');
  const parts = (days: number) => bucketsOf({ start, end: start + days * 86_400_000 }, 'day', zone)?.length;
  expect([parts(1000), parts(1001)]).toEqual([1000, undefined]);
});

test('a day that a zone left out is no part of a period', () => {
  const apia = zoneDays('Pacific/Apia');
  const period = { start: apia.startOf(day('2011-12-29')), end: apia.startOf(day('2012-01-01')) };
  expect(bucketsOf(period, 'day', apia)?.map(({ firstDay }) => firstDay)).toEqual([
    day('2011-12-29'),
    day('2011-12-31'),
  ]);
});

test.each([
  ['2025-01-01', '2026-01-01', [1, 0, 0]],
  ['2025-01-02', '2026-01-01', [0, 1, 1]],
  ['2024-12-31', '2026-01-01', [1, 0, 1]],
  ['2025-03-01', '2026-03-01', [0, 1, 0]],
  ['2025-03-05', '2025-03-06', [0, 0, 1]],
])('from %s until %s so many spans of years, months and days are read: %j', (start, end, counts) => {
  const bucket = { start: at(`${start}T00:00`), end: at(`${end}T00:00`), firstDay: null };
  const { years, months, days, moments } = rolledUpSpans([bucket], zone);
  expect([years, months, days].map(({ length }) => length)).toEqual(counts);
  expect(moments).toEqual([]);
});
