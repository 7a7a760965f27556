import { type Compilable, type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { type AttributionModel, attributionModels } from '../../domain/attribution-models.ts';
import type { Period } from '../../domain/credit-sum.ts';
import { Failure } from '../../domain/failure.ts';
import { millisecondsPerDay } from '../../domain/time.ts';
import { isUnlinkedOwner, visitorOfOwner } from '../../domain/visitor.ts';
import type {
  AffiliateAccountRow,
  AffiliateClickRow,
  AffiliateLineRow,
  AffiliatePeriodRow,
} from '../affiliate-rows.ts';
import { chunksOf } from '../chunks.ts';
import { modelColumns } from '../money-schema.ts';
import type { AffiliateClick } from '../ports/affiliate.ts';
import type { Schema } from '../schema.ts';
import type { ReportDialect } from './credit-sum.ts';
import { isOfCustomer } from './owner.ts';

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
  return conversions
    .innerJoin('affiliate_periods as period', (join) =>
      join.onRef('period.organization_id', '=', 'conversions.organization_id'),
    )
    .innerJoin('affiliate_accounts as account', (join) =>
      join
        .onRef('account.organization_id', '=', 'period.organization_id')
        .onRef('account.about_number', '=', 'period.period_number')
        .onRef('account.conversion_key', '=', 'conversions.conversion_key'),
    );
}

export interface AffiliateCreditRow {
  readonly conversion_key: number;
  readonly currency: string;
  readonly affiliate: string;
  readonly sub_affiliate: string | null;
  readonly click_id: string | null;
  readonly conversions: number;
  readonly gross: string;
  readonly refunds: string;
}

/** What the conversions of a period credit to affiliates by one model. */
export function affiliateCredits(
  { query, counted }: ReportDialect,
  organizationId: number,
  settingsVersion: number,
  model: AttributionModel,
  { start, end }: Period,
): Compilable<AffiliateCreditRow> {
  const column = modelColumns[attributionModels.indexOf(model)];
  const weight = sql.ref(`k.weight_${column}`);
  const amount = sql.ref(`k.amount_${column}`);
  return built(
    query,
    sql`
      select c.conversion_key, c.currency, u.affiliate, u.sub_affiliate, t.click_id, sum(${weight}) as conversions,
        cast(sum(${amount}) as text) as gross, cast(sum(coalesce(f.amount, 0)) as text) as refunds
      from conversions as c
      join credits as k on k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
        and k.conversion_key = c.conversion_key
      join lead_source_tuples as u on u.organization_id = ${organizationId} and u.tuple_id = k.tuple_id
      join touches as t on t.organization_id = ${organizationId} and t.customer_id = c.customer_id
        and t.touch_key = k.touch_key
      left join (
        select r.conversion_key, r.touch_key, sum(${sql.ref(`r.amount_${column}`)}) as amount
        from refund_credits as r
        where r.organization_id = ${organizationId} and r.settings_version = ${settingsVersion}
        group by r.conversion_key, r.touch_key
      ) as f on f.conversion_key = k.conversion_key and f.touch_key = k.touch_key
      where ${counted('k.touch_key')} and c.organization_id = ${organizationId}
        and c.occurred_time >= ${start} and c.occurred_time < ${end}
        and u.affiliate is not null and ${weight} > 0
      group by c.conversion_key, c.currency, u.affiliate, u.sub_affiliate, t.click_id
      order by c.conversion_key, u.affiliate, u.sub_affiliate nulls first, t.click_id nulls first`,
  );
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
  { counted }: ReportDialect,
  organizationId: number,
  { start, end }: Period,
): RawBuilder<unknown> {
  return sql`
      from lead_source_tuples as u
      join touches as t on t.organization_id = ${organizationId} and t.tuple_id = u.tuple_id
      where ${counted('t.touch_key')} and u.organization_id = ${organizationId} and u.affiliate is not null
        and t.occurred_time >= ${start} and t.occurred_time < ${end}`;
}

