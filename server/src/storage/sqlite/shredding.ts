import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { Connection } from './connection.ts';
import { syncDirectoryOf, writeWhole } from './placing.ts';

/** Read at a time, while nobody writes. */
const stepBytes = 64 * 1024 * 1024;
const ownerOnly = 0o600;
/** Of pages whose rows are sorted by a key: those of an index, and those of a table that has numbers for keys. */
const innerTypes = [2, 5];
const leafTypes = [10, 13];
/** In the file's head: the size of its pages, where 1 stands for 65536. */
const placeOfPageSize = 16;

/**
 * Leaves nothing in the files of a database that was deleted from it. SQLite overwrites rows that it deletes, but not the
 * copies that stay in the free space of a page from which rows had moved to another, nor those in its log. So the log is
 * emptied, and zeros are written over the free space of every page: bytes that nobody ever reads, so that a power cut in
 * the middle does no harm. A mark beside the file stays until that is done, also by the next process.
 */
export class Shredding implements Disposable {
  readonly #path: string;
  readonly #connection: Connection;
  /** Open from the first use on: to close it would end the locks that SQLite has on the file in this process. */
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

  /** To be called before the transaction ends that deletes what is to be shredded: from the beginning of the file. */
  begin(): void {
    // One that was made in vain may not have its name on disk.
    const isNew = !this.#isDue || !existsSync(this.#mark);
    const mark = openSync(this.#mark, 'a', ownerOnly);
    try {
      fsyncSync(mark);
    } finally {
      closeSync(mark);
    }
    if (isNew) syncDirectoryOf(this.#mark);
    this.#offset = 0;
    this.#isDue = true;
  }

  /** Goes on; answers whether it could. It could not where somebody reads the log, or writes. Fails where no sync holds. */
  goOn(): boolean {
    if (!this.#connection.emptyLog()) return false;
    const isStill = this.#clearWhileStill();
    // What it remembers of pages would bring their free space back.
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

  /** To be called once SQLite has closed the file. */
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

/** Where the free space of these pages has something in it. They begin with the first of the file, or with any other whole one. */
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
 * Between the places of a page's rows, which begin behind its head, and the rows themselves; null for a page that is of
 * another kind or has none (sqlite.org/fileformat.html, section 1.6).
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
    // A page that holds a part of a long text may begin like one of these.
    if (place < content || place >= page.length) return null;
  }
  return { at: start, length: content - start };
}
