/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export const millisecondsPerDay = 86_400_000;

const toleratedAheadMilliseconds = 60_000;

/**
 * When something that is stated at `now` counts as having occurred. If it is up to 60 seconds ahead, its sender's clock is
 * fast, and it counts as now. Null for anything later, which cannot be.
 */
export function occurrenceTime(told: Instant, now: Instant): Instant | null {
  if (told > now + toleratedAheadMilliseconds) return null;
  return Math.min(told, now);
}

/** What is wrong with a moment for which there is no `occurrenceTime`. */
export const tooFarAhead = 'must not be more than 60 seconds ahead';

/** What is wrong with a moment at which something is stated to have occurred; null if nothing is. */
export function faultOfOccurrence(told: Instant, now: Instant): string | null {
  return occurrenceTime(told, now) === null ? tooFarAhead : null;
}

/**
 * As `occurrenceTime`, for something that follows what occurred at `before`; a `told` of null means now. Where clocks differ,
 * now is not earlier than `before`, unless that is farther ahead than clocks may differ.
 */
export function occurrenceBehind(told: Instant | null, before: Instant, now: Instant): Instant | null {
  const occurredTime = occurrenceTime(told ?? now, now);
  if (occurredTime !== now || before > now + toleratedAheadMilliseconds) return occurredTime;
  return Math.max(before, now);
}

/** When something that was last changed at `before` is changed `now`: no earlier, also by a clock that was set back. */
export function changeTime(before: { readonly updatedTime: Instant }, now: Instant): Instant {
  return Math.max(now, before.updatedTime);
}

/** Whether `then` is less than so many milliseconds ago. A clock that is set back does not keep it recent for as long. */
export function isRecent(then: Instant, now: Instant, milliseconds: number): boolean {
  return Math.abs(now - then) < milliseconds;
}

/** Whether something stored was first stated for this moment. What counted as now then does so again. */
export function wasToldOf(told: Instant, occurredTime: Instant, recordedTime: Instant): boolean {
  if (told < recordedTime || occurredTime < recordedTime) return told === occurredTime;
  return told === occurredTime || occurrenceTime(told, recordedTime) !== null;
}

/** RFC 3339 in UTC with milliseconds: `2026-11-23T08:15:30.123Z`. */
export function formatInstant(instant: Instant): string {
  const day = Math.floor(instant / millisecondsPerDay);
  const slot = day & (writtenDays.length - 1);
  if (writtenDays[slot] !== day) {
    writtenDates[slot] = new Date(instant).toISOString().split('T')[0] ?? '';
    writtenDays[slot] = day;
  }
  const milliseconds = instant - day * millisecondsPerDay;
  const seconds = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const clock = `${two[hours]}:${two[minutes - hours * 60]}:${two[seconds - minutes * 60]}`;
  return `${writtenDates[slot]}T${clock}.${three[milliseconds - seconds * 1000]}Z`;
}

/** A cache of written dates, for up to eleven years of days: in tables and files most days recur. */
const writtenDays = new Array<number>(4096).fill(Number.NaN);
const writtenDates = new Array<string>(4096).fill('');
const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const three = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

const earliestInstant = Date.parse('0000-01-01T00:00:00.000Z');
const latestInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether RFC 3339 can write its year: an instant that a zone moves out of range could not be returned. */
export function isWritable(instant: Instant): boolean {
  return instant >= earliestInstant && instant <= latestInstant;
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i;

/**
 * The instant of an RFC 3339 date-time, cut to milliseconds, or null. A zone is required; days, hours, minutes and seconds must
 * exist (no leap seconds, no 24:00), and the year must be 0000 to 9999 in UTC, too.
 */
export function parseInstant(text: string): Instant | null {
  if (text === lastRead.text) return lastRead.instant;
  lastRead = { text, instant: parsePlainUtc(text) ?? parseAnyForm(text) };
  return lastRead.instant;
}

/** A text that was just checked is usually the next to be read. */
let lastRead: { readonly text: string; readonly instant: Instant | null } = { text: '', instant: null };

function parseAnyForm(text: string): Instant | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, date = '', time = '', fraction = '', zone = ''] = match;
  const wall = parseWallTime(`${date}T${time}`);
  const offsetMinutes = zoneOffsetMinutes(zone);
  if (wall === null || offsetMinutes === null) return null;
  const instant = wall + Number(fraction.slice(0, 3).padEnd(3, '0')) - offsetMinutes * 60_000;
  return isWritable(instant) ? instant : null;
}

/**
 * The instant of `2026-11-23T08:15:30.123Z`, the form that this service and most senders write: reading it costs a quarter of
 * reading any form. Null for every other text.
 */
function parsePlainUtc(text: string): Instant | null {
  if (text.length !== 24 || !plainUtc.test(text)) return null;
  const [month, day, hour] = [numberAt(text, 5, 2), numberAt(text, 8, 2), numberAt(text, 11, 2)];
  const [minute, second] = [numberAt(text, 14, 2), numberAt(text, 17, 2)];
  const exists = month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59;
  const year = numberAt(text, 0, 4);
  // `Date.UTC` maps years before 100 to the twentieth century.
  if (!exists || year < 100) return null;
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, numberAt(text, 20, 3));
  // A day that its month does not have would roll over to the next month.
  return day <= 28 || new Date(instant).getUTCDate() === day ? instant : null;
}

const plainUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The number that `length` digits at `place` state. */
function numberAt(text: string, place: number, length: number): number {
  let number = 0;
  for (let index = place; index < place + length; index++) number = number * 10 + text.charCodeAt(index) - 48;
  return number;
}

/** The start of a day in UTC, from `2026-11-23`, or null; the day must exist. */
export function parseDate(text: string): Instant | null {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? parseWallTime(`${text}T00:00:00`) : null;
}

/** The parser rolls some days and hours that do not exist over to others. */
function parseWallTime(written: string): Instant | null {
  const wall = new Date(`${written}Z`);
  const isSameDay = wall.getUTCDate() === Number(written.slice(8, 10));
  const isSameHour = wall.getUTCHours() === Number(written.slice(11, 13));
  return isSameDay && isSameHour ? wall.getTime() : null;
}

function zoneOffsetMinutes(zone: string): number | null {
  if (zone.length === 1) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
