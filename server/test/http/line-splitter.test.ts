import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArrayValues, type LineSplitter, longestLineBytes, TextLines } from '../../src/http/line-splitter.ts';
import { failureCodeOf } from '../support/failures.ts';

type Line = readonly [line: number, text: string | null];

/** What a splitter makes of a body that comes in pieces of these sizes, in turn. */
function split(splitter: LineSplitter, body: string | Buffer, sizes: readonly number[] = [65_536]): Line[] {
  const bytes = Buffer.from(body);
  const lines: Line[] = [];
  const take = (taken: ReturnType<LineSplitter['end']>) => {
    for (const { line, json } of taken) lines.push([line, json === null ? null : json.toString()]);
  };
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    take(splitter.push(bytes.subarray(start, start + size)));
    start += size;
  }
  take(splitter.end());
  return lines;
}

const json = fc.json({ maxDepth: 3 });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe('lines of text', () => {
  test('are told apart however they arrive; blank ones are counted and passed over', () => {
    for (const pieces of [[1], [2, 3], [100]]) {
      expect(split(new TextLines(), '{"a":1}\n\n  \r\n{"b":"é"}\r\n{"c":3}', pieces)).toEqual([
        [1, '{"a":1}'],
        [4, '{"b":"é"}\r'],
        [5, '{"c":3}'],
      ]);
    }
  });

  test('are the same whether they arrive together or in pieces, also where some are no UTF-8', () => {
    const line = fc.oneof(json, fc.constantFrom('', ' \r', 'é\r'), fc.uint8Array({ maxLength: 9 }));
    const property = fc.property(fc.array(line, { maxLength: 12 }), sizes, (lines, pieces) => {
      const body = Buffer.concat(lines.flatMap((each) => [Buffer.from(each), Buffer.from('\n')]));
      expect(split(new TextLines(), body)).toEqual(split(new TextLines(), body, pieces));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('are none where the body is blank', () => {
    expect(split(new TextLines(), '\n \n')).toEqual([]);
  });

  test('that are too long are let go, and those after them are not', () => {
    const longest = 'x'.repeat(longestLineBytes);
    expect(split(new TextLines(), `${longest}\n${longest}x\ny`, [1000])).toEqual([
      [1, longest],
      [2, null],
      [3, 'y'],
    ]);
  });

  test.each([[1000], [longestLineBytes], [longestLineBytes + 1]])(
    'may be as long before a carriage return, also in pieces of %s bytes',
    (size) => {
      const longest = 'x'.repeat(longestLineBytes);
      expect(split(new TextLines(), `${longest}\r\n${longest}x\r\ny`, [size])).toEqual([
        [1, `${longest}\r`],
        [2, null],
        [3, 'y'],
      ]);
    },
  );
});

describe('values of an array', () => {
  test('are told apart however they arrive', () => {
    const property = fc.property(
      fc.array(json),
      fc.constantFrom('', ' ', '\n\t'),
      sizes,
      (values, gap, pieces) => {
        const body = `${gap}[${values.map((value) => gap + value + gap).join(',')}${gap}]${gap}`;
        const found = split(new ArrayValues(), body, pieces);
        expect(found.map(([line]) => line)).toEqual(values.map((_, place) => place + 1));
        expect(found.map(([, text]) => JSON.parse(text ?? ''))).toEqual(
          values.map((value) => JSON.parse(value)),
        );
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test.each([
    ['[]', []],
    [' [ \n] ', []],
    ['[1,]', ['1', '']],
    ['[,1]', ['', '1']],
    ['[1}]', ['1}']],
    ['["a]","\\"],","\\\\"]', ['"a]"', '"\\"],"', '"\\\\"']],
  ])('of %j are %j, whatever a parser makes of them', (body, values) => {
    expect(split(new ArrayValues(), body).map(([, text]) => text)).toEqual(values);
  });

  test('that are too long are let go, and those after them are not', () => {
    const long = `"${'x'.repeat(longestLineBytes)}"`;
    expect(split(new ArrayValues(), `[1,${long},[${long}],2]`, [999])).toEqual([
      [1, '1'],
      [2, null],
      [3, null],
      [4, '2'],
    ]);
  });

  test.each([
    ['{}', 'invalid'],
    ['"x"', 'invalid'],
    ['null', 'invalid'],
    ['1', 'invalid'],
    ['x', 'malformed'],
    ['\ufeff[]', 'malformed'],
    ['[] []', 'malformed'],
    ['[1', 'malformed'],
    ['[{]', 'malformed'],
    ['["]', 'malformed'],
    ['', 'malformed'],
  ])('of %j fail as %s', (body, failure) => {
    expect(failureCodeOf(() => split(new ArrayValues(), body))).toBe(failure);
  });
});
