import { expect, test } from 'vitest';
import { tableText } from '../../src/cli/document.ts';

test('a table has columns as wide as their widest cells, numbers to the right, and no control characters', () => {
  const rows = [
    ['a', '1'],
    ['b\u001b[2J', '1,000'],
  ];
  const text = 'NAME         ROWS\na               1\nb\\u{1b}[2J  1,000\n';
  expect(tableText(['NAME', { heading: 'ROWS', isNumber: true }], rows)).toBe(text);
  expect(tableText(['NAME', 'ROWS'], [['a', '']])).toBe('NAME  ROWS\na\n');
});

test('a table may have very many rows', () => {
  const rows = Array.from({ length: 200_000 }, (_, place) => [String(place)]);
  expect(tableText(['NUMBER'], rows)).toHaveLength('NUMBER\n'.length + rows.join('\n').length + 1);
});
