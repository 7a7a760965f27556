/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

/** RFC 3339 in UTC with milliseconds: `2026-11-23T08:15:30.123Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant an RFC 3339 date-time denotes, cut to milliseconds, or null. A zone is required; days, hours,
 * minutes and seconds must exist (no leap seconds, no 24:00).
 */
export function parseInstant(text: string): Instant | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (Number(year) < 100 || new Date(wall).toISOString().slice(0, 19) !== written) return null;
  const offsetMinutes = zoneOffsetMinutes(zone);
  if (offsetMinutes === null) return null;
  return wall + Number(fraction.padEnd(3, '0').slice(0, 3)) - offsetMinutes * 60_000;
}

function zoneOffsetMinutes(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
