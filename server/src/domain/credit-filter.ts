import type { ChannelTuple } from './channel.ts';
import { compareCodePoints } from './code-points.ts';
import type { FieldKind, Filter, FilterAlternative, FilterCondition } from './collection.ts';
import { type ChannelOf, type Dimension, dimensions } from './dimension.ts';

/** Fields of a touch that its tuple has. */
export type TupleFilterField = Dimension | 'referrerHost' | 'clickIdKind';

/** Fields that only the touch itself has. */
const touchFilterFields = ['clickId', 'path', 'referrer'] as const;
export type TouchFilterField = (typeof touchFilterFields)[number];

export type CreditFilterField = TupleFilterField | TouchFilterField;

/** What credits can be filtered by: all are fields of their touch. */
export const creditFilterFields: ReadonlyMap<CreditFilterField, FieldKind> = new Map(
  [...dimensions, 'referrerHost' as const, 'clickIdKind' as const, ...touchFilterFields].map(
    (field): [CreditFilterField, FieldKind] => [field, 'text'],
  ),
);

/** Splits a filter into the conditions that need the touch itself and those that its tuple can answer. */
export function partsOfFilter(filter: Filter<CreditFilterField>): {
  readonly ofTouches: Filter<TouchFilterField>;
  readonly ofTuples: Filter<TupleFilterField>;
} {
  const isOfTouch = (condition: FilterCondition<CreditFilterField>) =>
    (touchFilterFields as readonly string[]).includes(condition.field);
  return {
    ofTouches: filter.filter(isOfTouch) as Filter<TouchFilterField>,
    ofTuples: filter.filter((condition) => !isOfTouch(condition)) as Filter<TupleFilterField>,
  };
}

/** Whether all conditions hold for a touch, or for spend, whose fields `read` gives. */
export function filterMatches<Field extends string>(
  filter: Filter<Field>,
  read: (field: Field) => string | null,
): boolean {
  return filter.every(({ field, negated, alternatives }) => {
    const value = read(field);
    return alternatives.some((alternative) => textMatches(value, alternative)) !== negated;
  });
}

/** Makes a reader of a tuple's fields; `channelOf` gives its channel. */
export function tupleReader(
  tuple: ChannelTuple,
  channelOf: ChannelOf,
): (field: TupleFilterField) => string | null {
  return (field) => (field === 'channel' ? channelOf(tuple) : tuple[field]);
}

/** Compares texts as storage does: by code point; an unset one lies in no range. */
function textMatches(value: string | null, alternative: FilterAlternative): boolean {
  if ('equals' in alternative) return value === alternative.equals;
  if (value === null) return false;
  const { from, to } = alternative;
  if (from !== undefined && compareCodePoints(value, String(from)) < 0) return false;
  return to === undefined || compareCodePoints(value, String(to)) <= 0;
}
