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

/** The day that the interval begins with in which the day lies. Weeks begin on Monday. */
export function intervalStart(interval: Interval, day: CalendarDay): CalendarDay {
  if (interval === 'day') return day;
  // The first of January 1970 was a Thursday.
  if (interval === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  return firstDayOfMonth(monthOfDay(day));
}

/** The zone's name as the time zone database spells it; null for what is none. */
export function zoneName(text: string): string | null {
  // Bare offsets are no zones: they do not know of daylight saving time.
  if (!/^[A-Za-z]/.test(text)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, text).timeZoneId;
  } catch {
    return null;
  }
}

/** The days of a zone. */
export interface ZoneDays {
  /** The day on whose calendar sheet a clock of the zone shows the instant. */
  dayOf(instant: Instant): CalendarDay;
  /** The first moment of the day: where the clock skips midnight, the first after it; of two midnights, the earlier. */
  startOf(day: CalendarDay): Instant;
}

interface Dayspan {
  readonly start: Instant;
  readonly day: CalendarDay;
}

/** Of how many days of UTC the bounds are remembered: about thirty years. */
const rememberedDays = 10_000;

/** The days of a zone that `zoneName` knows. What it has once looked up it answers at the cost of an addition. */
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

/** The days of the zone that a day of UTC has a part of, latest last. */
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
