import { describe, expect, test } from 'vitest';
import { readTime, type TimeForm } from '../../../src/cli/import/written-time.ts';
import { formatInstant } from '../../../src/domain/time.ts';

const utc = (wall: number) => wall;

function read(text: string, form: TimeForm | null = null, zone = utc): string {
  const outcome = readTime(text, form, zone);
  return 'fault' in outcome ? outcome.fault : formatInstant(outcome.instant);
}

describe('a time is read in the form it is written in', () => {
  test.each([
    ['2025-03-04T05:06:07Z', null, '2025-03-04T05:06:07.000Z'],
    ['2025-03-04 05:06:07+02:00', null, '2025-03-04T03:06:07.000Z'],
    ['2025-03-04T05:06:07.1234Z', null, '2025-03-04T05:06:07.123Z'],
    ['2025-03-04', null, '2025-03-04T00:00:00.000Z'],
    ['2025-3-4 5:06', null, '2025-03-04T05:06:00.000Z'],
    ['2025-03-04 05:06:07 UTC', null, '2025-03-04T05:06:07.000Z'],
    ['2025-03-04T05:06Z', null, '2025-03-04T05:06:00.000Z'],
    ['2025-03-04T05:06:07.000+0000', null, '2025-03-04T05:06:07.000Z'],
    ['2025-03-04 05:06:07.123456+02', null, '2025-03-04T03:06:07.123Z'],
    ['2025-03-04 05:06:07 -0130', null, '2025-03-04T06:36:07.000Z'],
    ['3/4/2025 1:05 PM +02:00', 'us', '2025-03-04T11:05:00.000Z'],
    ['2025/3/4 05:06', null, '2025-03-04T05:06:00.000Z'],
    ['2025-03-04 05:06:07.5', null, '2025-03-04T05:06:07.500Z'],
    ['2025-03-04 05:06:07,25', null, '2025-03-04T05:06:07.250Z'],
    ['3/4/2025', 'us', '2025-03-04T00:00:00.000Z'],
    ['3/4/2025, 1:05 PM', 'us', '2025-03-04T13:05:00.000Z'],
    ['12/31/2025 12:00 AM', 'us', '2025-12-31T00:00:00.000Z'],
    ['3/4/2025 13:05:06', 'european', '2025-04-03T13:05:06.000Z'],
    ['03.04.2025', 'european', '2025-04-03T00:00:00.000Z'],
    ['1741064767', 'unix-seconds', '2025-03-04T05:06:07.000Z'],
    ['1085234858.251', 'unix-seconds', '2004-05-22T14:07:38.251Z'],
    ['271119748.5809', 'unix-seconds', '1978-08-04T23:02:28.580Z'],
    ['1741064767.1', 'unix-seconds', '2025-03-04T05:06:07.100Z'],
    ['1741064767123.9', 'unix-milliseconds', '2025-03-04T05:06:07.123Z'],
    ['999', 'unix-microseconds', '1970-01-01T00:00:00.000Z'],
    ['1741064767123', 'unix-milliseconds', '2025-03-04T05:06:07.123Z'],
    ['1741064767123456', 'unix-microseconds', '2025-03-04T05:06:07.123Z'],
    ['1741064767123999', 'unix-microseconds', '2025-03-04T05:06:07.123Z'],
  ] as const)('%s as %s is %s', (text, form, expected) => {
    expect(read(text, form)).toBe(expected);
  });

  test('without being told, where there is one way alone to read it', () => {
    expect(read('25/12/2025')).toBe('2025-12-25T00:00:00.000Z');
    expect(read('12/25/2025')).toBe('2025-12-25T00:00:00.000Z');
    expect(read('04.03.2025')).toBe('2025-03-04T00:00:00.000Z');
    expect(read('5/5/2025')).toBe('2025-05-05T00:00:00.000Z');
  });

  test('and is refused where there are two', () => {
    expect(read('03/04/2025')).toMatch(/^may be day 03 of month 04 or the other way round: "03\/04\/2025"/);
    expect(read('03-04-2025 10:00')).toMatch(/--times us or --times european/);
  });
});

describe('a time that is none is refused', () => {
  test.each([
    ['yesterday', null],
    ['', null],
    ['2025-02-30', null],
    ['31/31/2025', null],
    ['13/01/2025', 'us'],
    ['2025-03-04 25:00', null],
    ['3/4/2025 13:05 PM', 'us'],
    ['3/4/2025 0:05 PM', 'us'],
    ['1741064767', null],
    ['x', 'unix-seconds'],
    ['9999999999999999', 'unix-seconds'],
    ['2025-03-04 05:06 later', null],
    ['2025-03-04 05:06+24', null],
    ['2025-03-04 05:06+1', null],
    ['2025-03-04 10:00-11:00', null],
    ['2025/03-04', null],
    ['0000-01-01 00:00+01', null],
  ] as const)('%j as %s', (text, form) => {
    expect(read(text, form)).toMatch(/^is /);
  });
});

test('a time without a zone is that of the clock on the wall', () => {
  const twoHoursAhead = (wall: number) => wall - 2 * 3_600_000;
  expect(read('2025-03-04 05:06', null, twoHoursAhead)).toBe('2025-03-04T03:06:00.000Z');
  expect(read('2025-03-04 05:06 UTC', null, twoHoursAhead)).toBe('2025-03-04T05:06:00.000Z');
  expect(read('2025-03-04 05:06 GMT', null, twoHoursAhead)).toBe('2025-03-04T05:06:00.000Z');
  expect(read('2025-03-04T05:06:00Z', null, twoHoursAhead)).toBe('2025-03-04T05:06:00.000Z');
  expect(read('2025-03-04 05:06+00', null, twoHoursAhead)).toBe('2025-03-04T05:06:00.000Z');
});
