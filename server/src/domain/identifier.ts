import type { Instant } from './time.ts';

const customerIdPattern = /^[@~\-.\w]{1,50}$/;

/** Ids that are also path segments must not read as "here" or "up". */
export function isCustomerId(text: string): boolean {
  return customerIdPattern.test(text) && text !== '.' && text !== '..';
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID (github.com/ulid/spec): 48 bits of time and 80 random bits as 26 Crockford base32 characters.
 * `random` supplies at least 16 bytes, of which each gives five bits.
 */
export function ulid(now: Instant, random: Uint8Array): string {
  let time = '';
  let rest = now;
  for (let place = 0; place < 10; place++) {
    time = digits.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + Array.from(random.subarray(0, 16), (byte) => digits.charAt(byte % 32)).join('');
}

/** A positive integer in Crockford base32, 13 characters, so that names sort as numbers do. */
export function crockford(integer: number): string {
  let rest = integer;
  let text = '';
  for (let place = 0; place < 13; place++) {
    text = digits.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
