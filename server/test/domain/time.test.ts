import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, parseDate, parseInstant, wasToldOf } from '../../src/domain/time.ts';

const earliest = Date.UTC(2000, 0, 1) - 10_957 * 86_400_000 - 719_528 * 86_400_000;
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('an instant', () => {
  test('is written in UTC with milliseconds', () => {
    expect(formatInstant(Date.UTC(2026, 10, 23, 8, 15, 30, 123))).toBe('2026-11-23T08:15:30.123Z');
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  test('is read back as it was written, in every year from 0000 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: earliest, max: latest }), (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
    expect(parseInstant(formatInstant(earliest))).toBe(earliest);
    expect(parseInstant(formatInstant(latest))).toBe(latest);
  });

  test.each([
    ['2026-11-23T08:15:30Z', '2026-11-23T08:15:30.000Z'],
    ['2026-11-23t08:15:30z', '2026-11-23T08:15:30.000Z'],
    ['2026-11-23T08:15:30.5Z', '2026-11-23T08:15:30.500Z'],
    ['2026-11-23T08:15:30.1239999Z', '2026-11-23T08:15:30.123Z'],
    ['2026-11-23T08:15:30.123456789012Z', '2026-11-23T08:15:30.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2026-11-23T08:15:30+02:30', '2026-11-23T05:45:30.000Z'],
    ['2026-11-23T08:15:30-02:30', '2026-11-23T10:45:30.000Z'],
    ['2026-11-23T08:15:30-00:00', '2026-11-23T08:15:30.000Z'],
    ['2026-11-23T08:15:30+23:59', '2026-11-22T08:16:30.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0099-06-01T00:00:00Z', '0099-06-01T00:00:00.000Z'],
  ])('%s reads as %s', (text, instant) => {
    expect(formatInstant(parseInstant(text) ?? Number.NaN)).toBe(instant);
  });

  test.each([
    '',
    'now',
    '0',
    '2026-11-23',
    '2026-11-23T08:15:30',
    '2026-11-23T08:15Z',
    '2026-11-23 08:15:30Z',
    ' 2026-11-23T08:15:30Z',
    '2026-11-23T08:15:30Z\n',
    '2026-11-23T08:15:30.Z',
    '2026-11-23T08:15:30,5Z',
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T25:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2016-12-31T23:59:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+00:60',
    '2024-01-01T00:00:00+0100',
    '2024-01-01T00:00:00+01',
    '+275760-09-13T00:00:00Z',
    '+002024-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2024-1-1T00:00:00Z',
    '２０２４-01-01T00:00:00Z',
  ])('is not read from %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test.each(['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01'])(
    'is not read from %s, whose year in UTC could not be written',
    (text) => {
      expect(parseInstant(text)).toBeNull();
    },
  );
});

describe('a date', () => {
  test('is the start of its day in UTC', () => {
    expect(parseDate('2026-11-23')).toBe(Date.UTC(2026, 10, 23));
    expect(parseDate('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
    expect(parseDate('0000-01-01')).toBe(earliest);
  });

  test.each([
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-1-1',
    '20240101',
    '+275760-09-13',
    '2024-01-01Z',
    '',
  ])('is not read from %j', (text) => {
    expect(parseDate(text)).toBeNull();
  });
});

test('a moment that was told for one ahead is not that of another before it was recorded', () => {
  expect(wasToldOf(20_000, 5_000, 10_000)).toBe(false);
});
