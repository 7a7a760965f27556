import { hash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { ImportKind } from './kind.ts';

/** How far an import got. The ids of rows make repeating harmless; this saves the time of doing so. */
export interface Checkpoint {
  /** Stands for the file and the request: if either changes, the import begins anew. */
  readonly identity: string;
  readonly kind: ImportKind;
  /** Id of the import in the service. */
  readonly importId: string;
  /** How many lines of the file are done. */
  readonly lines: number;
  readonly counts: ImportCounts;
  /** The length of the file of rejected records at that time; anything after it belongs to a run that broke off later. */
  readonly rejectedBytes: number;
  /** What that file ended with, as `endOf` tells it: something else may have written it since. Older versions did not say. */
  readonly rejectedEnd?: string;
}

export interface ImportCounts {
  /** Rows that were stored by this import. */
  readonly added: number;
  /** Rows that had been stored before. */
  readonly known: number;
  /** Records that became no row. */
  readonly rejected: number;
  /** Records that the mapping leaves out on purpose. */
  readonly passedOver: number;
}

export const noCounts: ImportCounts = { added: 0, known: 0, rejected: 0, passedOver: 0 };

const sampledBytes = 65_536;

/** Distinguishes a file and a request from others, by the file's size, modification time, beginning and end. */
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

/** Stands for the end of the first so many bytes of a file; empty if the file has fewer, or for none. */
export function endOf(path: string, bytes: number): string {
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 };
  if (bytes === 0 || size < bytes) return '';
  const file = openSync(path, 'r');
  try {
    const end = Buffer.alloc(Math.min(bytes, sampledBytes));
    readSync(file, end, 0, end.length, bytes - end.length);
    return hash('sha256', end);
  } finally {
    closeSync(file);
  }
}

/** JSON cannot represent maps and sets otherwise. */
function asList(value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

/** The checkpoint of an earlier run; null if there is none. */
export function readCheckpoint(path: string): Checkpoint | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Checkpoint;
  } catch {
    // If it is missing or incomplete, the import begins anew, which costs nothing but time.
    return null;
  }
}

/** Replaces the previous checkpoint, completely or not at all. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, JSON.stringify(checkpoint), { mode: 0o600 });
  renameSync(partial, path);
}

export function removeCheckpoint(path: string): void {
  rmSync(path, { force: true });
}
