import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apiKeyEnvironment, composeApiKey } from '../../src/domain/api-key.ts';

const bytes = fc
  .uint8Array({ minLength: 64, maxLength: 64 })
  .filter((all) => all.filter((byte) => byte < 248).length >= 32);
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function numberOf(base62: string): number {
  return [...base62].reduce((number, digit) => number * 62 + digits.indexOf(digit), 0);
}

describe('an API key', () => {
  test('says its type and environment, and ends with the CRC-32 of what is before', () => {
    const types = fc.constantFrom('secret', 'publishable');
    const environments = fc.constantFrom('live', 'sandbox');
    fc.assert(
      fc.property(types, environments, bytes, (type, environment, random) => {
        const key = composeApiKey(type, environment, random, crc32);
        const prefix = type === 'secret' ? 'sk' : 'pk';
        expect(key).toMatch(new RegExp(`^${prefix}_${environment}_[0-9A-Za-z]{38}$`));
        expect(numberOf(key.slice(-6))).toBe(crc32(key.slice(0, -6)));
        expect(apiKeyEnvironment(key)).toBe(environment);
      }),
    );
  });

  test('has a checksum of six characters, whatever it is', () => {
    const random = new Uint8Array(64);
    expect(composeApiKey('secret', 'live', random, () => 0).slice(-6)).toBe('000000');
    expect(numberOf(composeApiKey('secret', 'live', random, () => 0xffff_ffff).slice(-6))).toBe(0xffff_ffff);
  });

  test('favours no character: bytes that would are passed over', () => {
    const random = Uint8Array.from({ length: 288 }, (_, place) => 255 - (place % 256));
    const key = composeApiKey('secret', 'live', random, crc32);
    expect(key.slice('sk_live_'.length, -6)).toBe([...digits].toReversed().slice(0, 32).join(''));
  });

  test('is not made of too little randomness', () => {
    const random = new Uint8Array(64).fill(255).fill(0, 0, 31);
    expect(() => composeApiKey('secret', 'live', random, crc32)).toThrow(RangeError);
  });

  test.each([
    '',
    'a-key-that-its-owner-chose-and-is-long-enough',
    'sk_test_000000000000000000000000000000000000',
    'sk_live_00000000000000000000000000000000000',
    'SK_LIVE_000000000000000000000000000000000000',
    ' sk_live_000000000000000000000000000000000000',
    'sk_live_00000000000000000000000000000000000é',
  ])('%j names no environment', (key) => {
    expect(apiKeyEnvironment(key)).toBeNull();
  });
});
