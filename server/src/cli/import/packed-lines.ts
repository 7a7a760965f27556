const firstBytes = 64 * 1024;
/** UTF-8 takes at most this many bytes per code unit of a JavaScript string. */
const mostBytesOfUnit = 3;
const lineFeed = 0x0a;

/**
 * Lines in one piece of memory, as they are sent. Thousands of separate texts that wait would be moved by every garbage
 * collection meanwhile.
 */
export class PackedLines {
  #bytes = Buffer.allocUnsafe(firstBytes);
  /** Where each line ends, after its line feed. */
  readonly #ends: number[] = [];

  get count(): number {
    return this.#ends.length;
  }

  /** The length of all lines together, in bytes. */
  get size(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** All lines, each followed by a line feed. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.size);
  }

  add(text: string): void {
    const start = this.size;
    this.#makeRoom(start + text.length * mostBytesOfUnit + 1);
    const end = start + this.#bytes.write(text, start);
    this.#bytes[end] = lineFeed;
    this.#ends.push(end + 1);
  }

  at(place: number): string {
    const end = this.#ends[place];
    if (end === undefined) throw new RangeError(`There is no line ${place}.`);
    return this.#bytes.toString('utf8', this.#ends[place - 1] ?? 0, end - 1);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.size);
    this.#bytes = larger;
  }
}
