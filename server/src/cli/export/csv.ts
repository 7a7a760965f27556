import type { ExportColumnType } from '../../domain/export.ts';
import { columnsOf } from './cells.ts';
import { gathering, type SinkMaker } from './sink.ts';

/** A table with commas, as RFC 4180 has it. */
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

/** Spreadsheets take what begins so for a formula, and run it. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const toBeQuoted = /[",\r\n]|^\s|\s$/;

/**
 * A cell as it stands in a table. Nothing is an empty cell, and an empty text a quoted one. A text that a spreadsheet
 * would take for a formula has an apostrophe before it.
 */
export function csvCell(value: unknown, type: ExportColumnType): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isMeasure = type === 'integer' || type === 'amount' || type === 'decimal';
  const harmless = !isMeasure && formula.test(text) ? `'${text}` : text;
  return harmless === '' || toBeQuoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
