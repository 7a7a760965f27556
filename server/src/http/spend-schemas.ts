import type { Static } from 'typebox';
import { isObject } from '../domain/body-faults.ts';
import { isExport } from '../domain/export.ts';
import type { InvalidField } from '../domain/failure.ts';
import { unguardedText } from '../domain/formula.ts';
import { spendDimensions } from '../domain/spend.ts';
import { parseDate } from '../domain/time.ts';
import { moneyFaults } from './money-faults.ts';
import { Type } from './schema-builders.ts';
import { dateTime, nullableText } from './schema-parts.ts';
import { Table } from './table.ts';
import { faultsBy, validatorOf } from './validation.ts';

const dimensions = Object.fromEntries(
  spendDimensions.map((dimension) => [dimension, nullableText(512, 'As in reports; null if unknown.')]),
) as Record<(typeof spendDimensions)[number], ReturnType<typeof nullableText>>;

const date = Type.String({ description: 'A day in the reporting time zone.', examples: ['2026-11-23'] });
const currency = Type.String({ description: 'A code of ISO 4217, such as `EUR`.' });

const SpendRow = Type.Object({
  date,
  ...Type.Partial(Type.Object(dimensions)).properties,
  amount: Type.Unsafe<string | number>({
    type: ['string', 'number'],
    description: 'A decimal text such as `34.17`, or a JSON number that denotes it exactly.',
  }),
  currency,
});
export type SpendRowBody = Static<typeof SpendRow>;

export const SpendInput = Type.Unsafe<SpendRowBody | readonly SpendRowBody[]>({
  anyOf: [Type.Array(SpendRow), SpendRow],
  description: 'A row, or an array of them. Unknown members are ignored.',
  examples: [[{ date: '2026-11-23', medium: 'cpc', source: 'google', amount: '120.50', currency: 'EUR' }]],
});

export const Spend = Type.Object({
  date,
  ...dimensions,
  amount: Type.String({ description: 'With as many decimals as the currency has.' }),
  currency,
  updatedTime: dateTime('When it was last written.'),
});

const validate = validatorOf(SpendRow);

/** Every fault of all rows. Fields are preceded by the row's place if there are several, and by its line in a table. */
export function spendFaults(body: unknown): readonly InvalidField[] {
  if (body instanceof Table) return tableFaults(body);
  if (!Array.isArray(body)) return rowFaults(body);
  return body.flatMap((row, place) => behind(place, rowFaults(row)));
}

/** The rows of a body that has no faults. */
export function spendRowsOf(body: unknown): readonly SpendRowBody[] {
  if (body instanceof Table) return body.rows.map(({ cells }) => rowIn(body, cells) as SpendRowBody);
  return (Array.isArray(body) ? body : [body]) as readonly SpendRowBody[];
}

const given: readonly string[] = ['date', ...spendDimensions, 'amount', 'currency'];
/** Columns that are shown, but not written. */
const readOnly = ['updatedTime'];

/** Refuses a misspelt column: if it were ignored, rows that differ only in it would replace each other. */
function tableFaults(table: Table): readonly InvalidField[] {
  const { columns, rows } = table;
  const faults = ['date', 'amount', 'currency']
    .filter((column) => !columns.includes(column))
    .map((column) => ({ field: column, message: 'has no column' }));
  columns.forEach((column, place) => {
    const isKnown = given.includes(column) || readOnly.includes(column);
    if (!isKnown) faults.push({ field: column, message: 'is no column of spend' });
    else if (columns.indexOf(column) !== place) faults.push({ field: column, message: 'has two columns' });
  });
  if (faults.length > 0) return behind(1, faults);
  return rows.flatMap(({ line, cells }) => {
    if (cells.length === columns.length) return behind(line, rowFaults(rowIn(table, cells)));
    const message = `has ${cells.length} cells, and the table ${columns.length} columns`;
    return [{ field: String(line), message }];
  });
}

/** An empty cell counts as absent; in an export, an empty text does not. */
function rowIn({ columns }: Table, cells: readonly (string | null)[]): Readonly<Record<string, string>> {
  const isOwn = isExport('spend', (column) => columns.includes(column));
  const told = columns.flatMap((column, place): [string, string][] => {
    const cell = cells[place] ?? null;
    const isAbsent = cell === null || (cell === '' && !isOwn) || !given.includes(column);
    return isAbsent ? [] : [[column, isOwn ? unguardedText(cell) : cell]];
  });
  return Object.fromEntries(told);
}

function behind(place: number, faults: readonly InvalidField[]): readonly InvalidField[] {
  return faults.map(({ field, message }) => ({
    field: field === '' ? String(place) : `${place}.${field}`,
    message,
  }));
}

function rowFaults(row: unknown): readonly InvalidField[] {
  const faults = faultsBy(validate, row);
  const named = new Set(faults.map(({ field }) => field));
  return isObject(row) ? [...faults, ...valueFaults(row, named)] : faults;
}

function valueFaults(
  row: Readonly<Record<string, unknown>>,
  named: ReadonlySet<string>,
): readonly InvalidField[] {
  const isDate = named.has('date') || parseDate(String(row['date'])) !== null;
  const dateFaults = isDate ? [] : [{ field: 'date', message: 'must be a date such as 2026-11-23' }];
  return [...dateFaults, ...moneyFaults(row, named)];
}
