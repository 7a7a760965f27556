import type { AttributionModel } from './attribution-models.ts';
import type { CollectionQuery, FieldKind, Filter } from './collection.ts';
import type { TouchFilterField } from './credit-filter.ts';
import type { DateBasis, Period } from './credit-sum.ts';

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
  /** Only those that a report of this period counts, by its date basis; null for any. */
  readonly counted: CountedIn | null;
}

/** By the date of refunds, these are the conversions that occurred in the period and those that were refunded in it. */
export interface CountedIn extends Period {
  readonly dateBasis: DateBasis;
}

/** Selects conversions with a credit for such a touch, by one version of the settings. */
export interface CreditedBy {
  readonly settingsVersion: number;
  /** The tuples that the touch may have, 0 for no touch at all; null for any. */
  readonly tuples: readonly number[] | null;
  readonly touchFilter: Filter<TouchFilterField>;
  /** At least one of these must give the touch credit. */
  readonly models: readonly AttributionModel[];
}
