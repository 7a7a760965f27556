import { closeSync, fstatSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import type { InvalidField } from '../../domain/failure.ts';
import type { CsvHeader } from './csv.ts';
import type { OpenedFile } from './opened-file.ts';
import type { RejectedRecord } from './record.ts';

/** Where rejected records go, each with its line and its reasons, so that they can be mended and imported again. */
export interface Rejections extends Disposable {
  reject(record: RejectedRecord): void;
  /** Writes down what was rejected, and answers how long the file is with it. */
  flush(): number;
}

/**
 * A file that is made with the first rejection. Of one that is there, the first `keptBytes` stay. Records of a table are
 * written as a table again, with two columns before their own; objects as members of others, in which they are read again.
 * It is in UTF-8, and says so where the file that was read had to be told to be in something else.
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

function headOf(header: CsvHeader | null): string {
  if (header === null) return '';
  const { delimiter, text, columns } = header;
  return `${freeName('line', columns)}${delimiter}${freeName('reason', columns)}${delimiter}${text}\n`;
}

/** A name that no column has: what is rejected of a file of rejected records is a table again. */
function freeName(name: string, columns: readonly string[]): string {
  let free = name;
  for (let number = 2; columns.includes(free); number += 1) free = `${name}${number}`;
  return free;
}

function tableLine({ firstLine, isReadable, ...record }: RejectedRecord, { delimiter }: CsvHeader): string {
  // What could not be taken apart must not break the rest of the table.
  const text = isReadable ? record.text : quoted(record.text);
  return `${firstLine}${delimiter}${quoted(reasonOf(record.faults))}${delimiter}${text}\n`;
}

function objectLine({ firstLine, text, faults, isReadable }: RejectedRecord): string {
  const parts = { line: firstLine, reason: reasonOf(faults) };
  if (!isReadable) return `${JSON.stringify({ ...parts, record: text })}\n`;
  // As it is written, so that no number becomes another.
  return `${JSON.stringify(parts).slice(0, -1)},"record":${text.trim()}}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Every reason in one sentence. */
export function reasonOf(faults: readonly InvalidField[]): string {
  return faults.map(({ field, message }) => (field === '' ? message : `${field} ${message}`)).join('; ');
}
