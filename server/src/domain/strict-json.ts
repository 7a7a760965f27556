import { Failure } from './failure.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Parses one JSON value without the ambiguity that `JSON.parse` allows: a name may occur only once in an object. Fails with
 * `malformed` for a repeated name, for anything but one JSON value, and for nesting over `maxDepth`. The message says what is
 * wrong without saying of what, such as `is not JSON`.
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  const colons = countColons(text, maxDepth);
  const value = parseNatively(text);
  // V8 may read an escaped name as another name that it has met before, if that one begins with the escape's spelling: after
  // {"\\":0}, it reads {"\n":0} as {"\\":0}. Names without escapes and text in values are safe.
  if (hasEscapedName(text)) return readValue({ text, position: 0, readNumber: Number });
  // Every member has one colon, and of several members with one name only the last is in the value.
  if (colons !== 0 && countMembers(value) !== colons) throw repeatedName();
  return value;
}

/** Deeper than any body that is accepted, and any answer, is nested. */
const deepestKept = 64;

/**
 * Parses JSON that was kept, by `parseStrictJson` since some versions of V8 confuse member names that are written with
 * escapes.
 */
export function parseKeptJson(text: string): unknown {
  return parseStrictJson(text, deepestKept);
}

/** `JSON.stringify` writes its result unchanged; TypeScript does not declare it yet. */
const rawJson = (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON;

/** A number that no double represents, such as `34.1700000000000001` or `1e-400`. In JSON it is written as it was read. */
export class RoundedNumber {
  /** As it is written. */
  readonly literal: string;

  constructor(literal: string) {
    this.literal = literal;
  }

  toJSON(): unknown {
    return rawJson(this.literal);
  }
}

/** As `parseStrictJson`, with a `RoundedNumber` for each number that its double does not represent. */
export function parseUnrounded(text: string, maxDepth: number): unknown {
  const value = parseStrictJson(text, maxDepth);
  if (!mayRound(text)) return value;
  const readNumber = (literal: string) =>
    isReadExactly(literal) ? Number(literal) : new RoundedNumber(literal);
  return readValue({ text, position: 0, readNumber });
}

/** Whether a JSON text may have such a number: doubles represent all shorter ones without an exponent. */
export function mayRound(text: string): boolean {
  return longNumber.test(text);
}

const longNumber = /(?:^|[:,[\s])-?(?:[\d.]{16}|[\d.]{1,15}[eE])/;

/** Whether a number equals the shortest decimal of its double. */
function isReadExactly(literal: string): boolean {
  return decimalOf(literal) === decimalOf(String(Number(literal)));
}

/** The digits from the first to the last that is not 0, and the power of ten of the last; null for no number. */
function decimalOf(literal: string): string | null {
  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal);
  if (match === null) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  let [start, end] = [0, digits.length];
  while (digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}

function parseNatively(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, which may hold a secret.
    throw malformed(reasonOfBadJson(text));
  }
}

function reasonOfBadJson(text: string): string {
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) return 'starts with a byte order mark';
  return /[^ \t\r\n]/.test(text) ? 'is not JSON' : 'is empty';
}

/** The number of colons outside strings. It is meaningful only if `text` is JSON, which the parser decides. */
function countColons(text: string, maxDepth: number): number {
  let colons = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) {
      index = endOfString(text, index);
    } else if (character === COLON) {
      colons++;
    } else if (character === OPENING_BRACE || character === OPENING_BRACKET) {
      if (++depth > maxDepth) throw malformed(`is nested deeper than ${maxDepth} levels`);
    } else if (character === CLOSING_BRACE || character === CLOSING_BRACKET) {
      depth--;
    }
  }
  return colons;
}

/** Where the string that opens at `opening` closes; the end of the text where it never does. */
function endOfString(text: string, opening: number): number {
  let end = text.indexOf('"', opening + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes precedes the character: two in a row are one escaped backslash. */
function isEscaped(text: string, place: number): boolean {
  let first = place;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (place - first) % 2 === 1;
}

/** Whether any member's name in the JSON `text` is written with an escape. */
function hasEscapedName(text: string): boolean {
  if (!text.includes('\\')) return false;
  for (let opening = text.indexOf('"'); opening !== -1; ) {
    const end = endOfString(text, opening);
    const isName = text.charCodeAt(skip(SPACES, text, end + 1)) === COLON;
    if (isName && text.slice(opening, end).includes('\\')) return true;
    opening = text.indexOf('"', end + 1);
  }
  return false;
}

function countMembers(root: unknown): number {
  let members = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children = Array.isArray(value) ? value : Object.values(value);
    if (children !== value) members += children.length;
    for (const child of children) {
      if (typeof child === 'object' && child !== null) pending.push(child);
    }
  }
  return members;
}

const SPACES = /[ \t\r\n]*/y;
const SEPARATORS = /[ \t\r\n,:]*/y;
const NUMBER = /^[-\d]/;
const NUMBER_OR_WORD = /[^ \t\r\n,\]}]+/y;

/** A position in text that is known to be JSON, so separators need no checking. */
interface Cursor {
  readonly text: string;
  position: number;
  readonly readNumber: (literal: string) => unknown;
}

function readValue(cursor: Cursor): unknown {
  const first = nextCharacter(cursor);
  if (first === '{') return readObject(cursor);
  if (first === '[') return readArray(cursor);
  const start = cursor.position;
  cursor.position =
    first === '"' ? endOfString(cursor.text, start) + 1 : skip(NUMBER_OR_WORD, cursor.text, start);
  const written = cursor.text.slice(start, cursor.position);
  return NUMBER.test(written) ? cursor.readNumber(written) : JSON.parse(written);
}

function readObject(cursor: Cursor): object {
  const members = new Map<unknown, unknown>();
  cursor.position++;
  while (nextCharacter(cursor) !== '}') {
    const name = readValue(cursor);
    if (members.has(name)) throw repeatedName();
    members.set(name, readValue(cursor));
  }
  cursor.position++;
  return Object.fromEntries(members);
}

function readArray(cursor: Cursor): unknown[] {
  const items: unknown[] = [];
  cursor.position++;
  while (nextCharacter(cursor) !== ']') items.push(readValue(cursor));
  cursor.position++;
  return items;
}

function nextCharacter(cursor: Cursor): string | undefined {
  cursor.position = skip(SEPARATORS, cursor.text, cursor.position);
  return cursor.text[cursor.position];
}

function skip(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  pattern.test(text);
  return pattern.lastIndex;
}

function repeatedName(): Failure {
  return malformed('names a member of an object more than once');
}

function malformed(reason: string): Failure {
  return new Failure('malformed', reason);
}
