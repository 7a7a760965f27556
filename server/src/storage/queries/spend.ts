import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { SpendFilterField, SpendQuery } from '../../domain/spend.ts';
import { filterConditionOf } from '../filter-condition.ts';
import type { Schema } from '../schema.ts';

const columns = {
  date: 'spend.day',
  channel: 'spend.channel',
  medium: 'spend.medium',
  source: 'spend.source',
  campaign: 'spend.campaign',
  term: 'spend.term',
  content: 'spend.content',
  affiliate: 'spend.affiliate',
  subAffiliate: 'spend.sub_affiliate',
  salesAgent: 'spend.sales_agent',
  currency: 'spend.currency',
} as const satisfies Record<SpendFilterField, string>;

/** The spend of an organization that a filter matches; `first` is checked for each row before the filter. */
export function spendMatching(
  query: Kysely<Schema>,
  organizationId: number,
  filter: SpendQuery['filter'],
  first: readonly Expression<SqlBool>[] = [],
) {
  const conditions = filter.map((condition) =>
    filterConditionOf(condition, sql.ref(columns[condition.field])),
  );
  return [...first, ...conditions].reduce(
    (matching, condition) => matching.where(() => condition),
    query.selectFrom('spend').where('spend.organization_id', '=', organizationId),
  );
}

type Matching = ReturnType<typeof spendMatching>;

/** One page, by day in the order asked for, and in a fixed order within a day. */
export function pageOfSpend(matching: Matching, { sort, limit, offset }: SpendQuery) {
  const order = sort[0]?.descending === true ? 'desc' : 'asc';
  return matching
    .selectAll()
    .orderBy('spend.day', order)
    .orderBy('spend.digest', order)
    .limit(limit)
    .offset(offset);
}

export function countOfSpend(matching: Matching) {
  return matching.select(({ fn }) => fn.countAll<number>().as('total'));
}
