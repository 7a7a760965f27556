import type { Instant } from './time.ts';

/** A page of an ordered collection. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** What a field of a collection holds, which decides how a filter's values are read. */
export type FieldKind = 'text' | 'instant' | 'integer' | 'day';

export type FilterValue = string | number | Instant | null;

/** One condition of a filter: the field has one of the values, or lies in one of the ranges; `negated` inverts it. */
export interface FilterCondition<Field extends string> {
  readonly field: Field;
  readonly negated: boolean;
  readonly alternatives: readonly FilterAlternative[];
}

/** One value, or an inclusive range with at least one end. */
export type FilterAlternative =
  | { readonly equals: FilterValue }
  | { readonly from: FilterValue | undefined; readonly to: FilterValue | undefined };

/** All conditions must hold. */
export type Filter<Field extends string> = readonly FilterCondition<Field>[];

export interface SortKey<Field extends string> {
  readonly field: Field;
  readonly descending: boolean;
}

export interface CollectionQuery<FilterField extends string, SortField extends string> extends Page {
  readonly filter: Filter<FilterField>;
  readonly sort: readonly SortKey<SortField>[];
}

export interface Collection<Item> {
  readonly items: readonly Item[];
  /** The number of items on all pages together. */
  readonly total: number;
}
