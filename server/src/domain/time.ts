/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export const millisecondsPerDay = 86_400_000;

const toleratedAheadMilliseconds = 60_000;

/**
 * When something counts as having occurred that is told at `now`: up to 60 seconds ahead its clock is fast, and it counts
 * as now. Null for what is later, which cannot be.
 */
export function occurrenceTime(told: Instant, now: Instant): Instant | null {
  if (told > now + toleratedAheadMilliseconds) return null;
  return Math.min(told, now);
}

/** RFC 3339 in UTC with milliseconds: `2026-11-23T08:15:30.123Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

// The years that RFC 3339 can write: what a zone pushes out of them could not be given back.
const earliestInstant = Date.parse('0000-01-01T00:00:00.000Z');
const latestInstant = Date.parse('9999-12-31T23:59:59.999Z');

const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i;

/**
 * The instant an RFC 3339 date-time denotes, cut to milliseconds, or null. A zone is required; days, hours,
 * minutes and seconds must exist (no leap seconds, no 24:00), and the year must be 0000 to 9999 in UTC, too.
 */
export function parseInstant(text: string): Instant | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, date = '', time = '', fraction = '', zone = ''] = match;
  const wall = parseWallTime(`${date}T${time}`);
  const offsetMinutes = zoneOffsetMinutes(zone);
  if (wall === null || offsetMinutes === null) return null;
  const instant = wall + Number(fraction.slice(0, 3).padEnd(3, '0')) - offsetMinutes * 60_000;
  return instant < earliestInstant || instant > latestInstant ? null : instant;
}

/** The start of a day in UTC, from `2026-11-23`, or null; the day must exist. */
export function parseDate(text: string): Instant | null {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? parseWallTime(`${text}T00:00:00`) : null;
}

/** Parsing rolls some days and hours that do not exist over to others. */
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
