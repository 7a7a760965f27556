/** A line of a file. */
export interface FileLine {
  /** Counted from 1. */
  readonly line: number;
  /** Without the line feed at its end. If it is not UTF-8, decoded as Windows-1252; empty if it is too long. */
  readonly text: string;
  /** Why it cannot be read; null if it can. */
  readonly fault: string | null;
}

/** A line may be longer than the API accepts, since most of its columns may not be needed. */
export const longestLineBytes = 1024 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const replacement = '\ufffd';
/** Such lines mostly are Windows-1252, which has a character for every byte. */
const windows1252 = new TextDecoder('windows-1252');
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of a text after the first `skipped`, in groups of as many as a chunk has. Never holds more of a line than the longest
 * that is read.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  skipped = 0,
): AsyncGenerator<readonly FileLine[], void, void> {
  const splitter = new Splitter(skipped);
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last !== null) yield [last];
}

/**
 * Whether a text ends its lines with carriage returns alone, by the first end outside of quotes. However many there are before
 * a line feed, they are one end: a file that is converted to CR LF twice has two.
 */
export async function hasReturnsAlone(chunks: AsyncIterable<Buffer>): Promise<boolean> {
  let [bytes, isQuoted, isAfterReturn] = [0, false, false];
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      if (isAfterReturn && byte !== carriageReturn) return byte !== lineFeed;
      if (byte === quote) isQuoted = !isQuoted;
      if (byte === lineFeed && !isQuoted) return false;
      isAfterReturn = byte === carriageReturn && !isQuoted;
    }
    bytes += chunk.length;
    if (bytes > longestLineBytes) return false;
  }
  return isAfterReturn;
}

/** A text with line feeds in place of its carriage returns. */
export async function* withLineFeeds(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) {
    yield Buffer.from(chunk.map((byte) => (byte === carriageReturn ? lineFeed : byte)));
  }
}

class Splitter {
  #parts: Buffer[] = [];
  #length = 0;
  #line = 0;
  #left: number;

  constructor(skipped: number) {
    this.#left = skipped;
  }

  push(chunk: Buffer): readonly FileLine[] {
    const end = chunk.lastIndexOf(lineFeed);
    const plain = end === -1 || this.#left > 0 ? null : this.#readPlain(chunk.subarray(0, end));
    if (plain === null) return this.#readEach(chunk);
    this.#keep(chunk.subarray(end + 1));
    return plain;
  }

  /** Decodes whole lines at once, at a fraction of the cost of one by one; null if any of them may not be readable. */
  #readPlain(ends: Buffer): readonly FileLine[] | null {
    if (this.#length + ends.length > longestLineBytes) return null;
    const text = Buffer.concat([...this.#parts, ends]).toString('utf8');
    if (text.includes(replacement)) return null;
    this.#parts = [];
    this.#length = 0;
    return text.split('\n').map((line) => ({ line: ++this.#line, text: line, fault: null }));
  }

  #readEach(chunk: Buffer): readonly FileLine[] {
    const lines: FileLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      const line = this.#take(chunk.subarray(start, end));
      if (line !== null) lines.push(line);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** Text that does not end with a line feed has one more line. */
  end(): FileLine | null {
    return this.#length === 0 ? null : this.#take(Buffer.alloc(0));
  }

  #take(end: Buffer): FileLine | null {
    this.#line += 1;
    const length = this.#length + end.length;
    const bytes = this.#parts.length === 0 ? end : Buffer.concat([...this.#parts, end]);
    this.#parts = [];
    this.#length = 0;
    if (this.#left > 0) {
      this.#left -= 1;
      return null;
    }
    if (length > longestLineBytes) {
      const fault = `is ${length} bytes long, more than the ${longestLineBytes} that are read`;
      return { line: this.#line, text: '', fault };
    }
    return readable(this.#line, bytes);
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    // Copied, since the chunk may be reused. Nothing is kept of a line that is not going to be read.
    if (this.#length <= longestLineBytes && this.#left === 0) this.#parts.push(Buffer.from(part));
    else this.#parts = [];
  }
}

function readable(line: number, bytes: Buffer): FileLine {
  const text = bytes.toString('utf8');
  // The fast decoder puts this character where something is broken, but a file may also contain it.
  if (!text.includes(replacement) || isUtf8(bytes)) return { line, text, fault: null };
  return { line, text: windows1252.decode(bytes), fault: 'is not UTF-8: try --encoding windows-1252' };
}

function isUtf8(bytes: Buffer): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
