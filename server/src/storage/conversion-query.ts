import { type Expression, expressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type {
  ConversionFilterField,
  ConversionQuery,
  ConversionSortField,
  CountedIn,
  CreditedBy,
} from '../domain/conversion-query.ts';
import { filterConditionOf } from './filter-condition.ts';
import { columnsOf, touchConditions } from './queries/credit-sum.ts';
import type { Schema } from './schema.ts';

const columns = {
  id: 'conversions.conversion_id',
  customerId: 'conversions.customer_id',
  type: 'conversions.type',
  currency: 'conversions.currency',
  orderId: 'conversions.order_id',
  occurredTime: 'conversions.occurred_time',
  createdTime: 'conversions.created_time',
  updatedTime: 'conversions.updated_time',
} as const satisfies Record<ConversionFilterField | ConversionSortField, string>;

type Matching = ReturnType<typeof conversionsOf>;

const eb = expressionBuilder<Schema, 'conversions'>();

/** What is said to each engine in its own words. */
export interface ConversionDialect {
  readonly query: Kysely<Schema>;
  /** Whether an integer is one of these, of which there may be very many. */
  readonly isAmong: (column: Expression<unknown>, numbers: readonly number[]) => Expression<SqlBool>;
  /** Checked for each conversion before the filter. */
  readonly first: readonly Expression<SqlBool>[];
}

/** The conversions of an organization that a query matches. */
export function conversionsMatching(
  dialect: ConversionDialect,
  organizationId: number,
  { filter, credited, counted }: Pick<ConversionQuery, 'filter' | 'credited' | 'counted'>,
): Matching {
  const conditions = filter.map((condition) =>
    filterConditionOf(condition, sql.ref(columns[condition.field])),
  );
  const credits = credited === null ? [] : [isCredited(dialect, organizationId, credited)];
  const periods = counted === null ? [] : [isCountedIn(organizationId, counted)];
  return [...dialect.first, ...conditions, ...periods, ...credits].reduce(
    (matching, condition) => matching.where(() => condition),
    conversionsOf(dialect.query, organizationId),
  );
}

/** How the rows of a page are found. */
export type Finding =
  /** As the engine sees fit. */
  | 'freely'
  /** All that match are sorted; SQLite alone can be told so. */
  | 'by-sorting';

/**
 * One page in the order asked for, with the id as the final tie-breaker so that pages never overlap. Only keys are read of
 * the rows before it, which an index may have.
 */
export function pageOf(
  query: Kysely<Schema>,
  matching: Matching,
  { sort, limit, offset }: Pick<ConversionQuery, 'sort' | 'limit' | 'offset'>,
  finding: Finding = 'freely',
) {
  const isById = sort.some(({ field }) => field === 'id');
  const byId = { field: 'id', descending: sort.at(-1)?.descending === true } as const;
  const order = (isById ? sort : [...sort, byId]).map(({ field, descending }) => {
    const direction = descending ? ('desc' as const) : ('asc' as const);
    return { column: sql.ref(columns[field]), direction };
  });
  const sorted = (column: Expression<unknown>) => (finding === 'by-sorting' ? sql`+${column}` : column);
  const page = order
    .reduce((found, { column, direction }) => found.orderBy(sorted(column), direction), matching)
    .select(['conversions.organization_id', 'conversions.customer_id', 'conversions.conversion_key'])
    .limit(limit)
    .offset(offset)
    .as('page');
  const rows = query
    .selectFrom(page)
    .innerJoin('conversions', (join) =>
      join
        .onRef('conversions.organization_id', '=', 'page.organization_id')
        .onRef('conversions.customer_id', '=', 'page.customer_id')
        .onRef('conversions.conversion_key', '=', 'page.conversion_key'),
    )
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'conversions.organization_id')
        .onRef('actors.actor_id', '=', 'conversions.actor_id'),
    )
    .selectAll('conversions')
    .select('actors.actor');
  return order.reduce((found, { column, direction }) => found.orderBy(column, direction), rows);
}

export function countOf(matching: Matching) {
  return matching.select(({ fn }) => fn.countAll<number>().as('total'));
}

function conversionsOf(query: Kysely<Schema>, organizationId: number) {
  return query.selectFrom('conversions').where('conversions.organization_id', '=', organizationId);
}

function isCountedIn(organizationId: number, { start, end, dateBasis }: CountedIn): Expression<SqlBool> {
  const isWithin = (time: Expression<unknown>) => sql<SqlBool>`${time} >= ${start} and ${time} < ${end}`;
  const occurred = isWithin(sql.ref('conversions.occurred_time'));
  if (dateBasis === 'conversion') return occurred;
  const refunded = eb
    .selectFrom('refunds')
    .select(sql<number>`1`.as('one'))
    .where('refunds.organization_id', '=', organizationId)
    .whereRef('refunds.customer_id', '=', 'conversions.customer_id')
    .whereRef('refunds.conversion_key', '=', 'conversions.conversion_key')
    // The sign keeps SQLite from going through all refunds of the period for each conversion.
    .where(isWithin(sql`+${sql.ref('refunds.occurred_time')}`));
  return eb.or([sql<SqlBool>`(${occurred})`, eb.exists(refunded)]);
}

function isCredited(
  { isAmong }: ConversionDialect,
  organizationId: number,
  credited: CreditedBy,
): Expression<SqlBool> {
  const { settingsVersion, tuples, models } = credited;
  const isGiven = columnsOf({ models }).map((model) => eb(sql.ref(`credits.weight_${model}`), '>', 0));
  const credits = eb
    .selectFrom('credits')
    .select(sql<number>`1`.as('one'))
    .where('credits.organization_id', '=', organizationId)
    .where('credits.settings_version', '=', settingsVersion)
    .whereRef('credits.conversion_key', '=', 'conversions.conversion_key')
    .where(() => eb.or(isGiven));
  const chosen =
    tuples === null ? credits : credits.where(() => isAmong(sql.ref('credits.tuple_id'), tuples));
  return eb.exists(
    credited.touchFilter.length === 0 ? chosen : chosen.where(saysOfTouch(organizationId, credited)),
  );
}

function saysOfTouch(organizationId: number, { touchFilter }: CreditedBy): Expression<SqlBool> {
  const touch = expressionBuilder<Schema, 'conversions' | 'credits'>()
    .selectFrom('touches')
    .select(sql<number>`1`.as('one'))
    .where('touches.organization_id', '=', organizationId)
    .whereRef('touches.customer_id', '=', 'conversions.customer_id')
    .whereRef('touches.touch_key', '=', 'credits.touch_key')
    .where((all) => all.and(touchConditions(touchFilter, 'touches')));
  return eb.exists(touch);
}
