import { leadSourceFields } from '../../domain/lead-source.ts';

export const importKinds = ['touches', 'conversions', 'spend'] as const;
export type ImportKind = (typeof importKinds)[number];

export const formats = ['csv', 'ndjson'] as const;
export type Format = (typeof formats)[number];

/** How a cell becomes a member of a row. */
export type Reading = 'text' | 'time' | 'date' | 'amount' | 'currency' | 'json';

export interface ImportField {
  readonly reading: Reading;
  /** Whether a file must have a column for it. */
  readonly isRequired?: true;
}

const text: ImportField = { reading: 'text' };
const facts = Object.fromEntries(leadSourceFields.map((field) => [field, text]));
const { clickId: _click, path: _path, referrer: _referrer, ...dimensions } = facts;

/** The fields of each kind, under their names in the API. */
export const importFields: Readonly<Record<ImportKind, Readonly<Record<string, ImportField>>>> = {
  touches: {
    id: text,
    customerId: { reading: 'text', isRequired: true },
    occurredTime: { reading: 'time', isRequired: true },
    ...facts,
  },
  conversions: {
    id: text,
    customerId: { reading: 'text', isRequired: true },
    occurredTime: { reading: 'time', isRequired: true },
    type: text,
    amount: { reading: 'amount', isRequired: true },
    currency: { reading: 'currency', isRequired: true },
    orderId: text,
    metadata: { reading: 'json' },
  },
  spend: {
    date: { reading: 'date', isRequired: true },
    ...dimensions,
    channel: text,
    amount: { reading: 'amount', isRequired: true },
    currency: { reading: 'currency', isRequired: true },
  },
};
