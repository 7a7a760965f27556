import { type Compilable, type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { attributionModels } from '../../domain/attribution-models.ts';
import type { TouchFilterField } from '../../domain/credit-filter.ts';
import type { CreditQuestion, Span } from '../../domain/credit-sum.ts';
import { filterConditionOf } from '../filter-condition.ts';
import { type ModelColumn, modelColumns } from '../money-schema.ts';
import type { Schema } from '../schema.ts';

/** What an engine adds to queries that both run. */
export interface ReportDialect {
  readonly query: Kysely<Schema>;
  /** A query for rows with these columns of whole numbers; all columns have the same length. */
  readonly numbers: (columns: Readonly<Record<string, readonly number[]>>) => RawBuilder<unknown>;
  /** A condition that holds for each row that is looked at. */
  readonly counted: (column: string) => Expression<SqlBool>;
}

/** Money as decimal text, whatever its size; null where nothing was added up. */
export type CreditSumRow = { readonly bucket: number; readonly group_number: number } & Readonly<
  Record<string, number | string | null>
>;

type Query = Compilable<CreditSumRow>;

export function columnsOf({ models }: Pick<CreditQuestion, 'models'>): readonly ModelColumn[] {
  return models.map((model) => modelColumns[attributionModels.indexOf(model)] as ModelColumn);
}

/** Queries whose rows are to be added up, of one bucket and group each. */
export function creditSumQueries(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
): readonly Query[] {
  const { spans } = question;
  if (spans.kind === 'single') {
    return [
      creditQuery(dialect, organizationId, question, spans.moments),
      refundQuery(dialect, organizationId, question, spans.moments),
    ];
  }
  const { months, days } = spans;
  return [
    ...(months.length > 0 ? [rollUpQuery(dialect, organizationId, question, 'month', months)] : []),
    ...(days.length > 0 ? [rollUpQuery(dialect, organizationId, question, 'day', days)] : []),
  ];
}

function rollUpQuery(
  { query, numbers, counted }: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  period: 'month' | 'day',
  spans: readonly Span[],
): Query {
  const refunds = question.dateBasis === 'refund' ? 'dated_refunds' : 'refunds';
  const sums = columnsOf(question).flatMap((model) => [
    sql`sum(${sql.ref(`r.conversions_${model}`)}) as ${sql.ref(`conversions_${model}`)}`,
    sql`sum(${sql.ref(`r.new_customers_${model}`)}) as ${sql.ref(`new_customers_${model}`)}`,
    sql`cast(sum(${sql.ref(`r.revenue_${model}`)}) as text) as ${sql.ref(`revenue_${model}`)}`,
    sql`cast(sum(${sql.ref(`r.${refunds}_${model}`)}) as text) as ${sql.ref(`refunds_${model}`)}`,
  ]);
  return raw(
    query,
    sql<CreditSumRow>`
      select spans.bucket, ${groupNumber(question, 'r')} as group_number, ${sql.join(sums)}
      from (${spanRows(numbers, spans)}) as spans
      join ${sql.table(`credit_${period}s`)} as r on r.organization_id = ${organizationId}
        and r.settings_version = ${question.settingsVersion} and r.currency = ${question.currency}
        and ${sql.ref(`r.${period}`)} >= spans.from_number and ${sql.ref(`r.${period}`)} < spans.until_number
      ${joinGroups(numbers, question, 'r')}
      where ${counted('r.tuple_id')}
      group by 1, 2`,
  );
}

function creditQuery(
  { query, numbers, counted }: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): Query {
  const sums = columnsOf(question).flatMap((model) => [
    sql`sum(${sql.ref(`k.weight_${model}`)}) as ${sql.ref(`conversions_${model}`)}`,
    sql`sum(${sql.ref(`k.weight_${model}`)} * c.is_first) as ${sql.ref(`new_customers_${model}`)}`,
    sql`cast(sum(${sql.ref(`k.amount_${model}`)}) as text) as ${sql.ref(`revenue_${model}`)}`,
  ]);
  return raw(
    query,
    sql<CreditSumRow>`
      select spans.bucket, ${groupNumber(question, 'k')} as group_number, ${sql.join(sums)}
      ${creditsInSpans(numbers, organizationId, question, spans)}
      where ${counted('k.touch_key')}
      group by 1, 2`,
  );
}

/** How many customers there are behind the credits of each bucket and group. */
export function creditedCustomersQuery(
  { query, numbers, counted }: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): Compilable<{ bucket: number; group_number: number; customers: number }> {
  const isCredited = columnsOf(question).map((model) => sql`${sql.ref(`k.weight_${model}`)} > 0`);
  return raw(
    query,
    sql<{ bucket: number; group_number: number; customers: number }>`
      select spans.bucket, ${groupNumber(question, 'k')} as group_number,
        count(distinct c.customer_id) as customers
      ${creditsInSpans(numbers, organizationId, question, spans)}
      where ${counted('k.touch_key')} and (${sql.join(isCredited, sql` or `)})
      group by 1, 2`,
  );
}

function creditsInSpans(
  numbers: ReportDialect['numbers'],
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): RawBuilder<unknown> {
  return sql`
    from (${spanRows(numbers, spans)}) as spans
    join conversions as c on c.organization_id = ${organizationId}
      and c.occurred_time >= spans.from_number and c.occurred_time < spans.until_number
      and c.currency = ${question.currency}
    join credits as k on k.organization_id = ${organizationId}
      and k.settings_version = ${question.settingsVersion}
      and k.conversion_key = c.conversion_key
    ${joinGroups(numbers, question, 'k')}
    ${joinTouches(organizationId, question)}`;
}

function refundQuery(
  { query, numbers, counted }: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): Query {
  const sums = columnsOf(question).map(
    (model) => sql`cast(sum(${sql.ref(`k.amount_${model}`)}) as text) as ${sql.ref(`refunds_${model}`)}`,
  );
  const [dated, other] = question.dateBasis === 'refund' ? ['f', 'c'] : ['c', 'f'];
  const tables = { c: sql.table('conversions'), f: sql.table('refunds') } as const;
  return raw(
    query,
    sql<CreditSumRow>`
      select spans.bucket, ${groupNumber(question, 'k')} as group_number, ${sql.join(sums)}
      from (${spanRows(numbers, spans)}) as spans
      join ${tables[dated as 'c' | 'f']} as ${sql.ref(dated)} on ${sql.ref(`${dated}.organization_id`)} = ${organizationId}
        and ${sql.ref(`${dated}.occurred_time`)} >= spans.from_number
        and ${sql.ref(`${dated}.occurred_time`)} < spans.until_number
      join ${tables[other as 'c' | 'f']} as ${sql.ref(other)} on ${sql.ref(`${other}.organization_id`)} = ${organizationId}
        and c.customer_id = f.customer_id and c.conversion_key = f.conversion_key
      join refund_credits as k on k.organization_id = ${organizationId}
        and k.settings_version = ${question.settingsVersion}
        and k.conversion_key = f.conversion_key and k.refund_key = f.refund_key
      ${joinGroups(numbers, question, 'k')}
      ${joinTouches(organizationId, question)}
      where ${counted('k.touch_key')} and c.currency = ${question.currency}
      group by 1, 2`,
  );
}

function spanRows(numbers: ReportDialect['numbers'], spans: readonly Span[]): RawBuilder<unknown> {
  return numbers({
    bucket: spans.map(({ bucket }) => bucket),
    from_number: spans.map(({ from }) => from),
    until_number: spans.map(({ until }) => until),
  });
}

function joinGroups(
  numbers: ReportDialect['numbers'],
  { groups }: Pick<CreditQuestion, 'groups'>,
  table: string,
): RawBuilder<unknown> {
  if (groups === null) return sql``;
  const rows = numbers({ tuple_id: groups.tupleKeys, group_number: groups.groups });
  return sql`join (${rows}) as grouped on grouped.tuple_id = ${sql.ref(`${table}.tuple_id`)}`;
}

function groupNumber({ groups }: Pick<CreditQuestion, 'groups'>, table: string): RawBuilder<unknown> {
  return groups === null ? sql.ref(`${table}.tuple_id`) : sql.ref('grouped.group_number');
}

const touchColumns = {
  clickId: 't.click_id',
  path: 't.path',
  referrer: 't.referrer',
} as const satisfies Record<TouchFilterField, string>;

function joinTouches(
  organizationId: number,
  { touchFilter }: Pick<CreditQuestion, 'touchFilter'>,
): RawBuilder<unknown> {
  if (touchFilter.length === 0) return sql``;
  const conditions = touchFilter.map((condition) =>
    filterConditionOf(condition, sql.ref(touchColumns[condition.field])),
  );
  return sql`
    join touches as t on t.organization_id = ${organizationId}
      and t.customer_id = c.customer_id and t.touch_key = k.touch_key
      and ${sql.join(conditions, sql` and `)}`;
}

function raw<Row>(query: Kysely<Schema>, built: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => built.compile(query) } as Compilable<Row>;
}
