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
  const of = (role: Role | null) => filter.filter(({ field }) => roleOf(field) === role);
  const own = of(null).map((condition) =>
    filterConditionOf(condition, sql.ref(sortColumns[condition.field as CustomerSortField])),
  );
  const touched = (['original', 'current'] as const)
    .filter((role) => of(role).length > 0)
    .map((role) => isSaidOf(role, of(role)));
  return [...first, ...own, ...touched].reduce(
    (matching, condition) => matching.where(() => condition),
    customersOf(query, organizationId),
  );
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

function customersOf(query: Kysely<Schema>, organizationId: number) {
  return query.selectFrom('customers').where('customers.organization_id', '=', organizationId);
}

/**
 * What a filter asks of a customer's original or current touch, looked up for each customer by whole keys. As joins PostgreSQL
 * would read all touches of the organization, whose customers it expects to be fewer by far than they are. Without a touch,
 * whatever is asked for is unset.
 */
function isSaidOf(role: Role, filter: Filter<CustomerFilterField>): Expression<SqlBool> {
  const conditions = (column: (member: Member) => Expression<unknown>) =>
    sql.join(
      filter.map((condition) => sql`(${filterConditionOf(condition, column(memberOf(condition.field)))})`),
      sql` and `,
    );
  return sql<SqlBool>`coalesce((
    select ${conditions((member) => sql.ref(leadSourceColumns[member].join('.')))}
    from touches as touch left join lead_source_tuples as tuple
      on tuple.organization_id = touch.organization_id and tuple.tuple_id = touch.tuple_id
    where touch.organization_id = customers.organization_id and touch.customer_id = customers.customer_id
      and touch.touch_key = ${sql.ref(`customers.${role}_touch_key`)}
  ), ${conditions(() => sql`cast(null as text)`)})`;
}

type Role = 'original' | 'current';
type Member = keyof typeof leadSourceColumns;

/** Which touch of a customer a field is about; null for the customer itself. */
function roleOf(field: CustomerFilterField): Role | null {
  const [group, member] = field.split('.');
  if (member === undefined) return null;
  return group === 'original' ? 'original' : 'current';
}

function memberOf(field: CustomerFilterField): Member {
  const [, member] = field.split('.');
  return member as Member;
}
