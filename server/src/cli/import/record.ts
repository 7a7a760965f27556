import type { FileLine } from './lines.ts';

/** What a file says at one place: a row of a table, or an object. */
export interface FileRecord {
  /** The lines it is written on, counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** As it is written; empty where it is too long to be kept. */
  readonly text: string;
  /** What it says under a column's name; undefined where it says nothing there. */
  readonly cell: (column: string) => string | undefined;
  /** Why it cannot be read; null where it can. */
  readonly fault: string | null;
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
