import Papa from 'papaparse';
import { exportKinds, isExport, toldCells } from '../../domain/export.ts';
import { unguardedText } from '../../domain/formula.ts';
import { UsageError } from '../faults.ts';
import { type FileLine, longestLineBytes } from './lines.ts';
import { type FileRecord, type RecordReader, unreadable } from './record.ts';

/** The first line of a table, and how its cells are separated. */
export interface CsvHeader {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** As it is written in the file. */
  readonly text: string;
  /** The line on which it ends. */
  readonly lastLine: number;
}

const delimiters = [',', ';', '\t', '|'];
/** A record that spans more lines, or is longer than any line, has a quote that somebody forgot to close. */
const mostLinesOfRecord = 1000;
const sampledLines = 20;

/**
 * Reads the head of a table from its first lines: the names of columns, and the delimiter unless it is given. Fails with a plain
 * sentence if there is no head, or if a name occurs twice.
 */
export function readHeader(lines: readonly FileLine[], given: string | null): CsvHeader {
  const [delimiter, rest] = delimiterOf(lines, given);
  const assembly = new Assembly(delimiter);
  for (const line of rest) {
    const [record] = assembly.push(line);
    if (record === undefined) continue;
    if (record.fault !== null)
      throw new UsageError(`The first line, with the column names, ${record.fault}.`);
    const columns = record.cells.map((cell) => cell.trim());
    requireDistinct(columns);
    return { delimiter, columns, text: record.text, lastLine: record.lastLine };
  }
  throw new UsageError('The file has no line with column names.');
}

/** Some programs state the delimiter in a line before the head: `sep=;`. */
function delimiterOf(
  lines: readonly FileLine[],
  given: string | null,
): readonly [string, readonly FileLine[]] {
  const [first] = lines;
  const told = /^sep=(.)\r*$/.exec(first?.text ?? '')?.[1];
  if (first !== undefined && told !== undefined) return [given ?? told, lines.slice(1)];
  if (given !== null) return [given, lines];
  const sample = lines.slice(0, sampledLines).map(({ text }) => withoutReturns(text));
  const guessing = { delimitersToGuess: delimiters, skipEmptyLines: true };
  const { delimiter } = Papa.parse(sample.join('\n'), guessing).meta;
  return [delimiter, lines];
}

function requireDistinct(columns: readonly string[]): void {
  const twice = columns.find((column, place) => column !== '' && columns.indexOf(column) !== place);
  if (twice !== undefined) throw new UsageError(`The column ${JSON.stringify(twice)} appears twice.`);
}

/** Reads the records of a table after its header. */
export function csvRecords(header: CsvHeader): RecordReader {
  const { delimiter } = header;
  const assembly = new Assembly(delimiter);
  const places = new Map(header.columns.map((column, place) => [column, place]));
  const isOwn = exportKinds.some((kind) => isExport(kind, (column) => header.columns.includes(column)));
  // A program that quotes every cell does not tell an empty text from nothing.
  const isAllQuoted = header.text.startsWith('"');
  const ownCells = (cells: readonly string[], text: string) =>
    toldCells(cells, isAllQuoted ? '' : text, delimiter).map((cell) => cell && unguardedText(cell));
  const expected = header.columns.length;
  const recordOf = ({ firstLine, lastLine, text, cells, fault }: RawRecord): FileRecord => {
    if (fault !== null) return unreadable(firstLine, lastLine, text, fault);
    if (cells.length === expected) {
      const told = isOwn ? ownCells(cells, text) : cells;
      return new TableRecord(firstLine, lastLine, text, told, places, isOwn);
    }
    const faultyCount = `has ${cells.length} cells, but the table has ${expected} columns`;
    return unreadable(firstLine, lastLine, text, faultyCount);
  };
  return {
    push(lines) {
      const records: FileRecord[] = [];
      for (const line of lines) for (const raw of assembly.push(line)) records.push(recordOf(raw));
      return records;
    },
    end: () => assembly.end().map(recordOf),
  };
}

