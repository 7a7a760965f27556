import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { InvalidField } from '../../domain/failure.ts';
import type { CsvHeader } from './csv.ts';
import type { RejectedRecord } from './record.ts';

/** Where rejected records go, each with its line and its reasons, so that they can be mended and imported again. */
export interface Rejections extends Disposable {
  reject(record: RejectedRecord): void;
  /** Writes down what was rejected, and answers how long the file is with it. */
  flush(): number;
}

/**
 * A file that is made with the first rejection. Of one that is there, the first `keptBytes` stay. Records of a table are
 * written as a table again, with two columns before their own.
 */
export function rejectionsIn(path: string, header: CsvHeader | null, keptBytes: number): Rejections {
  let file: number | null = null;
  let waiting: string[] = [];
  const open = (): number => {
    const opened = openSync(path, keptBytes === 0 ? 'w' : 'r+', 0o600);
    if (keptBytes === 0) writeSync(opened, headOf(header));
    else ftruncateSync(opened, keptBytes);
    return opened;
  };
  return {
    reject(record) {
      waiting.push(header === null ? objectLine(record) : tableLine(record, header));
    },
    flush() {
      if (waiting.length === 0) return file === null ? keptBytes : fstatSync(file).size;
      file ??= open();
      writeSync(file, waiting.join(''), fstatSync(file).size);
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
  const { delimiter, text } = header;
  return `line${delimiter}reason${delimiter}${text}\n`;
}

function tableLine({ firstLine, isReadable, ...record }: RejectedRecord, { delimiter }: CsvHeader): string {
  // What could not be taken apart must not break the rest of the table.
  const text = isReadable ? record.text : quoted(record.text);
  return `${firstLine}${delimiter}${quoted(reasonOf(record.faults))}${delimiter}${text}\n`;
}

function objectLine({ firstLine, text, faults }: RejectedRecord): string {
  return `${JSON.stringify({ line: firstLine, reason: reasonOf(faults), record: text })}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Every reason in one sentence. */
export function reasonOf(faults: readonly InvalidField[]): string {
  return faults.map(({ field, message }) => (field === '' ? message : `${field} ${message}`)).join('; ');
}
