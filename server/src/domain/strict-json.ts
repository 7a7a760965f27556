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
 * One JSON value, without the ambiguity that `JSON.parse` lets through: a member name may stand only once in its
 * object. Fails with `malformed` for that, for anything but one JSON value, and for nesting over `maxDepth`.
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  const colons = countColons(text, maxDepth);
  const value = parseNatively(text);
  // V8 may take an escaped name for another one that it has met before, when that one begins as the escaped one is
  // spelt: after {"\\":0}, it reads {"\n":0} as {"\\":0}. Names without escapes and text in values are safe.
  if (hasEscapedName(text)) return readValue({ text, position: 0 });
  // Every member has one colon, and of members with one name only the last is in the value.
  if (colons !== 0 && countMembers(value) !== colons) throw repeatedName();
  return value;
}

function parseNatively(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own words quote the text, which may hold a secret.
    throw malformed(reasonOfBadJson(text));
  }
}

function reasonOfBadJson(text: string): string {
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) return 'The body starts with a byte order mark.';
  return /[^ \t\r\n]/.test(text) ? 'The body is not JSON.' : 'The body is empty.';
}

/** The colons outside strings. The number means nothing unless `text` is JSON, which is for the parser to say. */
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
      if (++depth > maxDepth) throw malformed(`The body is nested deeper than ${maxDepth} levels.`);
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

/** Whether the character stands behind an odd number of backslashes: each pair of them is one that is escaped itself. */
function isEscaped(text: string, place: number): boolean {
  let first = place;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (place - first) % 2 === 1;
}

/** Whether a member's name in the JSON `text` is spelt with an escape. */
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
const NUMBER_OR_WORD = /[^ \t\r\n,\]}]+/y;

/** A place in text that is known to be JSON, so that separators need not be looked at. */
interface Cursor {
  readonly text: string;
  position: number;
}

function readValue(cursor: Cursor): unknown {
  const first = nextCharacter(cursor);
  if (first === '{') return readObject(cursor);
  if (first === '[') return readArray(cursor);
  const start = cursor.position;
  cursor.position =
    first === '"' ? endOfString(cursor.text, start) + 1 : skip(NUMBER_OR_WORD, cursor.text, start);
  return JSON.parse(cursor.text.slice(start, cursor.position));
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
  return malformed('The body names a member of an object more than once.');
}

function malformed(reason: string): Failure {
  return new Failure('malformed', reason);
}
