import { hash } from 'node:crypto';
import type { InvalidField } from '../../domain/failure.ts';
import { ulid } from '../../domain/identifier.ts';
import { formatAmount } from '../../domain/money.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import { readJson } from './json-text.ts';
import { type ImportKind, importFields, type Reading } from './kind.ts';
import { type FieldSources, type Mapping, plain, type RowMapping, type TextsIn } from './mapping.ts';
import type { FileRecord } from './record.ts';
import { readDay, readTime } from './written-time.ts';

export type ImportRow = Readonly<Record<string, unknown>>;

/** What became of a row that was sent. */
export type RowOutcome = 'added' | 'known' | { readonly faults: readonly InvalidField[] };

/**
 * What a record becomes: rows to be sent, all or none; nothing, because it is left out on purpose; or nothing, for these reasons.
 */
export type RecordOutcome =
  | { readonly rows: readonly ImportRow[] }
  | { readonly passedOver: true }
  | { readonly faults: readonly InvalidField[] };

type AmountRead = { readonly value: string } | { readonly fault: string };
type CellRead = { readonly value: unknown } | { readonly fault: string };

const deepestJson = 31;
const amountPattern = /^[+-]?\d+(?:\.\d+)?$/;
/** Points may only separate groups of three digits. */
const commaAmountPattern = /^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?$/;

/** Reads records according to a mapping. */
export function rowReader(mapping: Mapping): (record: FileRecord) => RecordOutcome {
  const { only, unknowns } = mapping;
  const plans = mapping.rows.map((row) => planOf(row, mapping));
  return (record) => {
    if (record.fault !== null) return { faults: [{ field: '', message: record.fault }] };
    if (only !== null && !isAmong(record, only, unknowns)) return { passedOver: true };
    const wanted = plans.filter(
      ({ needs }) => needs.length === 0 || firstOf(record, needs, unknowns) !== undefined,
    );
    const faults: InvalidField[] = [];
    const rows = wanted.map((plan) => rowOf(record, plan, mapping, faults));
    if (faults.length > 0) return { faults };
    return rows.length === 0 ? { passedOver: true } : { rows };
  };
}

/** How a record becomes one of its rows. */
interface RowPlan extends Pick<RowMapping, 'needs' | 'deduction'> {
  readonly cellsOf: (record: FileRecord) => readonly FieldCells[];
}

function planOf(row: RowMapping, mapping: Mapping): RowPlan {
  const { needs, deduction, cases } = row;
  const otherwise = cellsOf(row, mapping);
  if (cases === null) return { needs, deduction, cellsOf: () => otherwise };
  const byText = new Map(Array.from(cases.byText, ([text, sources]) => [text, cellsOf(sources, mapping)]));
  return {
    needs,
    deduction,
    cellsOf: (record) =>
      byText.get(plain(firstOf(record, cases.columns, mapping.unknowns) ?? '')) ?? otherwise,
  };
}

/** Where a field comes from. */
interface FieldCells {
  readonly field: string;
  readonly reading: Reading;
  readonly columns: readonly string[];
  readonly constant: string | undefined;
}

/** Only fields that the row can have, since most files have few of them. */
function cellsOf({ columns, constants }: FieldSources, { kind }: Mapping): readonly FieldCells[] {
  return Object.entries(importFields[kind])
    .map(([field, { reading }]) => {
      return { field, reading, columns: columns.get(field) ?? [], constant: constants.get(field) };
    })
    .filter((cells) => cells.columns.length > 0 || cells.constant !== undefined);
}

function rowOf(record: FileRecord, plan: RowPlan, mapping: Mapping, faults: InvalidField[]): ImportRow {
  const row: Record<string, unknown> = {};
  for (const { field, reading, columns, constant } of plan.cellsOf(record)) {
    const text = firstOf(record, columns, mapping.unknowns) ?? constant;
    if (text === undefined) continue;
    const read = readers[reading](text, mapping);
    if ('fault' in read) faults.push({ field, message: read.fault });
    else row[field] = read.value;
  }
  if (plan.deduction === null) return row;
  const net = netOf(record, row['amount'], plan.deduction, mapping);
  if ('fault' in net) faults.push({ field: 'amount', message: net.fault });
  return { ...row, ...('fault' in net ? {} : { amount: net.value }) };
}

