import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/time.ts';
import { columnsPerModel, measureColumns } from '../money-columns.ts';
import { modelColumns } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import { creditVersionReads } from '../queries/credit-version.ts';
import { type RollUpPeriod, refundsStartAt, rollUpColumns, rollUpTables } from '../roll-ups.ts';
import { namesOf } from './given-rows.ts';
import { query, statementOf, statementsOf } from './query.ts';
import { orAddedTo } from './roll-up.ts';

const organizationId = sql`${parameter<number>('organizationId')}::bigint`;
const version = sql`${parameter<number>('version')}::bigint`;
const from = sql`${parameter<Instant>('from')}::bigint`;
const keys = sql`${parameter<readonly number[]>('keys')}::bigint[]`;

const sums = ['credits', ...measureColumns];

/**
 * Adds the sums of credits by day and tuple. The sorted keys come with marks: twice the day, plus 1 for a customer's first
 * conversion. So no table is joined, in an order that would depend on how large the planner takes each to be.
 */
function adding(
  table: 'credits' | 'refund_credits',
  key: 'conversion_key' | 'refund_key',
  sums: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const marks = sql`${parameter<readonly number[]>('marks')}::bigint[]`;
  const conversionKeys = sql`${parameter<readonly number[]>('conversionKeys')}::bigint[]`;
  const ofRefunds = key === 'refund_key' ? sql` and k.refund_key = any(${keys})` : sql``;
  return sql`
    insert into credit_days (${namesOf(rollUpColumns('day'))})
    select ${organizationId}, ${version}, ${parameter<string>('currency')}::text, mark >> 1 as day, tuple_id, ${sql.join(sums)}
    from (
      select k.*, (${marks})[width_bucket(${sql.ref(`k.${key}`)}, ${keys})] as mark from ${sql.table(table)} as k
      where k.organization_id = ${organizationId} and k.settings_version = ${version}
        and k.conversion_key = any(${conversionKeys})${ofRefunds}
      offset 0
    ) as marked
    group by day, tuple_id order by day, tuple_id`;
}

/** Sums up some tuples in a period from the shorter ones in it, each of which is named, so that rows are found by whole keys. */
function summing(period: RollUpPeriod, shorter: RollUpPeriod): RawBuilder<unknown> {
  const number = sql.ref(`s.${shorter}`);
  return sql`
    insert into ${sql.table(rollUpTables[period])} (${namesOf(rollUpColumns(period))})
    select ${organizationId}, ${version}, currency, ${parameter<number>('period')}::bigint, tuple_id,
      ${sql.join(sums.map((column) => sql`sum(${sql.ref(column)})`))}
    from ${sql.table(rollUpTables[shorter])} as s where s.organization_id = ${organizationId} and s.settings_version = ${version}
      and s.currency = any(${parameter<readonly string[]>('currencies')}::text[])
      and ${number} = any(${parameter<readonly number[]>('shorter')}::bigint[])
      and s.tuple_id >= ${parameter<number>('firstTuple')}::bigint
      and s.tuple_id < ${parameter<number>('endTuple')}::bigint
    group by currency, tuple_id order by currency, tuple_id`;
}

function sumsOf(column: (model: string) => RawBuilder<unknown>): readonly RawBuilder<unknown>[] {
  return modelColumns.map((model) => sql`sum(${column(model)})`);
}

const nothing = modelColumns.map(() => sql.lit(0));
const amounts = sumsOf((model) => sql.ref(`amount_${model}`));

const creditMeasures = measureColumns.slice(0, refundsStartAt);

const ofCredits = adding('credits', 'conversion_key', [
  sql`count(*)`,
  ...sumsOf((model) => sql.ref(`weight_${model}`)),
  ...sumsOf((model) => sql`${sql.ref(`weight_${model}`)} * (mark & 1)`),
  ...amounts,
  ...nothing,
  ...nothing,
]);
const ofRefunds = adding('refund_credits', 'conversion_key', [
  sql.lit(0),
  ...nothing,
  ...nothing,
  ...nothing,
  ...amounts,
  ...nothing,
]);
const ofDatedRefunds = adding('refund_credits', 'refund_key', [
  sql`count(*)`,
  ...nothing,
  ...nothing,
  ...nothing,
  ...nothing,
  ...amounts,
]);

/** The statements that sum up credits. */
export const summingStatements = {
  ...statementsOf({ behind: creditVersionReads(query).conversionsBehind }),
  firstConversion: statementOf(
    sql<Moment>`${momentsOf('conversions')} and occurred_time >= ${from} order by occurred_time limit 1`,
  ),
  firstRefund: statementOf(
    sql<Moment>`${momentsOf('refunds')} and occurred_time >= ${from} order by occurred_time limit 1`,
  ),
  lastConversion: statementOf(sql<Moment>`${momentsOf('conversions')} order by occurred_time desc limit 1`),
  lastRefund: statementOf(sql<Moment>`${momentsOf('refunds')} order by occurred_time desc limit 1`),
  refundsBehind: statementOf(sql<RefundBehind>`
    select conversion_key, refund_key, occurred_time from refunds
    where organization_id = ${organizationId} and occurred_time >= ${from}
      and (occurred_time > ${from} or refund_key > ${parameter<number>('reachedRefundKey')}::bigint)
      and occurred_time < ${parameter<Instant>('until')}::bigint
    order by occurred_time, refund_key limit ${parameter<number>('limit')}::bigint`),
  currenciesOf: statementOf(sql<{ conversion_key: number; currency: string }>`
    select conversion_key, currency from conversions
    where organization_id = ${organizationId} and conversion_key = any(${parameter('conversionKeys')}::bigint[])`),
  addCredits: statementOf(sql`${ofCredits}${orAddedTo('day', ['credits', ...creditMeasures])}`),
  addRefunds: statementOf(sql`${ofRefunds}${orAddedTo('day', columnsPerModel('refunds'))}`),
  addDatedRefunds: statementOf(
    sql`${ofDatedRefunds}${orAddedTo('day', ['credits', ...columnsPerModel('dated_refunds')])}`,
  ),
  currencyBehind: statementOf(sql<{ currency: string }>`
    select currency from credit_days where organization_id = ${organizationId} and settings_version = ${version}
      and currency > ${parameter<string>('currency')} order by currency limit 1`),
  lastTuple: statementOf(sql<{ tuple_id: number }>`
    select tuple_id from lead_source_tuples where organization_id = ${organizationId} order by tuple_id desc limit 1`),
  addMonth: statementOf(summing('month', 'day')),
  addYear: statementOf(summing('year', 'month')),
};

export interface Moment {
  readonly occurred_time: Instant;
}

function momentsOf(table: 'conversions' | 'refunds'): RawBuilder<unknown> {
  return sql`select occurred_time from ${sql.table(table)} where organization_id = ${organizationId}`;
}

export interface RefundBehind {
  readonly conversion_key: number;
  readonly refund_key: number;
  readonly occurred_time: Instant;
}
