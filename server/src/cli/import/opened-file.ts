import { createReadStream, type Stats, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UsageError } from '../faults.ts';
import { type CsvHeader, csvRecords, readHeader } from './csv.ts';
import { type Encoding, inUtf8 } from './encoding.ts';
import type { Format } from './kind.ts';
import { type FileLine, hasReturnsAlone, linesOf, withLineFeeds } from './lines.ts';
import { ndjsonRecords } from './ndjson.ts';
import type { FileRecord } from './record.ts';

export interface FileOptions {
  readonly encoding: Encoding | null;
  readonly format: Format | null;
  readonly delimiter: string | null;
}

/** A file that is to be read. */
export interface OpenedFile {
  readonly path: string;
  readonly bytes: number;
  /** The head of a table; null for lines of JSON. */
  readonly header: CsvHeader | null;
  /** Whether its lines end with carriage returns alone. */
  readonly hasReturnsAlone: boolean;
  readonly options: FileOptions;
}

/** Some of a file's records, and how many of its bytes have been read. */
export interface ReadRecords {
  readonly records: readonly FileRecord[];
  readonly bytes: number;
}

/** How many lines may belong to the head, since names of columns may contain line breaks. */
const linesOfHead = 50;
const bytesAtOnce = 256 * 1024;
/** Few enough that other events, above all the answer to a call, do not wait long for their turn. */
const bytesOfTurn = 16 * 1024;

/** Looks at the head of a file to find out what it is, and what its columns are called. Fails with a plain sentence. */
export async function openFile(path: string, options: FileOptions): Promise<OpenedFile> {
  const found = statSync(path);
  requireRereadable(path, found);
  const textOf = () => inUtf8(createReadStream(path), options.encoding);
  const byReturns = await hasReturnsAlone(textOf());
  const lines: FileLine[] = [];
  for await (const some of linesOf(byReturns ? withLineFeeds(textOf()) : textOf())) {
    lines.push(...some);
    if (lines.length >= linesOfHead) break;
  }
  const format = options.format ?? formatOf(path, lines);
  const header = format === 'csv' ? readHeader(lines, options.delimiter) : null;
  return { path, bytes: found.size, header, hasReturnsAlone: byReturns, options };
}

/** The records are read after the head, from the beginning: by then, a pipe would have lost what the head was found in. */
function requireRereadable(path: string, found: Stats): void {
  if (found.isFile()) return;
  if (found.isDirectory()) throw new UsageError(`${path} is a directory: name a file.`);
  throw new UsageError(`${path} can be read only once, as a pipe: put what it holds into a file first.`);
}

function formatOf(path: string, lines: readonly FileLine[]): Format {
  if (/\.(?:ndjson|jsonl|json)$/i.test(path)) return 'ndjson';
  const first = lines.find(({ text }) => text.trim() !== '')?.text ?? '';
  return first.trimStart().startsWith('{') ? 'ndjson' : 'csv';
}

/** The records of a file after its first lines, in groups of as many as are read at once. */
export async function* recordsOf(
  { path, header, options, hasReturnsAlone: byReturns }: OpenedFile,
  skippedLines: number,
): AsyncGenerator<ReadRecords, void, void> {
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of createReadStream(path, { highWaterMark: bytesAtOnce })) {
      const read = chunk as Buffer;
      for (let start = 0; start < read.length; start += bytesOfTurn) {
        const part = read.subarray(start, start + bytesOfTurn);
        bytes += part.length;
        yield part;
        await nextTurn();
      }
    }
  };
  const reader = header === null ? ndjsonRecords() : csvRecords(header);
  const skipped = Math.max(skippedLines, header?.lastLine ?? 0);
  const text = inUtf8(counted(), options.encoding);
  for await (const lines of linesOf(byReturns ? withLineFeeds(text) : text, skipped)) {
    yield { records: reader.push(lines), bytes };
  }
  yield { records: reader.end(), bytes };
}
