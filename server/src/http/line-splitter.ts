import { isUtf8 } from 'node:buffer';
import { Failure, invalid } from '../domain/failure.ts';

/** One of the values that a body carries. */
export interface BodyLine {
  /** Counted from 1, in lines of the text or in places of the array. */
  readonly line: number;
  /** Its JSON, decoded already if that was cheaper for many lines at once; null if it is longer than a line may be. */
  readonly json: Buffer | string | null;
}

/** Splits a body as it arrives, and holds no more of it than one line. */
export interface LineSplitter {
  push(chunk: Buffer): Iterable<BodyLine>;
  /** To be called at the end of the body. */
  end(): Iterable<BodyLine>;
}

export const longestLineBytes = 64 * 1024;

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const openingBracket = 0x5b;
const backslash = 0x5c;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
/** The first bytes of JSON values other than arrays. */
const valueBeginnings = new Set(Buffer.from('{"-0123456789tfn'));

const blank = /^[ \t\r]*$/;

function isBlank(byte: number): boolean {
  return byte === space || byte === lineFeed || byte === carriageReturn || byte === tab;
}

/** The bytes of the line that is arriving; those of a line that is too long are dropped. */
class ArrivingLine {
  #parts: Buffer[] = [];
  #length = 0;
  #endsWithReturn = false;
  #isBlank = true;

  get isBlank(): boolean {
    return this.#isBlank;
  }

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    this.#endsWithReturn = part.at(-1) === carriageReturn;
    this.#isBlank &&= part.every(isBlank);
    if (!this.#isTooLong) this.#parts.push(part);
    else this.#parts = [];
  }

  take(): Buffer | null {
    const [only] = this.#parts;
    const isWhole = only !== undefined && this.#parts.length === 1;
    const bytes = this.#isTooLong ? null : isWhole ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#isBlank = true;
    return bytes;
  }

  /** A carriage return before the line feed belongs to the line's end. */
  get #isTooLong(): boolean {
    return this.#length - (this.#endsWithReturn ? 1 : 0) > longestLineBytes;
  }
}

/** One JSON value per line. Blank lines are counted, but skipped. */
export class TextLines implements LineSplitter {
  readonly #arriving = new ArrivingLine();
  #line = 1;

  *push(chunk: Buffer): Iterable<BodyLine> {
    const [firstEnd, lastEnd] = [chunk.indexOf(lineFeed), chunk.lastIndexOf(lineFeed)];
    const whole = lastEnd === firstEnd ? null : decodedTogether(chunk.subarray(firstEnd + 1, lastEnd));
    if (whole === null) {
      yield* this.#each(chunk);
      return;
    }
    yield* this.#each(chunk.subarray(0, firstEnd + 1));
    for (const json of whole) {
      const line = this.#line++;
      if (!blank.test(json)) yield { line, json };
    }
    this.#arriving.add(chunk.subarray(lastEnd + 1));
  }

  *end(): Iterable<BodyLine> {
    const line = this.#line++;
    const { isBlank: isPassedOver } = this.#arriving;
    const json = this.#arriving.take();
    if (!isPassedOver) yield { line, json };
  }

  *#each(chunk: Buffer): Iterable<BodyLine> {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#arriving.add(chunk.subarray(start, end));
      yield* this.end();
      start = end + 1;
    }
    this.#arriving.add(chunk.subarray(start));
  }
}

/** Decodes whole lines at a fraction of the cost of one by one; null if any of them may be too long, or is not UTF-8. */
function decodedTogether(lines: Buffer): readonly string[] | null {
  if (lines.length > longestLineBytes || !isUtf8(lines)) return null;
  return lines.toString('utf8').split('\n');
}

/** The values of one JSON array. Fails with `invalid` if the body is another value, and with `malformed` if it is not JSON. */
export class ArrayValues implements LineSplitter {
  readonly #arriving = new ArrivingLine();
  #line = 1;
  #state: 'before' | 'within' | 'behind' = 'before';
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  *push(chunk: Buffer): Iterable<BodyLine> {
    let start = 0;
    for (let place = 0; place < chunk.length; place++) {
      const byte = chunk[place] ?? 0;
      if (this.#state !== 'within') {
        this.#outside(byte);
        start = place + 1;
      } else if (this.#isDivision(byte)) {
        this.#arriving.add(chunk.subarray(start, place));
        if (byte === closingBracket) this.#state = 'behind';
        yield* this.#value(byte === closingBracket);
        start = place + 1;
      }
    }
    this.#arriving.add(chunk.subarray(start));
  }

  end(): Iterable<BodyLine> {
    if (this.#state !== 'behind') throw new Failure('malformed', 'The array does not end.');
    return [];
  }

  /** An empty array has no value; any other empty place is left to the parser to refuse. */
  *#value(isLast: boolean): Iterable<BodyLine> {
    const isEmptyArray = isLast && this.#line === 1 && this.#arriving.isBlank;
    const json = this.#arriving.take();
    if (!isEmptyArray) yield { line: this.#line++, json };
  }

  #outside(byte: number): void {
    if (isBlank(byte)) return;
    if (this.#state === 'behind') throw new Failure('malformed', 'Something follows the array.');
    if (valueBeginnings.has(byte)) throw invalid('', 'must be array');
    if (byte !== openingBracket) throw new Failure('malformed', 'The body is not a JSON array.');
    this.#state = 'within';
  }

  /** Whether the byte ends a value of the array itself, rather than of a value inside it. */
  #isDivision(byte: number): boolean {
    if (this.#isInText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) this.#isInText = false;
      return false;
    }
    if (byte === quote) this.#isInText = true;
    else if (byte === openingBracket || byte === openingBrace) this.#depth += 1;
    else if (this.#depth === 0) return byte === comma || byte === closingBracket;
    else if (byte === closingBracket || byte === closingBrace) this.#depth -= 1;
    return false;
  }
}
