import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
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
  ].reduce(
    (matching, condition) => matching.where(() => condition),
    customersOf(query, organizationId, filter),
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

/** Joins by whole keys what the filter asks about: a count in SQLite runs every join. */
function customersOf(query: Kysely<Schema>, organizationId: number, filter: Filter<CustomerFilterField>) {
  const customers = query.selectFrom('customers').where('customers.organization_id', '=', organizationId);
  const asked = new Set(filter.map(({ field }) => roleOf(field)));
  return customers
    .$if(asked.has('original'), (joined) => withTouch(joined, 'original'))
    .$if(asked.has('current'), (joined) => withTouch(joined, 'current'));
}

function withTouch<Selected>(
  customers: SelectQueryBuilder<Schema, 'customers', Selected>,
  role: 'original' | 'current',
) {
  // To the type checker one role stands for both.
  const named = role as 'current';
  const [touch, tuple] = [`${named}_touch`, `${named}_tuple`] as const;
  return customers
    .leftJoin(`touches as ${touch}`, (join) =>
      join
        .onRef(`${touch}.organization_id`, '=', 'customers.organization_id')
        .onRef(`${touch}.customer_id`, '=', 'customers.customer_id')
        .onRef(`${touch}.touch_key`, '=', `customers.${named}_touch_key`),
    )
    .leftJoin(`lead_source_tuples as ${tuple}`, (join) =>
      join
        .onRef(`${tuple}.organization_id`, '=', `${touch}.organization_id`)
        .onRef(`${tuple}.tuple_id`, '=', `${touch}.tuple_id`),
    );
}

/** Which touch of a customer a field is about; null for the customer itself. */
function roleOf(field: CustomerFilterField): 'original' | 'current' | null {
  const [group, member] = field.split('.');
  if (member === undefined) return null;
  return group === 'original' ? 'original' : 'current';
}

function columnOf(field: CustomerFilterField): Expression<unknown> {
  const role = roleOf(field);
  if (role === null) return sql.ref(sortColumns[field as CustomerSortField]);
  const [, member] = field.split('.');
  const [table, column] = leadSourceColumns[member as keyof typeof leadSourceColumns];
  return sql.ref(`${role}_${table}.${column}`);
}
