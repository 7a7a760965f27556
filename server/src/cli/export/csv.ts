import type { ExportColumnType } from '../../domain/export.ts';
import { guardedText } from '../../domain/formula.ts';
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

const toBeQuoted = /[",\r\n]|^\s|\s$/;

/**
 * A cell as written in a table. Null is an empty cell, an empty text a quoted one. Text is guarded from being taken for a
 * formula.
 */
function csvCell(value: unknown, type: ExportColumnType): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isMeasure = type === 'integer' || type === 'amount' || type === 'decimal';
  const harmless = isMeasure ? text : guardedText(text);
  return harmless === '' || toBeQuoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
