import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { InvalidField } from '../../domain/failure.ts';
import type { CsvHeader } from './csv.ts';
import type { OpenedFile } from './opened-file.ts';
import type { RejectedRecord } from './record.ts';

/** Where rejected records go, each with its line and the reasons, so that they can be mended and imported again. */
export interface Rejections extends Disposable {
  reject(record: RejectedRecord): void;
  /** Writes out what has been rejected, and returns the length of the file. */
  flush(): number;
}

/**
 * A file that is created with the first rejection; of an existing one the first `keptBytes` stay. Records of a table are written
 * as a table again, with two columns before their own; objects as members of other objects, from which they can be read again. It
 * is in UTF-8, with a byte order mark if another encoding was given for the file that is read.
 */
export function rejectionsIn(
  path: string,
  { header, options }: Pick<OpenedFile, 'header' | 'options'>,
  keptBytes: number,
): Rejections {
  const mark = options.encoding === null || options.encoding === 'utf-8' ? '' : '\ufeff';
  let file: number | null = null;
  let waiting: string[] = [];
  const open = (): number => {
    if (keptBytes > 0) truncateSync(path, keptBytes);
    const opened = openSync(path, keptBytes === 0 ? 'w' : 'a', 0o600);
    // All of it, where a disk that is nearly full takes a part.
    if (keptBytes === 0) writeFileSync(opened, mark + headOf(header));
    return opened;
  };
  return {
    reject(record) {
      waiting.push(header === null ? objectLine(record) : tableLine(record, header));
    },
    flush() {
      if (waiting.length === 0) return file === null ? keptBytes : fstatSync(file).size;
      file ??= open();
      writeFileSync(file, waiting.join(''));
      waiting = [];
      return fstatSync(file).size;
    },
    [Symbol.dispose]() {
      if (file !== null) closeSync(file);
    },
  };
}

/** How a file of rejected records begins. */
const beginning = /^(?:\ufeff?line\d*.reason\d*.|\{"line":\d+,"reason":")/s;

/** Removes rejected records that an earlier run has left; another file stays, whatever it is. */
export function removeRejections(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
  const file = openSync(path, 'r');
  const sample = Buffer.alloc(100);
  const length = readSync(file, sample, 0, sample.length, 0);
  closeSync(file);
  if (beginning.test(sample.toString('utf8', 0, length))) rmSync(path);
}

function headOf(header: CsvHeader | null): string {
  if (header === null) return '';
  const { delimiter, text, columns } = header;
  return `${freeName('line', columns)}${delimiter}${freeName('reason', columns)}${delimiter}${text}\n`;
}

/** A name that no column has: rejecting from a file of rejected records yields a table again. */
function freeName(name: string, columns: readonly string[]): string {
  let free = name;
  for (let number = 2; columns.includes(free); number += 1) free = `${name}${number}`;
  return free;
}

function tableLine({ firstLine, isReadable, ...record }: RejectedRecord, { delimiter }: CsvHeader): string {
  // A record that could not be parsed must not break the rest of the table.
  const text = isReadable ? record.text : quoted(record.text);
  return `${firstLine}${delimiter}${quoted(reasonOf(record.faults))}${delimiter}${text}\n`;
}

function objectLine({ firstLine, text, faults, isReadable }: RejectedRecord): string {
  const parts = { line: firstLine, reason: reasonOf(faults) };
  if (!isReadable) return `${JSON.stringify({ ...parts, record: text })}\n`;
  // As it is written, so that numbers stay exactly the same.
  return `${JSON.stringify(parts).slice(0, -1)},"record":${text.trim()}}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** All reasons in one sentence. */
export function reasonOf(faults: readonly InvalidField[]): string {
  return faults.map(({ field, message }) => (field === '' ? message : `${field} ${message}`)).join('; ');
}