export function affiliateTraffic(
  dialect: ReportDialect,
  organizationId: number,
  period: Period,
): Compilable<AffiliateTrafficRow> {
  return built(
    dialect.query,
    sql`
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
  return built(
    dialect.query,
    sql`
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
  return built(
    query,
    sql`
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

/** Fails with `precondition-failed` if a customer was erased since the statement was begun. */
export function requireNoErasure(before: number, rows: readonly { readonly total: number }[]): void {
  if (rows[0]?.total === before) return;
  throw new Failure('precondition-failed', 'Somebody of whom the statement tells may have been erased.');
}

const rowsAtOnce = 500;

/** Adds a period; returns no row if there already is one with its number. */
export function closePeriod(query: Kysely<Schema>, period: AffiliatePeriodRow) {
  return query
    .insertInto('affiliate_periods')
    .values(period)
    .onConflict((conflict) => conflict.doNothing())
    .returning('period_number');
}

/** Those visitors of clicks who have not been forgotten since it was read who came by them. */
export function visitorsLeft(
  query: Kysely<Schema>,
  organizationId: number,
  clicks: readonly AffiliateClick[],
) {
  const owners = new Set(clicks.map(({ owner }) => owner).filter(isUnlinkedOwner));
  return chunksOf([...owners], rowsAtOnce).map((some) =>
    query
      .selectFrom('visitors')
      .select('visitor_id')
      .where('organization_id', '=', organizationId)
      .where('visitor_id', 'in', some.map(visitorOfOwner)),
  );
}

/** The statements that store a statement, in the order they must run. */
export function closingStatements(
  query: Kysely<Schema>,
  organizationId: number,
  closing: {
    readonly lines: readonly AffiliateLineRow[];
    readonly accounts: readonly AffiliateAccountRow[];
    readonly clicks: readonly AffiliateClickRow[];
    readonly restated: readonly { readonly about: number; readonly conversionKey: number }[];
  },
): readonly Compilable<unknown>[] {
  const removals = [...Map.groupBy(closing.restated, ({ about }) => about)].flatMap(([about, ofPeriod]) => {
    const keys = ofPeriod.map(({ conversionKey }) => conversionKey);
    const ofAccounts = query
      .deleteFrom('affiliate_accounts')
      .where('organization_id', '=', organizationId)
      .where('about_number', '=', about);
    return chunksOf(keys, rowsAtOnce).map((some) => ofAccounts.where('conversion_key', 'in', some));
  });
  return [
    ...removals,
    ...chunksOf(closing.lines, rowsAtOnce).map((rows) =>
      query.insertInto('affiliate_lines').values([...rows]),
    ),
    ...chunksOf(closing.accounts, rowsAtOnce).map((rows) =>
      query.insertInto('affiliate_accounts').values([...rows]),
    ),
    ...chunksOf(closing.clicks, rowsAtOnce).map((rows) =>
      query.insertInto('affiliate_clicks').values([...rows]),
    ),
  ];
}

/** The statements that clear the click ids from everything stated about a period. */
export function forgettingClicks(
  query: Kysely<Schema>,
  organizationId: number,
  about: number,
): readonly Compilable<unknown>[] {
  const stated = (['affiliate_lines', 'affiliate_accounts'] as const).map((table) =>
    query
      .updateTable(table as 'affiliate_lines')
      .set({ click_id: null })
      .where('organization_id', '=', organizationId)
      .where('about_number', '=', about)
      .where('click_id', 'is not', null),
  );
  const clicks = query
    .deleteFrom('affiliate_clicks')
    .where('organization_id', '=', organizationId)
    .where('about_number', '=', about);
  return [...stated, clicks];
}

function built<Row>(query: Kysely<Schema>, text: RawBuilder<unknown>): Compilable<Row> {
  return { compile: () => text.compile(query) } as Compilable<Row>;
}
