import type { ChannelTuple } from './channel.ts';
import type { FieldKind, Filter, FilterAlternative, FilterCondition } from './collection.ts';
import { type ChannelOf, compareCodePoints, type Dimension, dimensions } from './dimension.ts';

/** What a tuple says of a touch. */
export type TupleFilterField = Dimension | 'referrerHost' | 'clickIdKind';

/** What only the touch itself says. */
export const touchFilterFields = ['clickId', 'path', 'referrer'] as const;
export type TouchFilterField = (typeof touchFilterFields)[number];

export type CreditFilterField = TupleFilterField | TouchFilterField;

/** What credits can be chosen by: all of it is said of their touch. */
export const creditFilterFields: ReadonlyMap<CreditFilterField, FieldKind> = new Map(
  [...dimensions, 'referrerHost' as const, 'clickIdKind' as const, ...touchFilterFields].map(
    (field): [CreditFilterField, FieldKind] => [field, 'text'],
  ),
);

/** The conditions that only the touch itself can be held against, and the others. */
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

/** Whether all conditions hold for what is said of a touch, or of what was spent. */
export function filterMatches<Field extends string>(
  filter: Filter<Field>,
  read: (field: Field) => string | null,
): boolean {
  return filter.every(({ field, negated, alternatives }) => {
    const value = read(field);
    return alternatives.some((alternative) => textMatches(value, alternative)) !== negated;
  });
}

/** What a tuple says of a field, by the channel rules in force. */
export function tupleReader(
  tuple: ChannelTuple,
  channelOf: ChannelOf,
): (field: TupleFilterField) => string | null {
  return (field) => (field === 'channel' ? channelOf(tuple) : tuple[field]);
}

/** As storage compares texts: by code point, and what is unset lies in no range. */
function textMatches(value: string | null, alternative: FilterAlternative): boolean {
  if ('equals' in alternative) return value === alternative.equals;
  if (value === null) return false;
  const { from, to } = alternative;
  if (from !== undefined && compareCodePoints(value, String(from)) < 0) return false;
  return to === undefined || compareCodePoints(value, String(to)) <= 0;
}
