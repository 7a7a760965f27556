import { attributionModels } from './attribution-models.ts';
import { type LeadSourceField, leadSourceFields } from './lead-source.ts';
import { spendDimensions } from './spend.ts';

/** What can be exported as a table. */
export const exportKinds = ['touches', 'conversions', 'credits', 'customers', 'spend'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** What a column holds; any cell may be empty. */
export type ExportColumnType = 'text' | 'time' | 'integer' | 'json' | 'amount' | 'decimal' | 'flag';

export interface ExportColumn {
  /** The path of the member in the API's answers. */
  readonly name: string;
  readonly type: ExportColumnType;
}

const text = (name: string): ExportColumn => ({ name, type: 'text' });
const time = (name: string): ExportColumn => ({ name, type: 'time' });
const amount = (name: string): ExportColumn => ({ name, type: 'amount' });
const facts = (prefix: string) => leadSourceFields.map((field: LeadSourceField) => text(prefix + field));

/** The columns of each table, in order. New ones are added at the end, so that readers who count columns still find theirs. */
export const exportColumns: Readonly<Record<ExportKind, readonly ExportColumn[]>> = {
  touches: [
    text('customerId'),
    text('id'),
    time('occurredTime'),
    time('recordedTime'),
    text('position'),
    text('channel'),
    text('origin'),
    text('actor'),
    ...facts(''),
  ],
  customers: [
    text('id'),
    text('websiteId'),
    { name: 'customFields', type: 'json' },
    { name: 'revision', type: 'integer' },
    time('createdTime'),
    time('updatedTime'),
    ...facts('leadSource.'),
    time('leadSource.createdTime'),
    time('leadSource.updatedTime'),
    ...facts('leadSource.original.'),
    time('leadSource.original.createdTime'),
  ],
  conversions: [
    text('id'),
    text('customerId'),
    time('occurredTime'),
    text('type'),
    amount('amount'),
    text('currency'),
    amount('refundedAmount'),
    amount('netAmount'),
    text('orderId'),
    { name: 'metadata', type: 'json' },
    time('createdTime'),
    time('updatedTime'),
  ],
  credits: [
    text('conversionId'),
    text('customerId'),
    time('occurredTime'),
    text('currency'),
    { name: 'isFirstConversion', type: 'flag' },
    { name: 'settingsVersion', type: 'integer' },
    text('touchId'),
    time('touchOccurredTime'),
    text('channel'),
    ...facts(''),
    ...attributionModels.flatMap((model): readonly ExportColumn[] => [
      { name: `credits.${model}.weight`, type: 'decimal' },
      amount(`credits.${model}.amount`),
      amount(`credits.${model}.refunded`),
    ]),
  ],
  spend: [
    text('date'),
    ...spendDimensions.map(text),
    amount('amount'),
    text('currency'),
    time('updatedTime'),
  ],
};

/** Whether what has these columns is an export. In a table of one, text is guarded from being taken for a formula. */
export function isExport(kind: ExportKind, has: (column: string) => boolean): boolean {
  return exportColumns[kind].every(({ name }) => has(name));
}

/**
 * The cells of a record of an export in CSV, with null for what is not there: nothing between two delimiters. Two quotes are an
 * empty text.
 */
export function toldCells(
  cells: readonly string[],
  record: string,
  delimiter: string,
): readonly (string | null)[] {
  const quoted = record.includes('""') ? quotedBlanks(record, delimiter) : null;
  return cells.map((cell, place) => (cell === '' && quoted?.has(place) !== true ? null : cell));
}

/** The places of the cells that are two quotes, in a record whose quotes pair. */
function quotedBlanks(record: string, delimiter: string): ReadonlySet<number> {
  const places = new Set<number>();
  const escaped = delimiter.replace(/[\\^\]-]/, '\\$&');
  let place = 0;
  for (const [token] of record.matchAll(new RegExp(`"(?:[^"]|"")*"|[^${escaped}]+|[${escaped}]`, 'g'))) {
    if (token === delimiter) place += 1;
    else if (token === '""') places.add(place);
  }
  return places;
}
