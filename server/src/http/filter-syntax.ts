import { Buffer } from 'node:buffer';
import { Failure, invalid } from '../domain/failure.ts';

const maxBytes = 4096;
const maxConditions = 20;
const maxValues = 100;

/** One condition as it is written. Which fields exist, and what their values mean, is up to the caller. */
export interface WrittenCondition {
  readonly field: string;
  readonly negated: boolean;
  readonly alternatives: readonly WrittenAlternative[];
}

export type WrittenAlternative =
  | { readonly equals: WrittenValue }
  | { readonly from: WrittenValue | undefined; readonly to: WrittenValue | undefined };

export interface WrittenValue {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Parses a filter:
 *
 *     filter      = condition *( ";" condition )                all must hold
 *     condition   = field ":" [ "!" ] list / "!" field ":" list  one of the list must hold; none, after "!"
 *     list        = alternative *( "," alternative )
 *     alternative = value / value ".." [ value ] / ".." value    a range includes its ends
 *     value       = bare / DQUOTE *( any but DQUOTE and "\" / "\" DQUOTE / "\\" ) DQUOTE
 *     bare        = 1*( any but ";" "," DQUOTE ), without ".." and not beginning with "!"
 *
 * No other character has a meaning, and white space is part of the name or value it stands in. The bare word `null`
 * means unset. At most 4 KiB, 20 conditions and 100 alternatives. Fails with `invalid`, at the first fault.
 */
export function parseFilter(text: string): readonly WrittenCondition[] {
  if (Buffer.byteLength(text) > maxBytes) throw invalid('filter', `Must be at most ${maxBytes} bytes long.`);
  const scanner = new Scanner(text);
  const conditions = [readCondition(scanner)];
  while (scanner.skip(';')) {
    if (conditions.length === maxConditions) scanner.fail(`there may be at most ${maxConditions} conditions`);
    conditions.push(readCondition(scanner));
  }
  if (!scanner.atEnd) scanner.fail('expected ";", "," or the end');
  const valueCount = conditions.reduce((count, { alternatives }) => count + alternatives.length, 0);
  if (valueCount > maxValues) throw invalid('filter', `Must have at most ${maxValues} values.`);
  return conditions;
}

/** Whether a text is a well-formed filter, whatever its fields. */
export function isFilter(text: string): boolean {
  try {
    parseFilter(text);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function readCondition(scanner: Scanner): WrittenCondition {
  const negatedBefore = scanner.skip('!');
  const field = scanner.take(/[^:;,"!]*/y)?.[0] ?? '';
  if (!scanner.skip(':')) scanner.fail('expected ":" after the name of a field');
  const negatedAfter = scanner.skip('!');
  if (negatedBefore && negatedAfter) scanner.fail('a condition may be negated once');
  const alternatives = [readAlternative(scanner)];
  while (scanner.skip(',')) alternatives.push(readAlternative(scanner));
  return { field, negated: negatedBefore || negatedAfter, alternatives };
}

function readAlternative(scanner: Scanner): WrittenAlternative {
  const from = readValue(scanner);
  if (!scanner.skip('..')) return { equals: from ?? scanner.fail(reasons.noValue) };
  if (scanner.skip('.')) scanner.fail(reasons.threeDots);
  const to = readValue(scanner);
  if (from === undefined && to === undefined) scanner.fail(reasons.noEnd);
  return { from, to };
}

function readValue(scanner: Scanner): WrittenValue | undefined {
  const quoted = scanner.take(/"((?:[^"\\]|\\["\\])*)"/y)?.[1];
  if (quoted !== undefined) return { text: quoted.replaceAll(/\\(["\\])/g, '$1'), quoted: true };
  if (scanner.skip('"')) scanner.fail(reasons.badQuotes);
  const bare = scanner.take(/(?!!)(?:(?!\.\.)[^;,"])+/y)?.[0];
  return bare === undefined ? undefined : { text: bare, quoted: false };
}

const reasons = {
  noValue: 'expected a value; an empty one, or one that begins with "!", needs quotes',
  noEnd: 'a range needs at least one end',
  threeDots: 'a range has two dots; put quotes around a value that has its own beside them',
  badQuotes: 'a quoted value has no end, or a backslash before something else than a quote or a backslash',
} as const;

class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#position === this.#text.length;
  }

  skip(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#position)) return false;
    this.#position += literal.length;
    return true;
  }

  /** Takes what a sticky pattern matches at this position. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    this.#position += match?.[0].length ?? 0;
    return match;
  }

  fail(reason: string): never {
    throw invalid('filter', `At character ${this.#position + 1}: ${reason}.`);
  }
}
