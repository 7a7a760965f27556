import { hash } from 'node:crypto';
import type { InvalidField } from '../../domain/failure.ts';
import { ulid } from '../../domain/identifier.ts';
import { parseStrictJson } from '../../domain/strict-json.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import { type ImportKind, importFields, type Reading } from './kind.ts';
import type { Mapping, RowMapping } from './mapping.ts';
import type { FileRecord } from './record.ts';
import { dateOnWall, readTime } from './written-time.ts';

export type ImportRow = Readonly<Record<string, unknown>>;

/** What a record becomes: rows to be sent, all or none; nothing, since it is not meant; or nothing, for these reasons. */
export type RecordOutcome =
  | { readonly rows: readonly ImportRow[] }
  | { readonly passedOver: true }
  | { readonly faults: readonly InvalidField[] };

type CellRead = { readonly value: unknown } | { readonly fault: string };

const deepestJson = 31;
const amountPattern = /^[+-]?\d+(?:\.\d+)?$/;

/** Reads records by a mapping. */
export function rowReader(mapping: Mapping): (record: FileRecord) => RecordOutcome {
  const { only } = mapping;
  const plans = mapping.rows.map((row) => ({ needs: row.needs, cells: cellsOf(row, mapping) }));
  return (record) => {
    if (record.fault !== null) return { faults: [{ field: '', message: record.fault }] };
    if (only !== null && !only.texts.has((firstOf(record, only.columns) ?? '').trim().toLowerCase())) {
      return { passedOver: true };
    }
    const wanted = plans.filter(({ needs }) => needs.length === 0 || firstOf(record, needs) !== undefined);
    const faults: InvalidField[] = [];
    const rows = wanted.map(({ cells }) => rowOf(record, cells, mapping, faults));
    if (faults.length > 0) return { faults };
    return rows.length === 0 ? { passedOver: true } : { rows };
  };
}

/** Where a field comes from. */
interface FieldCells {
  readonly field: string;
  readonly reading: Reading;
  readonly columns: readonly string[];
  readonly constant: string | undefined;
}

/** Of the fields that a row can have, since most files have few of them. */
function cellsOf({ columns, constants }: RowMapping, { kind }: Mapping): readonly FieldCells[] {
  return Object.entries(importFields[kind])
    .map(([field, { reading }]) => {
      return { field, reading, columns: columns.get(field) ?? [], constant: constants.get(field) };
    })
    .filter((cells) => cells.columns.length > 0 || cells.constant !== undefined);
}

function rowOf(
  record: FileRecord,
  cells: readonly FieldCells[],
  mapping: Mapping,
  faults: InvalidField[],
): ImportRow {
  const row: Record<string, unknown> = {};
  for (const { field, reading, columns, constant } of cells) {
    const text = firstOf(record, columns) ?? constant;
    if (text === undefined) continue;
    const read = readers[reading](text, mapping);
    if ('fault' in read) faults.push({ field, message: read.fault });
    else row[field] = read.value;
  }
  return row;
}

/** An empty cell says nothing. */
function firstOf(record: FileRecord, columns: readonly string[]): string | undefined {
  for (const column of columns) {
    const text = record.cell(column);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

const readers: Readonly<Record<Reading, (text: string, mapping: Mapping) => CellRead>> = {
  text: (text) => ({ value: text }),
  time: (text, { times, zone }) => {
    const read = readTime(text, times, zone);
    return 'fault' in read ? read : { value: formatInstant(read.instant) };
  },
  date: (text, { times }) => {
    // A day is the day that the file names, wherever it began.
    const read = readTime(text, times, (wall) => wall);
    return 'fault' in read ? read : { value: dateOnWall(read.instant) };
  },
  amount: (text, { decimalComma }) => amountOf(text.trim(), decimalComma),
  currency: (text) => ({ value: text.trim().toUpperCase() }),
  json: (text) => {
    try {
      return { value: parseStrictJson(text, deepestJson) };
    } catch {
      return { fault: 'is not JSON' };
    }
  },
};

function amountOf(text: string, decimalComma: boolean): CellRead {
  const plain = decimalComma ? text.replaceAll('.', '').replace(',', '.') : text;
  if (amountPattern.test(plain)) return { value: plain.replace(/^\+/, '') };
  const hint = !decimalComma && /,\d{1,3}$/.test(text) ? ' (--decimal-comma reads 1.234,56)' : '';
  return { fault: `is no amount such as 1234.56: ${JSON.stringify(text.slice(0, 40))}${hint}` };
}

/** A row as a line of JSON. One without an id of its own gets one by its content; only spend has none. */
export function lineOf(kind: ImportKind, row: ImportRow, distinction: string): string {
  const text = JSON.stringify(row);
  if (kind === 'spend' || 'id' in row) return text;
  return `{"id":"${contentId(kind, row, distinction, text)}",${text.slice(1)}`;
}

/** Of the latest row: one for each made a sixth of the whole command's work. */
const digestBytes = Buffer.alloc(32);

/**
 * An id that the same row has in every file and every run, so that no row is kept twice. Ids of rows that follow one
 * another in time do so as well, which lets a database keep them side by side.
 */
export function contentId(
  kind: ImportKind,
  row: ImportRow,
  distinction: string,
  text = JSON.stringify(row),
): string {
  const digest = hash('sha256', `["${kind}",${JSON.stringify(distinction)},${text}]`, 'binary');
  digestBytes.write(digest, 'binary');
  const { occurredTime } = row;
  const time = typeof occurredTime === 'string' ? parseInstant(occurredTime) : null;
  return `imp_${ulid(Math.max(time ?? 0, 0), digestBytes)}`;
}
