import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson, parseUnrounded, RoundedNumber } from '../../src/domain/strict-json.ts';
import { anyText } from '../support/any-text.ts';

/** The plain way: read the members one by one, with the parser's own reader for strings and numbers. */
function parseNaively(text: string, maxDepth: number): unknown {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let position = 0;
  const next = () => tokens[position++] ?? '';
  const readMembers = (depth: number) => {
    const members: [string, unknown][] = [];
    while (tokens[position] !== '}') {
      const name: string = JSON.parse(next());
      next();
      members.push([name, readValue(depth)]);
      if (tokens[position] === ',') next();
    }
    next();
    if (new Set(members.map(([name]) => name)).size !== members.length) throw new Error('A name twice.');
    return Object.fromEntries(members);
  };
  const readItems = (depth: number) => {
    const items: unknown[] = [];
    while (tokens[position] !== ']') {
      items.push(readValue(depth));
      if (tokens[position] === ',') next();
    }
    next();
    return items;
  };
  const readValue = (depth: number): unknown => {
    const token = next();
    if (token !== '{' && token !== '[') return JSON.parse(token);
    if (depth === maxDepth) throw new Error('Too deep.');
    return token === '{' ? readMembers(depth + 1) : readItems(depth + 1);
  };
  JSON.parse(text);
  return readValue(0);
}

function outcomeOf(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch {
    return 'refused';
  }
}

/** JSON texts whose objects often repeat a name, plainly or spelt with escapes. */
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', '0', '-1.5e3', '"a:b"', '"{\\"a\\":1}"', '"\\\\"', '""'),
    anyText().map((text) => JSON.stringify(text)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('"a"', '"\\u0061"', '"b"', '"__proto__"', '"c:"', '"\\\\"', '"\\""', '"1"'),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map((members) => `{${members.map(([name, value]) => `${name} : ${value}`).join(',')}}`),
  ),
})).value;

describe('the fast reading agrees with the plain one', () => {
  test('on every JSON text, repeated names and depth included', () => {
    fc.assert(
      fc.property(jsonText, fc.integer({ min: 0, max: 4 }), (text, maxDepth) => {
        expect(outcomeOf(() => parseStrictJson(text, maxDepth))).toEqual(
          outcomeOf(() => parseNaively(text, maxDepth)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('on texts that are nearly JSON', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '"a"',
      '1',
      ' ',
      'null',
      '\\u0061',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const text = fragments.join('');
        expect(outcomeOf(() => parseStrictJson(text, 2))).toEqual(outcomeOf(() => parseNaively(text, 2)));
      }),
      { numRuns: 5_000 },
    );
  });
});

test('a number is told apart from the double it reads as where it is not the decimal of one', () => {
  const said = (literal: string) => {
    const read = parseUnrounded(`[${literal}]`, 1) as readonly unknown[];
    return read[0] instanceof RoundedNumber ? read[0].literal : read[0];
  };
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((double) => double !== 0),
      fc.integer({ min: 1, max: 9 }),
      (double, digit) => {
        const [shortest = '', power = '0'] = double.toExponential().split('e');
        expect(said(`${shortest}${shortest.includes('.') ? '' : '.'}000e${power}`)).toBe(double);
        const [digits = '', exponent = '0'] = double.toExponential(16).split('e');
        const rounded = `${digits}000${digit}e${exponent}`;
        expect(said(rounded)).toBe(rounded);
      },
    ),
  );
  for (const literal of ['0.0000000000000000', '-0e99999', '100000000000000000000', '1.0e5']) {
    expect(said(literal)).toBe(Number(literal));
  }
  for (const literal of ['1e400', '1e-400', '9007199254740993', '0.1000000000000000055']) {
    expect(said(literal)).toBe(literal);
  }
});
