import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { Filter } from '../domain/collection.ts';
import type { CustomerFilterField, CustomerQuery, CustomerSortField } from '../domain/customer-query.ts';
import { filterConditionOf } from './filter-condition.ts';
import type { Schema } from './schema.ts';

const sortColumns = {
  id: 'customers.customer_id',
  websiteId: 'customers.website_id',
  revision: 'customers.revision',
  createdTime: 'customers.created_time',
  updatedTime: 'customers.updated_time',
} as const satisfies Record<CustomerSortField, string>;

/** Unset values sort before all others; left to themselves, engines differ. */
const nullableSortFields: ReadonlySet<CustomerSortField> = new Set(['websiteId']);

/** The column of each member of a lead source, in the touch or its tuple. */
const leadSourceColumns = {
  medium: ['tuple', 'medium'],
  source: ['tuple', 'source'],
  campaign: ['tuple', 'campaign'],
  term: ['tuple', 'term'],
  content: ['tuple', 'content'],
  affiliate: ['tuple', 'affiliate'],
  subAffiliate: ['tuple', 'sub_affiliate'],
  salesAgent: ['tuple', 'sales_agent'],
  clickId: ['touch', 'click_id'],
  path: ['touch', 'path'],
  referrer: ['touch', 'referrer'],
} as const;

type Matching = ReturnType<typeof customersOf>;

/** The customers of an organization that a filter matches; `first` is checked for each before the filter. */
export function customersMatching(
  query: Kysely<Schema>,
  organizationId: number,
  filter: Filter<CustomerFilterField>,
  first: readonly Expression<SqlBool>[] = [],
): Matching {
  return [
    ...first,
    ...filter.map((condition) => filterConditionOf(condition, columnOf(condition.field))),
  ].reduce((matching, condition) => matching.where(() => condition), customersOf(query, organizationId));
}

/** One page in the order asked for, with the id as the final tie-breaker so that pages never overlap. */
export function pageOf(matching: Matching, { sort, limit, offset }: CustomerQuery) {
  let ordered = matching.selectAll('customers');
  for (const { field, descending } of sort) {
    ordered = ordered.orderBy(sortColumns[field], (order) => {
      const directed = descending ? order.desc() : order.asc();
      if (!nullableSortFields.has(field)) return directed;
      return descending ? directed.nullsLast() : directed.nullsFirst();
    });
  }
  // A second mention of the id would keep an engine from reading the rows in index order.
  if (!sort.some(({ field }) => field === 'id')) {
    ordered = ordered.orderBy('customers.customer_id', sort.at(-1)?.descending === true ? 'desc' : 'asc');
  }
  return ordered.limit(limit).offset(offset);
}

export function countOf(matching: Matching) {
  return matching.select(({ fn }) => fn.countAll<number>().as('total'));
}

/** Joined by whole keys, so that an engine can skip the joins that no condition uses. */
function customersOf(query: Kysely<Schema>, organizationId: number) {
  return query
    .selectFrom('customers')
    .leftJoin('touches as original_touch', (join) =>
      join
        .onRef('original_touch.organization_id', '=', 'customers.organization_id')
        .onRef('original_touch.customer_id', '=', 'customers.customer_id')
        .onRef('original_touch.touch_key', '=', 'customers.original_touch_key'),
    )
    .leftJoin('touches as current_touch', (join) =>
      join
        .onRef('current_touch.organization_id', '=', 'customers.organization_id')
        .onRef('current_touch.customer_id', '=', 'customers.customer_id')
        .onRef('current_touch.touch_key', '=', 'customers.current_touch_key'),
    )
    .leftJoin('lead_source_tuples as original_tuple', (join) =>
      join
        .onRef('original_tuple.organization_id', '=', 'original_touch.organization_id')
        .onRef('original_tuple.tuple_id', '=', 'original_touch.tuple_id'),
    )
    .leftJoin('lead_source_tuples as current_tuple', (join) =>
      join
        .onRef('current_tuple.organization_id', '=', 'current_touch.organization_id')
        .onRef('current_tuple.tuple_id', '=', 'current_touch.tuple_id'),
    )
    .where('customers.organization_id', '=', organizationId);
}

function columnOf(field: CustomerFilterField): Expression<unknown> {
  const [group, member] = field.split('.');
  if (member === undefined) return sql.ref(sortColumns[field as CustomerSortField]);
  const role = group === 'original' ? 'original' : 'current';
  const [table, column] = leadSourceColumns[member as keyof typeof leadSourceColumns];
  return sql.ref(`${role}_${table}.${column}`);
}
