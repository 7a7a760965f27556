import { formatInstant, type Instant, parseInstant } from '../../domain/time.ts';

/** How a file writes times. Unless one is given, only unambiguous times are read. */
export const timeForms = [
  'iso',
  'us',
  'european',
  'unix-seconds',
  'unix-milliseconds',
  'unix-microseconds',
] as const;
export type TimeForm = (typeof timeForms)[number];

/** Gives the instant at which a wall clock shows these milliseconds since 1970. */
export type ZoneOfWall = (wall: number) => Instant;

export type TimeRead = { readonly instant: Instant } | { readonly fault: string };
export type DayRead = { readonly day: string } | { readonly fault: string };

const yearFirst = /^(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?:[T ](.+))?$/i;
const dayFirstOrMonthFirst = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,? +(.+))?$/;
const clock =
  /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\.?)?(?:\s*(UTC|GMT|Z|[+-]\d\d(?::?\d\d)?))?$/i;
/** By how many decimal places milliseconds are finer than the unit. */
const finerBy = { 'unix-seconds': 3, 'unix-milliseconds': 0, 'unix-microseconds': -3 } as const;

/** Reads a moment as a file writes it. Without a zone of its own it is in `zone`. A date means the beginning of its day. */
export function readTime(text: string, form: TimeForm | null, zone: ZoneOfWall): TimeRead {
  const written = text.trim();
  const instant = parseInstant(written.replace(' ', 'T'));
  if (instant !== null) return { instant };
  if (isUnix(form)) return readUnix(written, finerBy[form]);
  const read = readWall(written, form);
  if ('fault' in read) return read;
  return { instant: read.hasZone ? read.instant : zone(read.instant) };
}

/** Reads a day, such as `2026-11-23`: the one that the file names, in whatever zone. */
export function readDay(text: string, form: TimeForm | null): DayRead {
  const written = text.trim();
  if (parseInstant(written.replace(' ', 'T')) !== null) return { day: written.slice(0, 10) };
  if (!isUnix(form)) return readWall(written, form);
  const read = readUnix(written, finerBy[form]);
  return 'fault' in read ? read : { day: formatInstant(read.instant).slice(0, 10) };
}

function isUnix(form: TimeForm | null): form is keyof typeof finerBy {
  return form !== null && form in finerBy;
}

/** What a clock on the wall shows. */
interface Wall {
  readonly day: string;
  /** In UTC, unless the text has a zone. */
  readonly instant: Instant;
  readonly hasZone: boolean;
}

function readWall(written: string, form: TimeForm | null): Wall | { readonly fault: string } {
  const iso = yearFirst.exec(written);
  if (iso !== null) {
    const [, year, , month, day, time] = iso;
    return onWall({ year, month, day, time });
  }
  const other = dayFirstOrMonthFirst.exec(written);
  if (other === null)
    return { fault: `is not a time that can be read: ${JSON.stringify(written.slice(0, 60))}` };
  const [, first = '', separator, second = '', year, time] = other;
  const monthFirst = isMonthFirst(first, second, separator ?? '', form);
  if (monthFirst === null) return { fault: ambiguous(written, first, second) };
  const [month, day] = monthFirst ? [first, second] : [second, first];
  return onWall({ year, month, day, time });
}

/** Null if both readings are possible and none was chosen. */
function isMonthFirst(
  first: string,
  second: string,
  separator: string,
  form: TimeForm | null,
): boolean | null {
  if (form === 'us') return true;
  if (form === 'european') return false;
  if (Number(first) > 12) return false;
  if (Number(second) > 12) return true;
  // Nobody writes the month first when points separate the parts.
  if (separator === '.') return false;
  return Number(first) === Number(second) ? true : null;
}

function ambiguous(written: string, first: string, second: string): string {
  return `may be day ${first} of month ${second} or the other way round: ${JSON.stringify(written)} (--times us or --times european says which)`;
}

interface Parts {
  readonly year: string | undefined;
  readonly month: string | undefined;
  readonly day: string | undefined;
  readonly time: string | undefined;
}

function onWall({ year, month, day, time }: Parts): Wall | { readonly fault: string } {
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const clockTime = time === undefined ? { hours: '00:00:00.000', zone: null } : clockOf(time.trim());
  const instant =
    clockTime === null ? null : parseInstant(`${date}T${clockTime.hours}${clockTime.zone ?? 'Z'}`);
  if (clockTime === null || instant === null)
    return { fault: `is not a moment that exists: ${JSON.stringify([date, time].join(' ').trim())}` };
  return { day: date, instant, hasZone: clockTime.zone !== null };
}

interface ClockTime {
  readonly hours: string;
  /** As in RFC 3339; null if there is none. */
  readonly zone: string | null;
}

/** Turns `1:05 PM` into `13:05:00.000`; null if the text is not a time of day. */
function clockOf(text: string): ClockTime | null {
  const [whole, hour = '', minute, second, fraction = '', half, zone] = clock.exec(text) ?? [];
  if (whole === undefined) return null;
  // `10:00-11:00` may be a span.
  if (second === undefined && zone?.startsWith('-')) return null;
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return null;
  const afternoon = half?.toLowerCase() === 'p' ? 12 : 0;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + afternoon;
  return {
    hours: `${String(hours).padStart(2, '0')}:${minute}:${second ?? '00'}.${fraction.slice(0, 3).padEnd(3, '0')}`,
    zone: zone === undefined ? null : zoneOf(zone),
  };
}

/** `+0200` and `+02`, as other programs write them, as `+02:00`. */
function zoneOf(text: string): string {
  if (/^[a-z]/i.test(text)) return 'Z';
  return `${text.slice(0, 3)}:${text.slice(3).replace(':', '') || '00'}`;
}

/** Shifts the point in the text: a product of floating-point numbers may fall a millisecond short. */
function readUnix(written: string, places: number): TimeRead {
  const number = /^(\d{1,16})(?:\.(\d+))?$/.exec(written);
  if (number === null) return { fault: `is not a number: ${JSON.stringify(written.slice(0, 60))}` };
  const [, whole = '', fraction = ''] = number;
  const finer = fraction.slice(0, Math.max(places, 0)).padEnd(places, '0');
  const instant = Number(places < 0 ? whole.slice(0, places) : whole + finer);
  const isWritable = instant <= Date.parse('9999-12-31T23:59:59.999Z');
  return isWritable ? { instant } : { fault: 'is beyond the year 9999: is its unit a different one?' };
}

/**
 * The wall clock of a time zone. A time that the clock skips is read by the offset before the change, and so is one that it shows
 * twice. Fails if there is no such zone.
 */
export function zoneOfWall(name: string): ZoneOfWall {
  if (!/^[A-Za-z]/.test(name)) throw new RangeError('That is not a time zone.');
  const zone = new Temporal.ZonedDateTime(0n, name).timeZoneId;
  if (zone === 'UTC') return (wall) => wall;
  return (wall) => {
    const shown = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
    return shown.toZonedDateTime(zone).epochMilliseconds;
  };
}
