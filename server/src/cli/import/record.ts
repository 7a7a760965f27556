import type { InvalidField } from '../../domain/failure.ts';
import type { FileLine } from './lines.ts';

/** What is kept of a record until it is known whether it is rejected. */
export interface WrittenRecord {
  /** The line it begins on, counted from 1; no other record does. */
  readonly firstLine: number;
  /** As it is written; empty where it is too long to be kept. */
  readonly text: string;
}

/** What a file says at one place: a row of a table, or an object. */
export interface FileRecord extends WrittenRecord {
  readonly lastLine: number;
  /** What it says under a column's name; undefined where it says nothing there. */
  cell(column: string): string | undefined;
  /** Why it cannot be read; null where it can. */
  readonly fault: string | null;
}

/** A record that becomes no row, and why. */
export interface RejectedRecord extends WrittenRecord {
  readonly isReadable: boolean;
  readonly faults: readonly InvalidField[];
}

const nothing = () => undefined;

/** A record that cannot be read. */
export function unreadable(firstLine: number, lastLine: number, text: string, fault: string): FileRecord {
  return { firstLine, lastLine, text, cell: nothing, fault };
}

/** A file as it is read: what its columns are called, where it has such, and its records. */
export interface RecordReader {
  /** Reads lines in their order. */
  push(lines: readonly FileLine[]): readonly FileRecord[];
  /** What is left at the end of the file. */
  end(): readonly FileRecord[];
}
