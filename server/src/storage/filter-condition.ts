import { type Expression, expressionBuilder, type SqlBool } from 'kysely';
import type { FilterAlternative, FilterCondition } from '../domain/collection.ts';
import type { Schema } from './schema.ts';

const eb = expressionBuilder<Schema>();

/** A filter condition on the column of its field. */
export function filterConditionOf(
  { negated, alternatives }: Omit<FilterCondition<string>, 'field'>,
  column: Expression<unknown>,
): Expression<SqlBool> {
  const any = eb.or(alternatives.map((alternative) => alternativeOf(column, alternative)));
  return negated ? eb.not(any) : any;
}

/** Never SQL's unknown, so that a negation also matches unset values. */
function alternativeOf(column: Expression<unknown>, alternative: FilterAlternative): Expression<SqlBool> {
  const isSet = eb(column, 'is not', null);
  if ('equals' in alternative) {
    return alternative.equals === null
      ? eb(column, 'is', null)
      : eb.and([isSet, eb(column, '=', alternative.equals)]);
  }
  const bounds = [isSet];
  if (alternative.from !== undefined) bounds.push(eb(column, '>=', alternative.from));
  if (alternative.to !== undefined) bounds.push(eb(column, '<=', alternative.to));
  return eb.and(bounds);
}
