import { describe, expect, test } from 'vitest';
import { formatRateLimit, isOrganizationId, parseRateLimit } from '../../src/domain/organization.ts';

describe('an id of an organization', () => {
  test.each(['a', 'org_01', 'A-b_9', '-', '__proto__', 'x'.repeat(50)])('may be %j', (text) => {
    expect(isOrganizationId(text)).toBe(true);
  });

  test.each(['', '.', '..', 'a b', 'a/b', 'é', 'a\n', 'x'.repeat(51), 'a.b', '%61'])(
    'may not be %j',
    (text) => {
      expect(isOrganizationId(text)).toBe(false);
    },
  );
});

describe('a rate limit', () => {
  test.each([
    ['off', 'off'],
    ['1/1', { calls: 1, windowSeconds: 1 }],
    ['3000/600', { calls: 3000, windowSeconds: 600 }],
    ['999999999/999999', { calls: 999_999_999, windowSeconds: 999_999 }],
  ] as const)('%s is read and written back', (text, limit) => {
    expect(parseRateLimit(text)).toEqual(limit);
    expect(formatRateLimit(limit)).toBe(text);
  });

  test.each([
    '',
    'OFF',
    '0/1',
    '1/0',
    '01/1',
    '1/01',
    '1',
    '/1',
    '1/',
    '1/1/1',
    ' 1/1',
    '1/1\n',
    '-1/1',
    '1.5/1',
    '1e3/1',
    '1000000000/1',
    '1/1000000',
  ])('is not read from %j', (text) => {
    expect(parseRateLimit(text)).toBeNull();
  });
});
