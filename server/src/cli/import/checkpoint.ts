import { hash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { ImportKind } from './kind.ts';

/** How far an import came. Beside the ids of rows, which make repeating harmless, it saves the time of doing so. */
export interface Checkpoint {
  /** The file and what was asked of it: another of either begins anew. */
  readonly identity: string;
  readonly kind: ImportKind;
  /** Of the import in the service. */
  readonly importId: string;
  /** Lines of the file that are dealt with. */
  readonly lines: number;
  readonly counts: ImportCounts;
  /** How long the file of rejected records was then; what it has behind that is of a run that ended in between. */
  readonly rejectedBytes: number;
}

export interface ImportCounts {
  /** Rows that are kept now and were not before. */
  readonly added: number;
  /** Rows that were kept already. */
  readonly known: number;
  /** Records that became no row. */
  readonly rejected: number;
  /** Records that are not meant. */
  readonly passedOver: number;
}

export const noCounts: ImportCounts = { added: 0, known: 0, rejected: 0, passedOver: 0 };

const sampledBytes = 65_536;

/** What tells a file, and what is asked of it, from others: its size, when it was written, its beginning and its end. */
export function identityOf(path: string, request: unknown): string {
  const file = openSync(path, 'r');
  try {
    const { size, mtimeMs } = fstatSync(file);
    const sample = Buffer.alloc(Math.min(size, sampledBytes));
    readSync(file, sample, 0, sample.length, 0);
    const end = Buffer.alloc(Math.min(size, sampledBytes));
    readSync(file, end, 0, end.length, size - end.length);
    const parts = [size, mtimeMs, sample.toString('base64'), end.toString('base64'), request];
    return hash(
      'sha256',
      JSON.stringify(parts, (_name, value) => asList(value)),
    );
  } finally {
    closeSync(file);
  }
}

/** JSON has no other form for what a map or a set holds. */
function asList(value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

/** The checkpoint of an earlier run; null where there is none. */
export function readCheckpoint(path: string): Checkpoint | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Checkpoint;
  } catch {
    // Where it is missing or not whole, the import begins anew, which costs time and nothing else.
    return null;
  }
}

/** Puts a checkpoint in the place of the one before, whole or not at all. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, JSON.stringify(checkpoint), { mode: 0o600 });
  renameSync(partial, path);
}

export function removeCheckpoint(path: string): void {
  rmSync(path, { force: true });
}
