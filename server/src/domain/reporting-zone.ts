import { type Instant, millisecondsPerDay } from './time.ts';

/** A day of a calendar, without a zone: days since 1970-01-01. */
export type CalendarDay = number;

/** A month of a calendar: months since January 1970. */
export type CalendarMonth = number;

/** A year of a calendar: years since 1970. */
export type CalendarYear = number;

const monthsPerYear = 12;

/** `2026-11-23`. */
export function formatDay(day: CalendarDay): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
}

export function monthOfDay(day: CalendarDay): CalendarMonth {
  const date = new Date(day * millisecondsPerDay);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

export function firstDayOfMonth(month: CalendarMonth): CalendarDay {
  const date = new Date(0);
  date.setUTCFullYear(1970, month, 1);
  return date.getTime() / millisecondsPerDay;
}

export function yearOfMonth(month: CalendarMonth): CalendarYear {
  return Math.floor(month / monthsPerYear);
}

export function firstMonthOfYear(year: CalendarYear): CalendarMonth {
  return year * monthsPerYear;
}

export const intervals = ['day', 'week', 'month'] as const;
export type Interval = (typeof intervals)[number];

/** The first day of the interval that the day lies in. Weeks begin on Monday. */
export function intervalStart(interval: Interval, day: CalendarDay): CalendarDay {
  if (interval === 'day') return day;
  // The first of January 1970 was a Thursday.
  if (interval === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  return firstDayOfMonth(monthOfDay(day));
}

/** The zone's name as the time zone database spells it; null for any other text. */
export function zoneName(text: string): string | null {
  // Bare offsets are not zones: they have no daylight saving time.
  if (!/^[A-Za-z]/.test(text)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, text).timeZoneId;
  } catch {
    return null;
  }
}

/** The days of a zone. */
export interface ZoneDays {
  /** The day that the instant lies in, from `startOf` that day until `startOf` the next. */
  dayOf(instant: Instant): CalendarDay;
  /** The first moment of the day: the first one after midnight where the clock skips that, the earlier of two midnights. */
  startOf(day: CalendarDay): Instant;
}

interface Dayspan {
  readonly start: Instant;
  readonly day: CalendarDay;
}

/** How many days of UTC the look-ups are cached for: about thirty years. */
const rememberedDays = 10_000;

/** The days of a zone that `zoneName` knows. `dayOf` is fast for days of UTC that were looked up before. */
export function zoneDays(zone: string): ZoneDays {
  if (zone === 'UTC') {
    return {
      dayOf: (instant) => Math.floor(instant / millisecondsPerDay),
      startOf: (day) => day * millisecondsPerDay,
    };
  }
  const spansByDay = new Map<number, readonly Dayspan[]>();
  const spansOf = (utcDay: number): readonly Dayspan[] => {
    const known = spansByDay.get(utcDay);
    if (known !== undefined) return known;
    if (spansByDay.size >= rememberedDays) spansByDay.clear();
    const spans = readSpans(zone, utcDay);
    spansByDay.set(utcDay, spans);
    return spans;
  };
  return {
    dayOf: (instant) => {
      const utcDay = Math.floor(instant / millisecondsPerDay);
      return spansOf(utcDay).findLast(({ start }) => start <= instant)?.day ?? utcDay;
    },
    startOf: (day) => startOfDay(zone, day),
  };
}

/** The days of the zone that overlap a day of UTC, in order. */
function readSpans(zone: string, utcDay: number): readonly Dayspan[] {
  const start = utcDay * millisecondsPerDay;
  const first = localDay(zone, start);
  const spans: Dayspan[] = [{ start, day: first }];
  for (let day = first + 1; ; day++) {
    const next = startOfDay(zone, day);
    if (next >= start + millisecondsPerDay) return spans;
    spans.push({ start: next, day });
  }
}

function localDay(zone: string, instant: Instant): CalendarDay {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / millisecondsPerDay;
}

function startOfDay(zone: string, day: CalendarDay): Instant {
  const date = new Date(day * millisecondsPerDay);
  return new Temporal.PlainDate(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
  ).toZonedDateTime(zone).epochMilliseconds;
}
