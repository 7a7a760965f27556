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
  /** That a report of this period counts, by that date; null for any. */
  readonly counted: CountedIn | null;
}

/** By the date of refunds, conversions that occurred in it and those that were refunded in it. */
export interface CountedIn extends Period {
  readonly dateBasis: DateBasis;
}

/** Conversions with a credit for such a touch, by a version of the settings. */
export interface CreditedBy {
  readonly settingsVersion: number;
  /** What the touch's lead source is one of, 0 for no touch at all; null for whichever touch. */
  readonly tuples: readonly number[] | null;
  readonly touchFilter: Filter<TouchFilterField>;
  /** One of these must give it something. */
  readonly models: readonly AttributionModel[];
}
