import { type LeadSourceField, leadSourceFields } from './lead-source.ts';

/** What can be taken out as a table. */
export const exportKinds = ['touches', 'customers'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** What a column of a table holds; any may hold nothing. */
export type ExportColumnType = 'text' | 'time' | 'integer' | 'json' | 'amount' | 'decimal' | 'flag';

export interface ExportColumn {
  /** The path of the member that it is in the API. */
  readonly name: string;
  readonly type: ExportColumnType;
}

const text = (name: string): ExportColumn => ({ name, type: 'text' });
const time = (name: string): ExportColumn => ({ name, type: 'time' });
const facts = (prefix: string) => leadSourceFields.map((field: LeadSourceField) => text(prefix + field));

/** The columns of each table, in their order. New ones come last, so that those who count columns need not count anew. */
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
};
