import { describe, expect, test } from 'vitest';
import {
  firstDayOfMonth,
  firstMonthOfYear,
  formatDay,
  intervalStart,
  monthOfDay,
  yearOfMonth,
  zoneDays,
  zoneName,
} from '../../src/domain/reporting-zone.ts';
import { millisecondsPerDay, parseDate } from '../../src/domain/time.ts';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';

function day(text: string): number {
  const start = parseDate(text);
  if (start === null) throw new Error(`${text} is no day`);
  return start / millisecondsPerDay;
}

describe('zones', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['+02:00', null],
    ['Mars/Olympus', null],
    ['', null],
    ['Europe/Berlin\0', null],
  ])('%s is %s', (text, name) => {
    expect(zoneName(text)).toBe(name);
  });
});

describe('days of a zone', () => {
  test.each([
    ['of 23 hours, where clocks go forward', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z', 23],
    ['of 25 hours, where they go back', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z', 25],
    ['of 24 hours', 'America/New_York', '2026-07-01', '2026-07-01T04:00:00Z', 24],
    ['without a midnight begin later', 'America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z', 23],
    ['with two midnights begin at the first', 'America/Havana', '2026-11-01', '2026-11-01T04:00:00Z', 25],
    ['that a zone left out are empty', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z', 0],
    ['of half an hour more', 'Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00Z', 24.5],
  ])('%s', (_words, zone, text, start, hours) => {
    const { startOf } = zoneDays(zone);
    expect(startOf(day(text))).toBe(Date.parse(start));
    expect((startOf(day(text) + 1) - startOf(day(text))) / 3_600_000).toBe(hours);
  });

  test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu', 'America/Havana'])(
    'of %s follow each other without a gap',
    (zone) => {
      const random = randomFrom(announceSeed(zone));
      const { dayOf, startOf } = zoneDays(zone);
      for (let count = 0; count < countOf(20_000); count++) {
        const instant = Math.floor(random() * Date.parse('2040-01-01T00:00:00Z'));
        const found = dayOf(instant);
        if (instant < startOf(found) || instant >= startOf(found + 1)) expect.fail(`${zone} ${instant}`);
        if (dayOf(startOf(found)) !== found) expect.fail(`${zone} ${instant}: the first moment of the day`);
        if (dayOf(startOf(found) - 1) >= found) expect.fail(`${zone} ${instant}: the moment before the day`);
      }
    },
  );

  test.each([
    ['UTC', '1969-12-31T23:59:59.999Z', '1969-12-31'],
    ['UTC', '1970-01-01T00:00:00.000Z', '1970-01-01'],
    ['Asia/Kathmandu', '1969-12-31T18:29:59.999Z', '1969-12-31'],
    ['Asia/Kathmandu', '1969-12-31T18:30:00.000Z', '1970-01-01'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31'],
  ])('of %s: %s is on %s', (zone, instant, text) => {
    expect(formatDay(zoneDays(zone).dayOf(Date.parse(instant)))).toBe(text);
  });

  test('are found for any instant that can be told', () => {
    const { dayOf } = zoneDays('Asia/Tokyo');
    expect(formatDay(dayOf(Date.parse('0000-01-01T00:00:00Z')))).toBe('0000-01-01');
    expect(dayOf(Date.parse('9999-12-31T23:59:59.999Z'))).toBe(day('9999-12-31') + 1);
  });
});

describe('intervals', () => {
  test.each([
    ['day', '2026-11-25', '2026-11-25'],
    ['week', '2026-11-25', '2026-11-23'],
    ['week', '2026-11-23', '2026-11-23'],
    ['week', '2026-11-22', '2026-11-16'],
    ['week', '1969-12-28', '1969-12-22'],
    ['month', '2024-02-29', '2024-02-01'],
    ['month', '1969-12-31', '1969-12-01'],
  ] as const)('the %s of %s begins on %s', (interval, text, start) => {
    expect(formatDay(intervalStart(interval, day(text)))).toBe(start);
  });

  test('months are numbered from January 1970, years from 1970', () => {
    expect(monthOfDay(day('1970-01-31'))).toBe(0);
    expect(monthOfDay(day('1969-12-31'))).toBe(-1);
    expect(firstDayOfMonth(monthOfDay(day('2026-11-25')))).toBe(day('2026-11-01'));
    expect([-1, 0, 11, 12].map(yearOfMonth)).toEqual([-1, 0, 0, 1]);
    expect(firstDayOfMonth(firstMonthOfYear(56))).toBe(day('2026-01-01'));
  });
});
