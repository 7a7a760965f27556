import { expect, test } from 'vitest';
import type { ExportRow } from '../../../src/cli/export/cells.ts';
import { csvSink } from '../../../src/cli/export/csv.ts';
import { exportColumns } from '../../../src/domain/export.ts';

/** The cell that a text of the first column becomes. */
function cellOf(text: string | null): string {
  const written: string[] = [];
  const sink = csvSink('spend', (some) => void written.push(some));
  const names = exportColumns.spend.map(({ name }) => name);
  const place = names.indexOf('source');
  sink.add(Object.fromEntries(names.map((name) => [name, name === 'source' ? text : null])) as ExportRow);
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
