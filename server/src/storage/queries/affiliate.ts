import {
  type Compilable,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import type { Period } from '../../domain/credit-sum.ts';
import { millisecondsPerDay } from '../../domain/time.ts';
import type { Schema } from '../schema.ts';
import type { ReportDialect } from './credit-sum.ts';
import { isOfCustomer } from './owner.ts';
import { raw } from './raw.ts';

export function affiliatePeriods(query: Kysely<Schema>, organizationId: number) {
  return query
    .selectFrom('affiliate_periods')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('period_number');
}

export function affiliateLines(query: Kysely<Schema>, organizationId: number, periodNumber: number) {
  return query
    .selectFrom('affiliate_lines')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('period_number', '=', periodNumber)
    .orderBy('line_number');
}

export function affiliateAccounts(query: Kysely<Schema>, organizationId: number) {
  return query
    .selectFrom('affiliate_accounts')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('about_number')
    .orderBy('conversion_key')
    .orderBy('account_number');
}

/** Conversions joined to what was stated for each. Periods are joined first, since the keys of accounts begin with them. */
export function withAccounts<Selected>(conversions: SelectQueryBuilder<Schema, 'conversions', Selected>) {
  return (
    conversions
      .innerJoin('affiliate_periods as period', (join) =>
        join.onRef('period.organization_id', '=', 'conversions.organization_id'),
      )
      // SQLite keeps to the order of a cross join.
      .crossJoin('affiliate_accounts as account')
      .whereRef('account.organization_id', '=', 'period.organization_id')
      .whereRef('account.about_number', '=', 'period.period_number')
      .whereRef('account.conversion_key', '=', 'conversions.conversion_key')
  );
}

export interface AffiliateCreditRow {
  readonly conversion_key: number;
  readonly occurred_time: number;
  readonly currency: string;
  readonly affiliate: string;
  readonly sub_affiliate: string | null;
  readonly click_id: string | null;
  readonly conversions: number;
  readonly gross: string;
  readonly refunds: string;
}

export interface AffiliateTrafficRow {
  readonly affiliate: string;
  readonly sub_affiliate: string | null;
  readonly click_id: string | null;
  readonly touches: number;
  readonly customers: number;
}

/** The touches of a period that name an affiliate, as `t`, with their tuples, as `u`. */
function fromTraffic(
  { counted, beforehand }: ReportDialect,
  organizationId: number,
  { start, end }: Period,
): RawBuilder<unknown> {
  return sql`
      from lead_source_tuples as u
      join touches as t on t.organization_id = ${organizationId} and t.tuple_id = u.tuple_id
      where ${counted('t.touch_key')} and u.organization_id = ${organizationId} and u.affiliate is not null
        and t.occurred_time >= ${start} and t.occurred_time < ${end}
        and ${beforehand(isOfAffiliate(organizationId, 't.tuple_id'))}`;
}

/** True for the tuples that name an affiliate, of which there are few. */
export function isOfAffiliate(organizationId: number, column: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} in (
    select named.tuple_id from lead_source_tuples as named
    where named.organization_id = ${organizationId} and named.affiliate is not null)`;
}

export function affiliateTraffic(
  dialect: ReportDialect,
  organizationId: number,
  period: Period,
): Compilable<AffiliateTrafficRow> {
  return raw(
    dialect.query,
    sql<AffiliateTrafficRow>`
      select u.affiliate, u.sub_affiliate, t.click_id, count(*) as touches,
        count(distinct case when ${isOfCustomer('t.customer_id')} then t.customer_id end) as customers
      ${fromTraffic(dialect, organizationId, period)}
      group by u.affiliate, u.sub_affiliate, t.click_id`,
  );
}

/** Who came by the clicks of a period. */
export function affiliateClicks(
  dialect: ReportDialect,
  organizationId: number,
  period: Period,
): Compilable<{ readonly customer_id: string; readonly click_id: string }> {
  return raw(
    dialect.query,
    sql<{ readonly customer_id: string; readonly click_id: string }>`
      select distinct t.customer_id, t.click_id
      ${fromTraffic(dialect, organizationId, period)} and t.click_id is not null`,
  );
}

export interface AffiliateCauseRow {
  readonly conversion_key: number;
  readonly created_time: number;
  readonly refunds: number;
  readonly late_touches: number;
  readonly merges: number;
  readonly removals: number;
  readonly expirations: number;
  readonly deletions: number;
}

/** Counts, for each of these conversions, the events since a moment that may have changed its credits. */
export function affiliateCauses(
  { query, numbers, counted, lookedUp }: ReportDialect,
  organizationId: number,
  conversionKeys: readonly number[],
  since: number,
  lookbackDays: number,
): Compilable<AffiliateCauseRow> {
  const window = lookbackDays * millisecondsPerDay;
  const entries = (condition: RawBuilder<unknown>) => sql`(
    select count(*) from timeline_entries as e
    where e.organization_id = ${organizationId} and e.customer_id = c.customer_id
      and e.occurred_time >= ${since} and ${condition})`;
  return raw(
    query,
    sql<AffiliateCauseRow>`
      select c.conversion_key, c.created_time,
        (select count(*) from refunds as f
          where f.organization_id = ${organizationId} and f.customer_id = c.customer_id
            and f.conversion_key = c.conversion_key and f.created_time >= ${since}) as refunds,
        (select count(*) from touches as t
          where t.organization_id = ${organizationId} and t.customer_id = c.customer_id
            and t.occurred_time between c.occurred_time - ${window} and c.occurred_time
            and t.recorded_time >= ${since}) as late_touches,
        ${entries(sql`e.type = 'customer-merged'`)} as merges,
        ${entries(sql`e.cause = 'undo'`)} as removals,
        ${entries(sql`e.cause = 'expire'`)} as expirations,
        ${entries(sql`e.cause = 'delete'`)} as deletions
      from conversions as c
      join (${lookedUp(numbers({ conversion_key: conversionKeys }))}) as chosen on chosen.conversion_key = c.conversion_key
      where ${counted('c.conversion_key')} and c.organization_id = ${organizationId}`,
  );
}

export function erasureCount(query: Kysely<Schema>, organizationId: number) {
  return query
    .selectFrom('erasures')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('organization_id', '=', organizationId);
}
