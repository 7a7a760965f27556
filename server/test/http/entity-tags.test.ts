import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../src/domain/precondition.ts';
import { readPrecondition, unlessHeld } from '../../src/http/entity-tags.ts';
import { growthOf, linearGrowth } from '../support/growth.ts';

function ifMatchHolds(header: string, current: string | null): boolean {
  return holds(readPrecondition({ 'if-match': header }), current);
}

function ifNoneMatchHolds(header: string, current: string | null): boolean {
  return holds(readPrecondition({ 'if-none-match': header }), current);
}

const malformed = [
  '7',
  '"7',
  '7"',
  "'7'",
  'w/"7"',
  'W/7',
  'W/ "7"',
  'W"7"',
  '"7" "8"',
  '"7";"8"',
  '"a b"',
  '"a\tb"',
  '"a"b"',
  '"a\\"b"',
  '"7", *',
  '*, "7"',
  '**',
  '*,',
  '"7", 8',
  '"7",, x',
  '"7"\n',
  '\u000b"7"',
  '"\u0000"',
  '"\u007f"',
];

describe('a request without conditions', () => {
  test('asks nothing', () => {
    expect(readPrecondition({})).toEqual({});
    expect(readPrecondition({ 'if-match': undefined, 'if-none-match': undefined })).toEqual({});
  });
});

describe('If-Match', () => {
  test.each(['"7"', ' "7" ', '"6", "7"', '"6","7"', '"6"\t,\t"7"', ',"7",', ', ,"6",, "7", ', 'W/"7", "7"'])(
    'holds for the tag "7" as %s',
    (header) => {
      expect(ifMatchHolds(header, '"7"')).toBe(true);
    },
  );

  test.each(['"8"', '""', '"07"', '"7 "', 'W/"7"', 'W/"7", "8"', '', ' ', ',', ', ,'])(
    'does not hold for the tag "7" as %j',
    (header) => {
      expect(ifMatchHolds(header, '"7"')).toBe(false);
    },
  );

  test.each(['*', ' * '])('holds for anything that is there as %j', (header) => {
    expect(ifMatchHolds(header, '"7"')).toBe(true);
    expect(ifMatchHolds(header, null)).toBe(false);
  });

  test('does not hold where nothing is there', () => {
    expect(ifMatchHolds('"7"', null)).toBe(false);
  });

  test.each(malformed)('never holds where it is malformed: %j', (header) => {
    expect(ifMatchHolds(header, '"7"')).toBe(false);
    expect(ifMatchHolds(header, '"8"')).toBe(false);
    expect(ifMatchHolds(header, null)).toBe(false);
  });
});

describe('If-None-Match', () => {
  test.each(['"7"', 'W/"7"', '"6", W/"7"', ',"7"'])('does not hold for the tag "7" as %s', (header) => {
    expect(ifNoneMatchHolds(header, '"7"')).toBe(false);
  });

  test.each(['"8"', 'W/"8"', '""', '', ' ', ','])('holds for the tag "7" as %j', (header) => {
    expect(ifNoneMatchHolds(header, '"7"')).toBe(true);
  });

  test('holds as * only where nothing is there', () => {
    expect(ifNoneMatchHolds('*', null)).toBe(true);
    expect(ifNoneMatchHolds('*', '"7"')).toBe(false);
  });

  test.each(malformed)('asks nothing where it is malformed: %j', (header) => {
    expect(readPrecondition({ 'if-none-match': header })).toEqual({});
  });
});

describe('both conditions', () => {
  test('must hold', () => {
    const both = readPrecondition({ 'if-match': '"6", "7"', 'if-none-match': 'W/"7"' });
    expect(both).toEqual({ ifMatch: ['"6"', '"7"'], ifNoneMatch: ['"7"'] });
    expect(holds(both, '"6"')).toBe(true);
    expect(holds(both, '"7"')).toBe(false);
    expect(holds(both, '"8"')).toBe(false);
  });
});

describe('who has what is answered', () => {
  const statusOf = (method: string, headers: object, status = 200, etag: string | null = '"7"') =>
    unlessHeld({ method, headers }, { status, ...(etag !== null && { headers: { etag } }) }).status;
  const held = { 'if-none-match': '"7"' };

  test('is told so where it was read, and there', () => {
    expect(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].map((method) => statusOf(method, held))).toEqual([
      304, 304, 200, 200, 200,
    ]);
    expect([201, 203, 404].map((status) => statusOf('GET', held, status))).toEqual([201, 203, 404]);
    expect(statusOf('GET', { 'if-none-match': '*' }, 200, null)).toBe(200);
  });

  test('is not who names another, whatever If-Match names', () => {
    const other = { 'if-none-match': '"8"' };
    expect(['"7"', '"8"'].map((ifMatch) => statusOf('GET', { ...other, 'if-match': ifMatch }))).toEqual([
      200, 200,
    ]);
    expect(['"7"', '"8"'].map((ifMatch) => statusOf('GET', { ...held, 'if-match': ifMatch }))).toEqual([
      304, 304,
    ]);
    expect(statusOf('GET', { 'if-match': '"8"' })).toBe(200);
  });
});

describe('a list of tags', () => {
  const visible = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((character) =>
    /[!#-~\u0080-\u00ff]/.test(character),
  );

  test('keeps every tag as it is written, whatever it may hold', () => {
    const opaque = fc.string({ unit: fc.constantFrom(...visible), maxLength: 10 });
    const tag = opaque.map((text) => `"${text}"`);
    const separator = fc.constantFrom(',', ', ', ' ,', ' ,\t,, ');
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1, maxLength: 6 }), separator, (tags, between) => {
        expect(readPrecondition({ 'if-match': tags.join(between) })).toEqual({ ifMatch: tags });
        const weak = tags.map((one) => `W/${one}`).join(between);
        expect(readPrecondition({ 'if-none-match': weak })).toEqual({ ifNoneMatch: tags });
        expect(readPrecondition({ 'if-match': weak })).toEqual({ ifMatch: [] });
      }),
    );
  });

  test.each<[string, (size: number) => string]>([
    ['spaces', (size) => ' '.repeat(size)],
    ['spaces before text', (size) => `${' '.repeat(size)}x`],
    ['commas', (size) => ', '.repeat(size / 2)],
    ['quotes', (size) => '"'.repeat(size)],
    ['quotes and letters', (size) => '"a'.repeat(size / 2)],
  ])('is read in time that grows with its length: %s', (_words, write) => {
    const read = (header: string) => expect(ifMatchHolds(header, '"7"')).toBe(false);
    expect(growthOf(16 * 1024, write, read)).toBeLessThan(linearGrowth);
  });
});
