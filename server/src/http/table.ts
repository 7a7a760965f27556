import { isUtf8 } from 'node:buffer';
import Papa from 'papaparse';
import { toldCells } from '../domain/export.ts';
import { Failure } from '../domain/failure.ts';

/** A body of `text/csv`: the names of its columns, and its rows of cells. */
export class Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];

  constructor(columns: readonly string[], rows: readonly TableRow[]) {
    this.columns = columns;
    this.rows = rows;
  }
}

export interface TableRow {
  /** The line on which it begins. The columns are on line 1, unless empty lines precede them. */
  readonly line: number;
  /** Null for an empty one; of two quotes it is an empty text, unless all cells are quoted. */
  readonly cells: readonly (string | null)[];
}

const delimiters = [';', '\t'];

/**
 * Reads a table as RFC 4180 defines it, or as spreadsheets write it: separated by semicolons or tabs, if the first line that is not
 * empty has them and no comma, and with a byte order mark. Fails with `malformed` if its cells cannot be told apart.
 */
export function decodeTable(bytes: Buffer): Table {
  if (!isUtf8(bytes)) throw new Failure('malformed', 'The body is not UTF-8.');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const [head = ''] = /[^\r\n]+/.exec(text) ?? [];
  const delimiter = head.includes(',') ? ',' : (delimiters.find((each) => head.includes(each)) ?? ',');
  const { records, fault } = recordsOf(text, delimiter);
  const all = withLines(records);
  if (fault !== undefined) {
    const line = all[fault]?.line ?? 1;
    throw new Failure('malformed', `The quotes of the record that begins on line ${line} do not pair.`);
  }
  const [first, ...rows] = all.filter(({ cells }) => cells.length > 1 || cells[0] !== '');
  const isAllQuoted = head.startsWith('"');
  const told = rows.map(({ line, cells, text }) => {
    return { line, cells: toldCells(cells, isAllQuoted ? '' : text, delimiter) };
  });
  return new Table(first?.cells ?? [], told);
}

interface WrittenRecord {
  readonly cells: readonly string[];
  readonly text: string;
}

/** The records of a table, and the place of the first whose quotes do not pair. */
function recordsOf(text: string, delimiter: string): { records: readonly WrittenRecord[]; fault?: number } {
  const records: WrittenRecord[] = [];
  const faults: number[] = [];
  let start = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    step({ data, errors, meta }) {
      if (errors.some(({ type }) => type === 'Quotes')) faults.push(records.length);
      records.push({ cells: data, text: text.slice(start, meta.cursor).trimEnd() });
      start = meta.cursor;
    },
  });
  const [fault] = faults;
  return fault === undefined ? { records } : { records, fault };
}

/** Rows with their lines, since a quoted cell may span several. */
function withLines(records: readonly WrittenRecord[]): readonly (WrittenRecord & { line: number })[] {
  let line = 1;
  return records.map((record) => {
    const row = { ...record, line };
    line += 1;
    for (const cell of record.cells) line += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
    return row;
  });
}
