import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guardedText, unguardedText } from '../../src/domain/formula.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-5%', "'-5%"],
  ['@sum', "'@sum"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  ['＝1', "'＝1"],
  ["'=1", "''=1"],
  ["''@", "'''@"],
  ["'tis", "'tis"],
  ["'", "'"],
  ['a=1', 'a=1'],
  ['', ''],
])('%j is guarded as %j', (text, cell) => {
  expect(guardedText(text)).toBe(cell);
  expect(unguardedText(cell)).toBe(text);
});

test('every text is given back, and no cell begins like a formula', () => {
  const text = fc.string({ unit: fc.constantFrom("'", '=', '-', '\t', '＋', 'a', ' ', '"') });
  fc.assert(
    fc.property(text, (any) => {
      expect(unguardedText(guardedText(any))).toBe(any);
      expect(guardedText(any)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    }),
  );
});
