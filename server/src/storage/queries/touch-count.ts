import type { Expression, Kysely, SqlBool } from 'kysely';
import type { Instant } from '../../domain/time.ts';
import type { Schema } from '../schema.ts';

/** How many touches share each tuple since a moment, most shared first; `first` is checked for each touch before that. */
export function touchCounts(
  query: Kysely<Schema>,
  organizationId: number,
  since: Instant,
  first: readonly Expression<SqlBool>[] = [],
) {
  return first
    .reduce(
      (touches, condition) => touches.where(() => condition),
      query.selectFrom('touches').where('touches.organization_id', '=', organizationId),
    )
    .where('touches.occurred_time', '>=', since)
    .groupBy('touches.tuple_id')
    .select(['touches.tuple_id', ({ fn }) => fn.countAll<number>().as('touches')])
    .orderBy('touches', 'desc')
    .orderBy('touches.tuple_id');
}
