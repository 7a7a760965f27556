import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectAccepted, expectRefused } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

const document = '{"source":"a"}';

describe('a body that is not JSON is not understood', () => {
  test.each([
    ['an empty body', ''],
    ['no body', null],
    ['white space only', ' \t\r\n '],
    ['white space that JSON does not know', '\u00a0{}'],
    ['cut off in an object', '{"source":"a"'],
    ['cut off in a string', '{"source":"a'],
    ['cut off after a colon', '{"source":'],
    ['cut off in an escape', '{"source":"\\u00'],
    ['cut off in a literal', '{"source":nul'],
    ['a trailing comma', '{"source":"a",}'],
    ['a trailing comma in an array', '{"x":[1,]}'],
    ['a leading comma', '{,"source":"a"}'],
    ['a comment', '{/* a */"source":"a"}'],
    ['a line comment', '// a\n{"source":"a"}'],
    ['single quotes', "{'source':'a'}"],
    ['unquoted keys', '{source:"a"}'],
    ['two values', '{}{}'],
    ['something after the value', '{}x'],
    ['NDJSON', `${document}\n${document}\n`],
    ['an unknown escape', '{"source":"\\x41"}'],
    ['a literal of another case', '{"source":NULL}'],
    ['undefined', '{"source":undefined}'],
  ])('%s', async (_, body) => expectRefused(service, body, 400));

  test.each(['NaN', 'Infinity', '-Infinity', '+1', '01', '.5', '1.', '0x10', '1e', '--1', '1_000'])(
    '%s as a number',
    async (number) => {
      await expectRefused(service, `{"source":${number}}`, 400);
      await expectRefused(service, `{"unknown":[${number}]}`, 400);
    },
  );
});

describe('a body that is not plain UTF-8 is not understood', () => {
  const utf16 = Buffer.from(document, 'utf16le');
  const utf32 = Buffer.concat(
    [...document].map((character) => Buffer.from([character.charCodeAt(0), 0, 0, 0])),
  );

  test.each([
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], document)],
    ['UTF-16, little end first', utf16],
    ['UTF-16, big end first', Buffer.from(utf16).swap16()],
    ['UTF-16 with its mark', bytes([0xff, 0xfe], [...utf16])],
    ['UTF-32, little end first', utf32],
    ['UTF-32, big end first', Buffer.from(utf32).swap32()],
    ['UTF-32 with its mark', bytes([0xff, 0xfe, 0, 0], [...utf32])],
  ])('%s', async (_, body) => expectRefused(service, body, 400));

  test.each([
    ['FF', [0xff]],
    ['FE', [0xfe]],
    ['a lone continuation', [0x80]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an overlong slash', [0xe0, 0x80, 0xaf]],
    ['an encoded high surrogate', [0xed, 0xa0, 0x80]],
    ['an encoded surrogate pair', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['a code point beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence of five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ['a cut sequence', [0xf0, 0x9f, 0x98]],
    ['é in Latin-1', [0xe9]],
  ])('%s in a value, a name, an unknown member and at the end', async (_, sequence) => {
    await expectRefused(service, bytes('{"source":"a', sequence, '"}'), 400);
    await expectRefused(service, bytes('{"a', sequence, '":1}'), 400);
    await expectRefused(service, bytes('{"unknown":["', sequence, '"]}'), 400);
    await expectRefused(service, bytes(document, sequence), 400);
  });
});

describe('characters that cannot be kept', () => {
  test('an escaped NUL in a field is invalid', async () => {
    await expectRefused(service, '{"source":"a\\u0000b"}', 422, ['source']);
    await expectRefused(service, '{"source":"\\u0000","path":"\\u0000"}', 422, ['source', 'path']);
  });

  test('a raw NUL byte is not understood', async () => {
    await expectRefused(service, '{"source":"a\0b"}', 400);
    await expectRefused(service, `${document}\0`, 400);
  });

  test.each([
    ['high', '\\ud800'],
    ['low', '\\udc00'],
    ['reversed pair', '\\ude00\\ud83d'],
    ['high before a letter', '\\ud83da'],
    ['two highs and a low', '\\ud83d\\ud83d\\ude00'],
  ])('a lone surrogate (%s) is invalid', async (_, escapes) => {
    await expectRefused(service, `{"campaign":"a${escapes}b"}`, 422, ['campaign']);
  });

  test('a whole surrogate pair in escapes is one character', async () => {
    await expectAccepted(service, '{"source":"\\ud83d\\ude00"}', { source: '😀' });
  });

  test('raw control characters in a string are not understood', async () => {
    for (let code = 0; code < 0x20; code++) {
      await expectRefused(service, `{"source":"a${String.fromCharCode(code)}b"}`, 400);
    }
  });

  test('escaped control characters, and raw DEL and C1 ones, are kept', async () => {
    const source = Array.from({ length: 0x1f }, (_, index) => String.fromCharCode(index + 1)).join('');
    const term = Array.from({ length: 0x21 }, (_, index) => String.fromCharCode(index + 0x7f)).join('');
    await expectAccepted(service, { source, term }, { source, term });
    await expectAccepted(service, '{"source":"\\u0007\\n\\t\\u007f\\u0085"}', {
      source: '\u0007\n\t\u007f\u0085',
    });
  });
});

describe('a member named twice is not understood', () => {
  test.each([
    ['with an equal value', '{"source":"a","source":"a"}'],
    ['with another value', '{"source":"a","source":"b"}'],
    ['spelt with an escape', '{"source":"a","so\\u0075rce":"b"}'],
    ['both spelt with escapes', '{"s\\u006furce":"a","so\\u0075rce":"b"}'],
    ['far apart', '{"source":"a","medium":"b","term":null,"source":"a"}'],
    ['unknown', '{"x":1,"x":1}'],
    ['the empty name', '{"":1,"":2}'],
    ['a number as its name', '{"1":1,"1":2}'],
    ['__proto__', '{"__proto__":1,"__proto__":2}'],
    ['deep inside', '{"x":[{"y":{"z":1,"z":1}}]}'],
  ])('%s', async (_, body) => expectRefused(service, body, 400));

  test('the same name in different objects, and names that differ only in case or form, are fine', async () => {
    await expectAccepted(service, '{"source":"a","x":{"source":"b"},"SOURCE":1,"é":1,"e\\u0301":2}', {
      source: 'a',
    });
  });
});

describe('names that every object has', () => {
  test('are members like others: ignored, and no prototype changes', async () => {
    const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
    const before = prototypes.map((prototype) => Reflect.ownKeys(prototype));
    const poison = '{"polluted":true,"source":"evil","prototype":{"polluted":true}}';
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'];
    for (const value of [poison, 'null', '"x"', '[]', '1']) {
      await expectAccepted(service, `{${names.map((name) => `"${name}":${value}`).join(',')}}`);
    }
    await expectAccepted(service, `{"__proto__":${poison},"medium":"m"}`, { medium: 'm' });
    await expectAccepted(service, `{"__\\u0070roto__":${poison},"medium":"m"}`, { medium: 'm' });
    expect(prototypes.map((prototype) => Reflect.ownKeys(prototype))).toEqual(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
