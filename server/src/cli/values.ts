import { InvalidArgumentError } from 'commander';
import { readNetworks } from '../config/setting-values.ts';
import { Failure } from '../domain/failure.ts';
import { isOrganizationId, parseRateLimit, type RateLimit } from '../domain/organization.ts';
import { isPermission, type Permission, permissions } from '../domain/permission.ts';
import { type Instant, parseDate, parseInstant } from '../domain/time.ts';
import { isWebOrigin } from '../domain/uri.ts';

// Each reader of an option's value fails with commander's `InvalidArgumentError`, to which commander prefixes the option's name.

export function readOrganizationId(text: string): string {
  return isOrganizationId(text) ? text : fail('It must be 1 to 50 of A-Z, a-z, 0-9, "_" and "-".');
}

/** Text for people that the API would accept. */
export function readText(text: string): string {
  const isStorable = text.isWellFormed() && !text.includes('\0');
  return isStorable && Array.from(text).length <= 255 ? text : fail('It must be at most 255 characters.');
}

/** `default` stands for the limit of the service. */
export function readRateLimit(text: string): RateLimit | 'default' {
  if (text === 'default') return text;
  return parseRateLimit(text) ?? fail('It must be calls per seconds, such as 3000/600, or off, or default.');
}

export function readPermissions(text: string): readonly Permission[] {
  const wanted = listOf(text);
  const unknown = wanted.filter((permission) => !isPermission(permission));
  if (wanted.length > 0 && unknown.length === 0) return wanted.filter(isPermission);
  return fail(`Known permissions are ${permissions.join(', ')}.`);
}

export function readAddresses(text: string): readonly string[] {
  try {
    return readNetworks(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return fail('It must be IP addresses or CIDR ranges, separated by commas.');
  }
}

export function readOrigins(text: string): readonly string[] {
  const origins = listOf(text);
  return origins.every(isWebOrigin)
    ? origins
    : fail('It must be web origins, such as https://example.com, separated by commas.');
}

/** A moment later than `now`: an expired key would be of no use. */
export function readExpiry(now: () => Instant): (text: string) => Instant {
  return (text) => {
    const instant = parseInstant(text) ?? parseDate(text);
    if (instant === null)
      return fail('It must be a date-time with a zone, such as 2027-01-31T00:00:00Z, or a date.');
    return instant > now() ? instant : fail('It must be in the future.');
  };
}

export function readSeconds(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : fail('It must be a whole number of seconds.');
}

function listOf(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}

function fail(message: string): never {
  throw new InvalidArgumentError(message);
}
