import type { ExportColumnType } from '../../domain/export.ts';
import { columnsOf } from './cells.ts';
import { gathering, type SinkMaker } from './sink.ts';

/** Writes a table separated by commas, as RFC 4180 defines it. */
export const csvSink: SinkMaker = (kind, write) => {
  const columns = columnsOf(kind);
  const { add, end } = gathering(write);
  add(lineOf(columns.map(({ name }) => name)));
  return {
    add: (row) => add(lineOf(columns.map(({ cellOf, type }) => csvCell(cellOf(row), type)))),
    end,
  };
};

function lineOf(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

/** Spreadsheets take text that begins like this for a formula, and run it. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const toBeQuoted = /[",\r\n]|^\s|\s$/;

/**
 * A cell as written in a table. Null is an empty cell, an empty text a quoted one. A text that a spreadsheet would take for a
 * formula is preceded by an apostrophe.
 */
export function csvCell(value: unknown, type: ExportColumnType): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isMeasure = type === 'integer' || type === 'amount' || type === 'decimal';
  const harmless = !isMeasure && formula.test(text) ? `'${text}` : text;
  return harmless === '' || toBeQuoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
