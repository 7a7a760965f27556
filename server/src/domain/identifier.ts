import type { Instant } from './time.ts';

const customerIdPattern = /^[@~\-.\w]{1,50}$/;

/** Ids are also path segments, which must not read as "here" or "up". */
export function isCustomerId(text: string): boolean {
  return customerIdPattern.test(text) && text !== '.' && text !== '..';
}

/** What an id has to be that `isCustomerId` refuses. */
export const customerIdRule = 'must be 1 to 50 of the characters A-Z a-z 0-9 _ - . ~ @, and not "." or ".."';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID (github.com/ulid/spec): 48 bits of time and 80 random bits as 26 Crockford base32 characters.
 * `random` supplies at least 16 bytes, of which each gives five bits.
 */
export function ulid(now: Instant, random: Uint8Array): string {
  let text = base32(now, 10);
  for (let place = 0; place < 16; place++) text += digits.charAt((random[place] ?? 0) % 32);
  return text;
}

/** A positive integer in Crockford base32, 13 characters, so that names sort as numbers do. */
export function crockford(integer: number): string {
  return base32(integer, 13);
}

/** The integer that `crockford` wrote; larger ones are rounded. */
export function readCrockford(text: string): number {
  return Array.from(text).reduce((integer, digit) => integer * 32 + digits.indexOf(digit), 0);
}

/** Two characters for each number below 1024, so that a long name takes few look-ups. */
const pairs = Array.from(
  { length: 1024 },
  (_, number) => digits.charAt(number >> 5) + digits.charAt(number % 32),
);

function base32(integer: number, characters: number): string {
  let [rest, text, left] = [integer, '', characters];
  for (; left >= 2; left -= 2) {
    const above = Math.floor(rest / 1024);
    text = pairs[rest - above * 1024] + text;
    rest = above;
  }
  return left === 1 ? digits.charAt(rest % 32) + text : text;
}
