import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crockford, isCustomerId, ulid } from '../../src/domain/identifier.ts';

describe('an id of a customer', () => {
  test.each([
    'a',
    '@',
    '~',
    '-',
    '.a',
    'a.b',
    '...',
    'a@b~c-d_e.f',
    '__proto__',
    'constructor',
    'null',
    '0',
    '-1',
    'NaN',
    'x'.repeat(50),
  ])('may be %j', (text) => {
    expect(isCustomerId(text)).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    'x'.repeat(51),
    'a b',
    'a/b',
    'a\\b',
    'a%b',
    'a+b',
    'a:b',
    'é',
    'ａ',
    '\u212a',
    'ſ',
    '😀',
    'a\n',
    '\na',
    'a\0',
    'a\r\nX: y',
  ])('may not be %j', (text) => {
    expect(isCustomerId(text)).toBe(false);
  });
});

describe('a ULID', () => {
  const random = fc.uint8Array({ minLength: 16, maxLength: 16 });

  test('is that of the specification', () => {
    expect(ulid(1_469_922_850_259, new Uint8Array(16)).slice(0, 10)).toBe('01ARZ3NDEK');
  });

  test('is 26 characters of Crockford base32 that make a customer id', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), random, (seconds, bytes) => {
        const text = ulid(seconds * 1000, bytes);
        expect(text).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
        expect(isCustomerId(`cus_${text}`)).toBe(true);
      }),
    );
  });

  test('sorts by its time', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), random, random, (time, one, other) => {
        expect(ulid(time, one) < ulid(time + 1, other)).toBe(true);
      }),
    );
  });
});

describe('a number in Crockford base32', () => {
  test.each([
    [0, '0000000000000'],
    [31, '000000000000Z'],
    [Number.MAX_SAFE_INTEGER, '007ZZZZZZZZZZ'],
  ])('%i is %s', (number, text) => {
    expect(crockford(number)).toBe(text);
  });
});
