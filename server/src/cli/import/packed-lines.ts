const firstBytes = 64 * 1024;
/** UTF-8 has at most so many bytes for a unit of a JavaScript string. */
const mostBytesOfUnit = 3;
const lineFeed = 0x0a;

/**
 * Lines side by side in one piece of memory, as they are sent. As texts of their own, thousands that wait would be moved
 * about by each collection of garbage meanwhile.
 */
export class PackedLines {
  #bytes = Buffer.allocUnsafe(firstBytes);
  /** Where each ends, behind its line feed. */
  readonly #ends: number[] = [];

  get count(): number {
    return this.#ends.length;
  }

  /** Of the whole of them, in bytes. */
  get size(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** The whole of them, each with a line feed behind it. */
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