/** An amount less what the record says is to be subtracted from it. */
function netOf(
  record: FileRecord,
  amount: unknown,
  { columns, requiredBy }: NonNullable<RowMapping['deduction']>,
  { unknowns, decimalComma }: Mapping,
): CellRead {
  const text = firstOf(record, columns, unknowns);
  if (text === undefined) {
    return isAmong(record, requiredBy, unknowns)
      ? { fault: 'is not what remained, and no column says how much was refunded' }
      : { value: amount };
  }
  const read = amountOf(text.trim(), decimalComma);
  if ('fault' in read) return read;
  // An amount that is missing or cannot be read is refused for that: nothing can be subtracted from it.
  return { value: typeof amount === 'string' ? difference(amount, read.value) : amount };
}

/** A cell that is empty, other than in an export, or says that nothing is known, has no value. */
function firstOf(
  record: FileRecord,
  columns: readonly string[],
  unknowns: readonly string[],
): string | undefined {
  for (const column of columns) {
    const text = record.cell(column);
    if (text === undefined || (text === '' && !record.hasEmptyTexts)) continue;
    if (!unknowns.includes(text)) return text;
  }
  return undefined;
}

function isAmong(record: FileRecord, { columns, texts }: TextsIn, unknowns: readonly string[]): boolean {
  return texts.has((firstOf(record, columns, unknowns) ?? '').trim().toLowerCase());
}

const readers: Readonly<Record<Reading, (text: string, mapping: Mapping) => CellRead>> = {
  text: (text) => ({ value: text }),
  time: (text, { times, zone }) => {
    const read = readTime(text, times, zone);
    return 'fault' in read ? read : { value: formatInstant(read.instant) };
  },
  date: (text, { times }) => {
    const read = readDay(text, times);
    return 'fault' in read ? read : { value: read.day };
  },
  amount: (text, { decimalComma }) => amountOf(text.trim(), decimalComma),
  currency: (text) => ({ value: text.trim().toUpperCase() }),
  json: (text) => readJson(text, deepestJson),
};

function amountOf(text: string, decimalComma: boolean): AmountRead {
  if ((decimalComma ? commaAmountPattern : amountPattern).test(text)) {
    const plain = decimalComma ? text.replaceAll('.', '').replace(',', '.') : text;
    return { value: plain.replace(/^\+/, '') };
  }
  const form = decimalComma ? '1.234,56' : '1234.56';
  const hint = !decimalComma && /,\d{1,3}$/.test(text) ? ' (--decimal-comma reads 1.234,56)' : '';
  return { fault: `is not an amount such as ${form}: ${JSON.stringify(text.slice(0, 40))}${hint}` };
}

/** One decimal text less another, exactly, with no more decimals than needed. */
function difference(one: string, other: string): string {
  const less = other.includes('.') ? other.replace(/\.?0+$/, '') : other;
  const decimals = Math.max(decimalsOf(one), decimalsOf(less));
  return formatAmount(unitsOf(one, decimals) - unitsOf(less, decimals), decimals);
}

function decimalsOf(decimal: string): number {
  return decimal.split('.')[1]?.length ?? 0;
}

function unitsOf(decimal: string, decimals: number): bigint {
  return BigInt(decimal.replace('.', '') + '0'.repeat(decimals - decimalsOf(decimal)));
}

/** A row as a line of JSON. Without an id of its own it gets one derived from its content; only spend has none. */
export function lineOf(kind: ImportKind, row: ImportRow, distinction: string): string {
  const text = JSON.stringify(row);
  if (kind === 'spend' || 'id' in row) return text;
  return `{"id":"${contentId(kind, row, distinction, text)}",${text.slice(1)}`;
}

/** Reused for every row: a new buffer for each took a sixth of the command's whole work. */
const digestBytes = Buffer.alloc(32);

/**
 * An id that the same row gets in every file and every run, so that no row is stored twice. Ids sort by the time of their rows,
 * which lets a database store neighbours side by side.
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