/** There are very many of these: a closure for each would cost more than its cells. */
class TableRecord implements FileRecord {
  readonly fault = null;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly text: string;
  readonly hasEmptyTexts: boolean;
  readonly #cells: readonly (string | null)[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(
    firstLine: number,
    lastLine: number,
    text: string,
    cells: readonly (string | null)[],
    places: ReadonlyMap<string, number>,
    hasEmptyTexts: boolean,
  ) {
    this.firstLine = firstLine;
    this.lastLine = lastLine;
    this.text = text;
    this.#cells = cells;
    this.#places = places;
    this.hasEmptyTexts = hasEmptyTexts;
  }

  cell(column: string): string | undefined {
    const place = this.#places.get(column);
    return (place === undefined ? undefined : this.#cells[place]) ?? undefined;
  }
}

interface RawRecord {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly text: string;
  readonly cells: readonly string[];
  readonly fault: string | null;
}

/** Joins the lines of records, since a quoted cell may span several. */
class Assembly {
  readonly #delimiter: string;
  #open: FileLine[] = [];
  /** In code units, of which a text has no more than bytes. */
  #openLength = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  push(line: FileLine): readonly RawRecord[] {
    if (this.#open.length === 0) return this.#begin(line);
    if (line.fault !== null) return [...this.#giveUp(), faulty(line)];
    this.#open.push(line);
    this.#openLength += line.text.length;
    // Only another quote can close an open one, and not a doubled one.
    if (line.text.replaceAll('""', '').includes('"')) return this.#attempt();
    return this.#isTooLong ? this.#giveUp() : [];
  }

  end(): readonly RawRecord[] {
    return this.#open.length === 0 ? [] : this.#giveUp();
  }

  #begin(line: FileLine): readonly RawRecord[] {
    if (line.fault !== null) return [faulty(line)];
    const text = withoutReturns(line.text);
    if (text === '') return [];
    if (text.includes('"')) {
      this.#open = [line];
      this.#openLength = text.length;
      return this.#attempt();
    }
    const cells = text.split(this.#delimiter);
    return [{ firstLine: line.line, lastLine: line.line, text, cells, fault: null }];
  }

  #attempt(): readonly RawRecord[] {
    const text = withoutReturns(this.#open.map((line) => line.text).join('\n'));
    const parser = new Papa.Parser({ delimiter: this.#delimiter, newline: '\n' });
    const { data, errors }: Papa.ParseResult<string[]> = parser.parse(text, 0, false);
    const isMalformed = errors.some(({ code }) => code === 'InvalidQuotes');
    const isOpen = errors.some(({ code }) => code === 'MissingQuotes');
    // A quote further down that closes nothing begins a cell of its own there.
    if (isMalformed && this.#open.length > 1) return this.#giveUp();
    if (isMalformed)
      return this.#refuseFirst('has something between a closing quote and the end of its cell');
    if (isOpen) return this.#isTooLong ? this.#giveUp() : [];
    const [first, last] = [this.#open[0]?.line ?? 0, this.#open.at(-1)?.line ?? 0];
    this.#open = [];
    return [{ firstLine: first, lastLine: last, text, cells: data[0] ?? [], fault: null }];
  }

  get #isTooLong(): boolean {
    return this.#open.length >= mostLinesOfRecord || this.#openLength > longestLineBytes;
  }

  #giveUp(): readonly RawRecord[] {
    return this.#refuseFirst('opens a quote that is never closed');
  }

  /** One forgotten quote must not swallow the rest of the file: the lines after the first are read by themselves. */
  #refuseFirst(fault: string): readonly RawRecord[] {
    const [first, ...others] = this.#open;
    this.#open = [];
    if (first === undefined) return [];
    return [{ ...faulty(first), fault }, ...others.flatMap((line) => this.push(line))];
  }
}

function faulty({ line, text, fault }: FileLine): RawRecord {
  return { firstLine: line, lastLine: line, text: withoutReturns(text), cells: [], fault: fault ?? '' };
}

function withoutReturns(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\r') end--;
  return text.slice(0, end);
}
