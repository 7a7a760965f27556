import { isUtf8 } from 'node:buffer';
import Papa from 'papaparse';
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
  readonly cells: readonly string[];
}

const delimiters = [';', '\t'];

/**
 * Reads a table as RFC 4180 defines it, or as spreadsheets write it: separated by semicolons or tabs, if the first line has them
 * and no comma, and with a byte order mark. Fails with `malformed` if its cells cannot be told apart.
 */
export function decodeTable(bytes: Buffer): Table {
  if (!isUtf8(bytes)) throw new Failure('malformed', 'The body is not UTF-8.');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = head.includes(',') ? ',' : (delimiters.find((each) => head.includes(each)) ?? ',');
  const { data, errors } = Papa.parse<string[]>(text, { delimiter });
  const all = withLines(data);
  const [fault] = errors.filter(({ type }) => type === 'Quotes');
  if (fault !== undefined) {
    const line = all[fault.row ?? 0]?.line ?? 1;
    throw new Failure('malformed', `The quotes of the record that begins on line ${line} do not pair.`);
  }
  const [first, ...rows] = all.filter(({ cells }) => cells.length > 1 || cells[0] !== '');
  return new Table(first?.cells ?? [], rows);
}

/** Rows with their lines, since a quoted cell may span several. */
function withLines(records: readonly (readonly string[])[]): readonly TableRow[] {
  let line = 1;
  return records.map((cells) => {
    const row = { line, cells };
    line += 1;
    for (const cell of cells) line += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
    return row;
  });
}
