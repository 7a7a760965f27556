import { Buffer } from 'node:buffer';
import type { FieldKind, Filter, FilterAlternative, FilterCondition } from '../domain/collection.ts';
import { Failure, invalid } from '../domain/failure.ts';
import { readAll } from '../domain/read-all.ts';
import { type Instant, millisecondsPerDay, parseDate, parseInstant } from '../domain/time.ts';
import {
  parseFilter,
  type WrittenAlternative,
  type WrittenCondition,
  type WrittenValue,
} from './filter-syntax.ts';

/**
 * The end of a range at which a value stands, which decides the moment that a plain date means. A single value stands at the
 * first.
 */
type Place = 'from' | 'to';

interface Kind<Value extends string | number> {
  /** Null if the text is not of this kind. */
  readonly read: (text: string, place: Place) => Value | null;
  readonly compare: (one: Value, other: Value) => number;
  readonly expected: string;
}

const text: Kind<string> = {
  read: (written) => written,
  compare: (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)),
  expected: 'a text',
};

const integer: Kind<number> = {
  read: readInteger,
  compare: (one, other) => one - other,
  expected: 'a whole number in plain digits',
};

const instant: Kind<Instant> = {
  read: readInstant,
  compare: (one, other) => one - other,
  expected: 'a date, or a date and time with a zone by RFC 3339 (in a URL, "+" is written "%2B")',
};

/** Days count from 1970-01-01. */
const day: Kind<number> = {
  read: readDay,
  compare: (one, other) => one - other,
  expected: 'a date such as 2026-11-23',
};

/**
 * A query's `filter`, whose grammar `parseFilter` states; no condition if it is absent or empty. Texts compare by their UTF-8
 * bytes; a plain date is its whole day in UTC, and as an end of a range that day's first or last millisecond. Fails with
 * `invalid`, naming every unknown field and every value that does not fit its field, under the name of the query's member.
 */
export function readFilter<Field extends string>(
  value: unknown,
  fields: ReadonlyMap<Field, FieldKind>,
  member = 'filter',
): Filter<Field> {
  try {
    return readWritten(value, fields);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const renamed = error.invalidFields.map(({ message }) => ({ field: member, message }));
    throw new Failure(error.code, error.message, renamed);
  }
}

function readWritten<Field extends string>(
  value: unknown,
  fields: ReadonlyMap<Field, FieldKind>,
): Filter<Field> {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string') throw invalid('filter', 'Must be given once.');
  if (!value.isWellFormed() || value.includes('\u0000')) {
    throw invalid('filter', 'Must not contain U+0000 or lone surrogates.');
  }
  return readAll(parseFilter(value).map((condition) => () => readCondition(condition, fields)));
}

function readCondition<Field extends string>(
  { field, negated, alternatives }: WrittenCondition,
  fields: ReadonlyMap<Field, FieldKind>,
): FilterCondition<Field> {
  const known = Array.from(fields).find(([name]) => name === field);
  if (known === undefined) throw invalid('filter', `There is no field ${shown(field)} to filter by.`);
  const read = alternativeReaders[known[1]];
  const values = readAll(alternatives.map((written) => () => read(field, written)));
  return { field: known[0], negated, alternatives: values };
}

type AlternativeReader = (field: string, written: WrittenAlternative) => FilterAlternative;

const alternativeReaders: Readonly<Record<FieldKind, AlternativeReader>> = {
  text: alternativeReader(text),
  integer: alternativeReader(integer),
  instant: withWholeDays(alternativeReader(instant)),
  day: alternativeReader(day),
};

function alternativeReader<Value extends string | number>(kind: Kind<Value>): AlternativeReader {
  return (field, written) => {
    if ('equals' in written) {
      return { equals: isNull(written.equals) ? null : readValue(field, written.equals, kind, 'from') };
    }
    const from = readEnd(field, written.from, kind, 'from');
    const to = readEnd(field, written.to, kind, 'to');
    if (from !== undefined && to !== undefined && kind.compare(from, to) > 0) {
      throw invalid('filter', `A range of ${field} begins after its end.`);
    }
    return { from, to };
  };
}

/** A plain date by itself is the range of its day. */
function withWholeDays(read: AlternativeReader): AlternativeReader {
  return (field, written) => {
    const isDay = 'equals' in written && parseDate(written.equals.text) !== null;
    return read(field, isDay ? { from: written.equals, to: written.equals } : written);
  };
}

function readEnd<Value extends string | number>(
  field: string,
  written: WrittenValue | undefined,
  kind: Kind<Value>,
  place: Place,
): Value | undefined {
  if (written === undefined) return undefined;
  if (isNull(written)) throw invalid('filter', `A range of ${field} cannot begin or end with null.`);
  return readValue(field, written, kind, place);
}

function readValue<Value extends string | number>(
  field: string,
  written: WrittenValue,
  kind: Kind<Value>,
  place: Place,
): Value {
  const value = kind.read(written.text, place);
  if (value === null) throw invalid('filter', `${field} is ${kind.expected}, not ${shown(written.text)}.`);
  return value;
}

function isNull(written: WrittenValue): boolean {
  return written.text === 'null' && !written.quoted;
}

function readInteger(written: string): number | null {
  const value = /^\d+$/.test(written) ? Number(written) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

function readDay(written: string): number | null {
  const start = parseDate(written);
  return start === null ? null : start / millisecondsPerDay;
}

function readInstant(written: string, place: Place): Instant | null {
  const day = parseDate(written);
  if (day === null) return parseInstant(written);
  return place === 'to' ? day + millisecondsPerDay - 1 : day;
}

function shown(written: string): string {
  return JSON.stringify(written.length > 60 ? `${written.slice(0, 60)}…` : written);
}
