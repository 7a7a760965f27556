import type { InvalidField } from '../../domain/failure.ts';
import type { FileLine } from './lines.ts';

/** What is kept of a record until it is known whether it is rejected. */
export interface WrittenRecord {
  /** The line on which it begins, counted from 1, and on which no other record does. */
  readonly firstLine: number;
  /** As it is written; empty if it is too long to be kept. */
  readonly text: string;
}

/** One entry of a file: a row of a table, or an object. */
export interface FileRecord extends WrittenRecord {
  readonly lastLine: number;
  /** The value under a column's name; undefined if there is none. */
  cell(column: string): string | undefined;
  /** Whether an empty text is one, as in an export, and does not say that nothing is known. */
  readonly hasEmptyTexts: boolean;
  /** Why it cannot be read; null if it can. */
  readonly fault: string | null;
}

/** A record that became no row, and why. */
export interface RejectedRecord extends WrittenRecord {
  readonly isReadable: boolean;
  readonly faults: readonly InvalidField[];
}

const nothing = () => undefined;

/** A record that cannot be read. */
export function unreadable(firstLine: number, lastLine: number, text: string, fault: string): FileRecord {
  return { firstLine, lastLine, text, cell: nothing, hasEmptyTexts: false, fault };
}

/** Reads the records of a file from its lines. */
export interface RecordReader {
  /** Takes lines in their order. */
  push(lines: readonly FileLine[]): readonly FileRecord[];
  /** Returns what is left at the end of the file. */
  end(): readonly FileRecord[];
}
