import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { parseStrictJson } from '../../src/domain/strict-json.ts';
import { decodeJsonBody, MAX_BODY_DEPTH } from '../../src/http/json.ts';
import { processorMilliseconds } from '../support/processor-time.ts';

/** The reason why a body is refused; fails the test where it is accepted. */
function refusalOf(body: string | readonly number[]): string {
  try {
    decodeJsonBody(typeof body === 'string' ? Buffer.from(body) : Buffer.from(body));
  } catch (error) {
    if (error instanceof Failure && error.code === 'malformed') return error.message;
    throw error;
  }
  throw new Error('The body is accepted.');
}

/** Reads a body of which only the time matters that it takes to be accepted or refused. */
function judge(bytes: Buffer): void {
  try {
    decodeJsonBody(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
  }
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe('what is no JSON is malformed', () => {
  test.each(['', ' ', '\r\n\t '])('an empty body: %j', (body) => {
    expect(refusalOf(body)).toBe('The body is empty.');
  });

  test.each([
    ['cut short', '{"source":"goo'],
    ['cut after a backslash', '{"source":"\\'],
    ['a comma too many', '{"source":"google",}'],
    ['a comment', '{"source":"google"/* paid */}'],
    ['single quotes', "{'source':'google'}"],
    ['a name without quotes', '{source:"google"}'],
    ['two objects', '{}{}'],
    ['text after the end', '{}x'],
    ['lines of JSON', '{"source":"a"}\n{"source":"b"}\n'],
    ['NaN', '{"source":NaN}'],
    ['Infinity', '{"source":Infinity}'],
    ['a plus sign', '{"source":+1}'],
    ['a leading zero', '{"source":01}'],
    ['no digit before the point', '{"source":.5}'],
    ['hexadecimal', '{"source":0x10}'],
    ['a raw NUL', '{"source":"\0"}'],
    ['a raw line break in a string', '{"source":"a\nb"}'],
    ['a raw control character in a string', '{"source":"\u0007"}'],
    ['a vertical tab between tokens', '{\u000b}'],
    ['a no-break space between tokens', '{\u00a0}'],
    ['a closing bracket too many', '{}}'],
    ['brackets that do not match', '{"source":["google"}]'],
  ])('%s', (_name, body) => {
    expect(refusalOf(body)).toBe('The body is not JSON.');
  });

  test('a byte order mark', () => {
    expect(refusalOf('\ufeff{}')).toBe('The body starts with a byte order mark.');
  });

  test('the reason never quotes the body', () => {
    expect(refusalOf('{"source": s3cret }')).not.toContain('s3cret');
  });
});

describe('what is no UTF-8 is malformed', () => {
  const quoted = (...bytes: number[]) => [0x22, ...bytes, 0x22];
  test.each([
    ['a byte that UTF-8 never has', quoted(0xff)],
    ['a continuation that continues nothing', quoted(0x80)],
    ['an overlong form', quoted(0xc0, 0x80)],
    ['an encoded surrogate', quoted(0xed, 0xa0, 0x80)],
    ['a sequence cut short', quoted(0xf0, 0x9f, 0x98)],
    ['a code point past the last', quoted(0xf4, 0x90, 0x80, 0x80)],
    ['UTF-16 with its mark', [0xff, 0xfe, 0x7b, 0, 0x7d, 0]],
    ['UTF-32 with its mark', [0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0, 0x7d, 0, 0, 0]],
  ])('%s', (_name, bytes) => {
    expect(refusalOf(bytes)).toBe('The body is not UTF-8.');
  });

  test('UTF-16 without a mark is UTF-8 with NUL characters, hence not JSON', () => {
    expect(refusalOf([...Buffer.from('{}', 'utf16le')])).toBe('The body is not JSON.');
  });
});

describe('a member name stands only once in its object', () => {
  const reason = 'The body names a member of an object more than once.';
  test.each([
    ['with the same value', '{"source":"a","source":"a"}'],
    ['with another value', '{"source":"a","source":"b"}'],
    ['spelt with an escape', '{"source":"a","so\\u0075rce":"b"}'],
    ['in an inner object', '{"a":{"b":1,"b":2}}'],
    ['in an object within an array', '[[],[{"b":1,"b":2}]]'],
    ['under an object that a later one replaces', '{"a":{"b":1,"c":2},"a":3}'],
    ['`__proto__`', '{"__proto__":{},"__proto__":{}}'],
    ['numbers as names', '{"1":1,"1":2}'],
    ['the empty name', '{"":1,"":2}'],
    ['surrogates that pair only when spelt out', '{"😀":1,"\\ud83d\\ude00":2}'],
  ])('%s', (_name, body) => {
    expect(refusalOf(body)).toBe(reason);
  });

  test.each([
    '{"a":{"b":1},"c":{"b":1}}',
    '[{"b":1},{"b":1}]',
    '{"a":":","b":"{\\"a\\":1}"}',
    '{"a\\\\":1,"a\\"":2,"a":3}',
    '{"é":1,"e\u0301":2}',
    '":"',
    '[":",":"]',
  ])('names that only look alike are accepted: %s', (body) => {
    expect(decodeJsonBody(Buffer.from(body))).toEqual(JSON.parse(body));
  });
});

describe('nesting', () => {
  test('32 levels are accepted, 33 are refused', () => {
    expect(MAX_BODY_DEPTH).toBe(32);
    expect(decodeJsonBody(Buffer.from(nested(32)))).toEqual(JSON.parse(nested(32)));
    expect(refusalOf(nested(33))).toBe('The body is nested deeper than 32 levels.');
  });

  test.each([1_000, 100_000, 1_000_000])('%i levels are refused', (depth) => {
    expect(refusalOf(nested(depth))).toBe('The body is nested deeper than 32 levels.');
    expect(refusalOf('{"a":'.repeat(depth))).toBe('The body is nested deeper than 32 levels.');
  });

  test('brackets in strings and objects side by side do not nest', () => {
    const body = JSON.stringify([...Array.from({ length: 100 }, () => ({ a: [] })), '['.repeat(100), '{"']);
    expect(decodeJsonBody(Buffer.from(body))).toEqual(JSON.parse(body));
  });

  test('the caller says how deep', () => {
    expect(parseStrictJson('{"a":[1]}', 2)).toEqual({ a: [1] });
    expect(() => parseStrictJson('{"a":[1]}', 1)).toThrow(Failure);
    expect(parseStrictJson('1', 0)).toBe(1);
  });
});

describe('what is accepted', () => {
  test('every kind of value at the top', () => {
    for (const body of ['null', 'true', '1', '"x"', '[]', '{}', ' {} \r\n']) {
      expect(decodeJsonBody(Buffer.from(body))).toEqual(JSON.parse(body));
    }
  });

  test('text comes out code point for code point, escaped or not', () => {
    expect(
      decodeJsonBody(
        Buffer.from('["😀","\\ud83d\\ude00","\\u0007\\n\\t","\u007f\u0085","\\u0000","\\ud800"]'),
      ),
    ).toEqual(['😀', '😀', '\u0007\n\t', '\u007f\u0085', '\0', '\ud800']);
  });

  test('members named after built-ins are members like any other and touch no prototype', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then'];
    const body = `{${names.map((name) => `"${name}":{"polluted":true}`).join()}}`;
    const value = decodeJsonBody(Buffer.from(body));
    expect(Object.keys(value as object)).toEqual(names);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an escaped name is the name it spells', () => {
  // The engine's parser mixes such names up once it has met others that begin like their spelling.
  const decoys = ['{"\\\\":0}', '{"a":0,"\\\\":0}', '{"a":0,"so\\\\u00":0}', '{"\\\\u":0}'];
  test.each([
    ['{"\\n":1}', { '\n': 1 }],
    [
      '{"a":1,"\\"":{"\\u00e9":[2, "\\n", -1.5e3, null, true]}}',
      { a: 1, '"': { é: [2, '\n', -1500, null, true] } },
    ],
    [' { "\\u0061b" : [ ] , "c" : { } } ', { ab: [], c: {} }],
    ['{"a":1,"so\\u0075rce":"google"}', { a: 1, source: 'google' }],
    ['{"\\u005f_proto__":{"polluted":true}}', JSON.parse('{"__proto__":{"polluted":true}}')],
  ])('%s', (body, value) => {
    for (const decoy of decoys) decodeJsonBody(Buffer.from(decoy));
    expect(decodeJsonBody(Buffer.from(body))).toEqual(value);
  });

  test('and is found to stand twice, whatever came before', () => {
    for (const decoy of decoys) decodeJsonBody(Buffer.from(decoy));
    expect(() => decodeJsonBody(Buffer.from('{"a":1,"source":1,"so\\u0075rce":2}'))).toThrow(Failure);
    expect(() => decodeJsonBody(Buffer.from('{"a":1,"\\u0061":2}'))).toThrow(Failure);
  });
});

describe('a body at the limit costs little, whatever its shape', () => {
  const members = (name: (index: number) => string, count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"${name(index)}":1`).join()}}`;
  test.each([
    ['10,000 members', members((index) => index.toString(36), 10_000)],
    ['numbers that share their low bits as names', members((index) => String(index * 65_536), 4_000)],
    ['nothing but escaped quotes', JSON.stringify('"'.repeat(32_000))],
    ['nothing but backslashes', JSON.stringify('\\'.repeat(32_000))],
    ['a name of 60 KiB', `{"${'a'.repeat(61_440)}":1}`],
    ['escaped names', members((index) => `\\u00e9${index.toString(36)}`, 4_000)],
    ['a name that is followed by nothing but colons', `{"${'a'.repeat(30_000)}"${':'.repeat(30_000)}`],
    ['20,000 empty objects', JSON.stringify(Array.from({ length: 20_000 }, () => ({})))],
  ])('%s', async (_name, body) => {
    const bytes = Buffer.from(body);
    expect(await processorMilliseconds(() => judge(bytes))).toBeLessThan(5_000);
  });
});
