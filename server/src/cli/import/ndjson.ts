import { exportKinds, isExport } from '../../domain/export.ts';
import { parseUnrounded, RoundedNumber } from '../../domain/strict-json.ts';
import { type JsonRead, readJson } from './json-text.ts';
import type { FileLine } from './lines.ts';
import { type FileRecord, type RecordReader, unreadable } from './record.ts';

/** As deep as the API accepts, and one level more for the record inside a line of rejected ones. */
const deepest = 33;

/** Reads one JSON object per line. Members of nested objects are named by their path, such as `leadSource.source`. */
export function ndjsonRecords(): RecordReader {
  return {
    push: (lines) => lines.flatMap(recordsOf),
    end: () => [],
  };
}

function recordsOf({ line, text, fault }: FileLine): readonly FileRecord[] {
  if (fault !== null) return [unreadable(line, line, text, fault)];
  if (text.trim() === '') return [];
  const read = parsed(text);
  const rejected = rejectedText(read);
  return [rejected === undefined ? recordOf(line, text, read) : recordOf(line, rejected, parsed(rejected))];
}

function recordOf(line: number, text: string, read: JsonRead): FileRecord {
  if ('fault' in read) return unreadable(line, line, text, read.fault);
  const { value } = read;
  if (!isObject(value)) return unreadable(line, line, text, 'is not a JSON object');
  const cell = (column: string) => textOf(memberOf(value, column));
  return { firstLine: line, lastLine: line, text, cell, hasEmptyTexts: isExported(text, value), fault: null };
}

/** Only a record with an empty text is looked at: it is the same otherwise. */
function isExported(text: string, record: Readonly<Record<string, unknown>>): boolean {
  if (!text.includes('""')) return false;
  const has = (column: string) => memberOf(record, column) !== undefined;
  return exportKinds.some((kind) => isExport(kind, has));
}

/** The record in a line of rejected ones, which may have been mended; undefined if the line is a record itself. */
function rejectedText(read: JsonRead): string | undefined {
  if ('fault' in read) return undefined;
  const { value } = read;
  if (!isObject(value) || !Object.hasOwn(value, 'record')) return undefined;
  const { line, reason, record, ...others } = value;
  if (typeof line !== 'number' || typeof reason !== 'string' || Object.keys(others).length > 0) {
    return undefined;
  }
  return typeof record === 'string' ? record : JSON.stringify(record);
}

function parsed(text: string): JsonRead {
  return readJson(text, deepest, parseUnrounded);
}

/** A member whose name contains dots takes precedence over the path that they spell. */
function memberOf(object: Readonly<Record<string, unknown>>, column: string): unknown {
  if (Object.hasOwn(object, column)) return object[column];
  let value: unknown = object;
  for (const name of column.split('.')) {
    value = Array.isArray(value)
      ? parameterOf(value, name)
      : isObject(value)
        ? ownMember(value, name)
        : undefined;
  }
  return value;
}

function ownMember(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** BigQuery represents maps as arrays of `{key, value: {string_value, int_value, …}}`. */
function parameterOf(list: readonly unknown[], key: string): unknown {
  const entry = list.find((each) => isObject(each) && each['key'] === key);
  const value = isObject(entry) ? entry['value'] : undefined;
  return isObject(value) ? Object.values(value).find((each) => each !== null) : value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof RoundedNumber) return value.literal;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
