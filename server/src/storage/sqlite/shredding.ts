import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { Connection } from './connection.ts';
import { makeFile } from './files.ts';
import { syncDirectoryOf, writeWhole } from './placing.ts';

/** Bytes read per step, while nobody can write. */
const stepBytes = 64 * 1024 * 1024;
/**
 * Types of pages whose rows are sorted by a key: pages of indexes (and tables without rowid), and pages of tables with
 * integer keys.
 */
const innerTypes = [2, 5];
const leafTypes = [10, 13];
/** Where the file's header has the page size; 1 means 65536. */
const placeOfPageSize = 16;

/**
 * Makes sure that nothing deleted from a database remains in its files. SQLite overwrites deleted rows, but not copies in the
 * free space of a page whose rows had moved elsewhere, nor those in its log. So the log is emptied and the free space of
 * every page is filled with zeros; nobody ever reads those bytes, so a power cut in between does no harm. A mark beside the
 * file stays until all is done, even across processes.
 */
export class Shredding implements Disposable {
  readonly #path: string;
  readonly #connection: Connection;
  /** Opened once and kept: closing it would drop SQLite's locks on the file in this process. */
  #file: number | null = null;
  #offset = 0;
  #isDue: boolean;

  constructor(path: string, connection: Connection) {
    this.#path = path;
    this.#connection = connection;
    this.#isDue = existsSync(this.#mark);
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /** Call before the end of a transaction whose deletions must be shredded: starts from the beginning of the file. */
  begin(): void {
    // The mark of a failed attempt may not have its name on disk.
    const isNew = !this.#isDue || !existsSync(this.#mark);
    makeFile(this.#mark, this.#path);
    const mark = openSync(this.#mark, 'a');
    try {
      fsyncSync(mark);
    } finally {
      closeSync(mark);
    }
    if (isNew) syncDirectoryOf(this.#mark);
    this.#offset = 0;
    this.#isDue = true;
  }

  /** Does the next step; returns false if somebody reads the log or writes. Fails if a sync fails. */
  goOn(): boolean {
    if (!this.#connection.emptyLog()) return false;
    const isStill = this.#clearWhileStill();
    // Pages in the cache would bring their old free space back.
    this.#connection.forgetPages();
    return isStill;
  }

  #clearWhileStill(): boolean {
    using _still = this.#connection.holdWrites();
    // Somebody may have written before the lock was held.
    if (statSync(`${this.#path}-wal`).size > 0) return false;
    this.#clearStep();
    return true;
  }

  #clearStep(): void {
    this.#file ??= openSync(this.#path, 'r+');
    const file = this.#file;
    const bytes = Buffer.allocUnsafe(Math.min(stepBytes, fstatSync(file).size - this.#offset));
    const read = readSync(file, bytes, 0, bytes.length, this.#offset);
    for (const { at, length } of filledFreeSpace(bytes.subarray(0, read), pageBytesOf(file))) {
      writeWhole(file, Buffer.alloc(length), this.#offset + at);
    }
    fsyncSync(file);
    this.#offset += read;
    if (read === 0 || this.#offset >= fstatSync(file).size) this.#end();
  }

  #end(): void {
    rmSync(this.#mark, { force: true });
    syncDirectoryOf(this.#mark);
    this.#isDue = false;
    this.#offset = 0;
  }

  /** Call once SQLite has closed the file. */
  [Symbol.dispose](): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  get #mark(): string {
    return `${this.#path}.shredding`;
  }
}

function pageBytesOf(file: number): number {
  const head = Buffer.alloc(2);
  readSync(file, head, 0, 2, placeOfPageSize);
  const size = head.readUInt16BE(0);
  return size === 1 ? 65_536 : size;
}

interface Stretch {
  readonly at: number;
  readonly length: number;
}

/** The stretches of free space that are not all zeros. `bytes` starts at the beginning of a page. */
function filledFreeSpace(bytes: Buffer, pageBytes: number): readonly Stretch[] {
  const zeros = Buffer.alloc(pageBytes);
  const stretches: Stretch[] = [];
  for (let at = 0; at + pageBytes <= bytes.length; at += pageBytes) {
    const page = bytes.subarray(at, at + pageBytes);
    const free = freeSpaceOf(page);
    if (free === null) continue;
    const content = page.subarray(free.at, free.at + free.length);
    if (content.equals(zeros.subarray(0, free.length))) continue;
    stretches.push({ at: at + free.at, length: free.length });
  }
  return stretches;
}

/**
 * The space between a page's row pointers, which follow its header, and its rows; null for a page of another kind or without
 * such space (sqlite.org/fileformat.html, section 1.6).
 */
function freeSpaceOf(page: Buffer): Stretch | null {
  const type = page[0] ?? 0;
  const isInner = innerTypes.includes(type);
  if (!isInner && !leafTypes.includes(type)) return null;
  const rows = page.readUInt16BE(3);
  const content = page.readUInt16BE(5);
  const start = (isInner ? 12 : 8) + 2 * rows;
  if (rows === 0 || content < start || content > page.length) return null;
  for (let row = 0; row < rows; row++) {
    const place = page.readUInt16BE((isInner ? 12 : 8) + 2 * row);
    // A page with part of a long text may start like one of these.
    if (place < content || place >= page.length) return null;
  }
  return { at: start, length: content - start };
}
