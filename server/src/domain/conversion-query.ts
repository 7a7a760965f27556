import type { CollectionQuery, FieldKind } from './collection.ts';

export const conversionSortFields = ['id', 'occurredTime', 'createdTime', 'updatedTime'] as const;
export type ConversionSortField = (typeof conversionSortFields)[number];

export type ConversionFilterField = ConversionSortField | 'customerId' | 'type' | 'currency' | 'orderId';

/** What conversions can be filtered by, and how each value reads. */
export const conversionFilterFields: ReadonlyMap<ConversionFilterField, FieldKind> = new Map<
  ConversionFilterField,
  FieldKind
>([
  ['id', 'text'],
  ['customerId', 'text'],
  ['type', 'text'],
  ['currency', 'text'],
  ['orderId', 'text'],
  ['occurredTime', 'instant'],
  ['createdTime', 'instant'],
  ['updatedTime', 'instant'],
]);

export interface ConversionQuery extends CollectionQuery<ConversionFilterField, ConversionSortField> {
  /** Null for all. */
  readonly credited: CreditedBy | null;
}

/** Conversions with a credit for one of these tuples, 0 for the unattributed, by a version of the settings. */
export interface CreditedBy {
  readonly settingsVersion: number;
  readonly tuples: readonly number[];
}
