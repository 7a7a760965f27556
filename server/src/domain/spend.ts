import type { CollectionQuery, FieldKind } from './collection.ts';
import type { MinorUnits } from './money.ts';
import type { CalendarDay } from './reporting-zone.ts';
import type { Instant } from './time.ts';

/** What money can be spent on, named like the dimensions of reports. The digests of stored rows depend on this order. */
export const spendDimensions = [
  'channel',
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'subAffiliate',
  'salesAgent',
] as const;
export type SpendDimension = (typeof spendDimensions)[number];

/** What was spent on a day, in the reporting zone. */
export type SpendEntry = { readonly [Dimension in SpendDimension]: string | null } & {
  readonly day: CalendarDay;
  readonly currency: string;
  readonly amount: MinorUnits;
  readonly updatedTime: Instant;
};

export const spendSortFields = ['date'] as const;
export type SpendSortField = (typeof spendSortFields)[number];
export type SpendFilterField = SpendSortField | SpendDimension | 'currency';

export const spendFilterFields: ReadonlyMap<SpendFilterField, FieldKind> = new Map<
  SpendFilterField,
  FieldKind
>([
  ['date', 'day'],
  ['currency', 'text'],
  ...spendDimensions.map((dimension): [SpendFilterField, FieldKind] => [dimension, 'text']),
]);

export type SpendQuery = CollectionQuery<SpendFilterField, SpendSortField>;
