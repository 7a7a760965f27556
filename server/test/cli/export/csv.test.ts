import { expect, test } from 'vitest';
import type { ExportRow } from '../../../src/cli/export/cells.ts';
import { csvSink } from '../../../src/cli/export/csv.ts';
import { exportColumns } from '../../../src/domain/export.ts';

/** What a text becomes as the cell of a column. */
function cellOf(text: string | null, column = 'source'): string {
  const written: string[] = [];
  const sink = csvSink('spend', (some) => void written.push(some));
  const names = exportColumns.spend.map(({ name }) => name);
  const place = names.indexOf(column);
  sink.add(Object.fromEntries(names.map((name) => [name, name === column ? text : null])) as ExportRow);
  sink.end();
  const [, line = ''] = written.join('').split(`${names.join(',')}\r\n`);
  return line.slice(place, line.length - (names.length - 1 - place) - 2);
}

test.each([
  [null, ''],
  ['', '""'],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['a\nb', '"a\nb"'],
  ['a\rb', '"a\rb"'],
  [' a', '" a"'],
  ['a ', '"a "'],
])('the text %j is written as %j', (text, cell) => {
  expect(cellOf(text)).toBe(cell);
});

test('what a spreadsheet would run is guarded in a text, and no number is', () => {
  expect([cellOf('-1.00'), cellOf('-1.00', 'amount')]).toEqual(["'-1.00", '-1.00']);
});
