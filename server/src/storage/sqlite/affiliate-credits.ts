import { type Compilable, type RawBuilder, sql } from 'kysely';
import { type AttributionModel, attributionModels } from '../../domain/attribution-models.ts';
import type { Period } from '../../domain/credit-sum.ts';
import { modelColumns } from '../money-schema.ts';
import { type AffiliateCreditRow, isOfAffiliate } from '../queries/affiliate.ts';
import type { ReportDialect } from '../queries/credit-sum.ts';
import { raw } from '../queries/raw.ts';

/** What the conversions of a period credit to affiliates by one model. */
export function affiliateCredits(
  dialect: ReportDialect,
  organizationId: number,
  settingsVersion: number,
  model: AttributionModel,
  period: Period,
): Compilable<AffiliateCreditRow> {
  const column = modelColumns[attributionModels.indexOf(model)];
  return raw(
    dialect.query,
    sql<AffiliateCreditRow>`
      select g.conversion_key, g.occurred_time, c.currency, u.affiliate, u.sub_affiliate, t.click_id,
        sum(g.weight) as conversions, cast(sum(g.amount) as text) as gross,
        cast(sum(coalesce(f.amount, 0)) as text) as refunds
      from (${creditsByCustomer(dialect, organizationId, settingsVersion, column, period)}) as g
      cross join conversions as c on c.organization_id = ${organizationId} and c.customer_id = g.customer_id
        and c.conversion_key = g.conversion_key
      cross join touches as t on t.organization_id = ${organizationId} and t.customer_id = g.customer_id
        and t.touch_key = g.touch_key
      cross join lead_source_tuples as u on u.organization_id = ${organizationId} and u.tuple_id = g.tuple_id
      left join (${refundsOf(organizationId, settingsVersion, column, period)}) as f
        on f.conversion_key = g.conversion_key and f.touch_key = g.touch_key
      where ${dialect.counted('t.touch_key')}
      group by g.conversion_key, u.affiliate, u.sub_affiliate, t.click_id, g.occurred_time, c.currency
      order by g.conversion_key, u.affiliate, u.sub_affiliate nulls first, t.click_id nulls first, g.occurred_time, c.currency`,
  );
}

/**
 * The index of times has all that leads from conversions to credits, which are kept by arrival. Those of affiliates are put in
 * the order in which conversions and touches are kept: in any other, each of these would be looked up on another page. SQLite
 * keeps to an order within a join only where it is limited, and would read conversions in it but for the plus.
 */
function creditsByCustomer(
  { counted }: ReportDialect,
  organizationId: number,
  settingsVersion: number,
  column: string | undefined,
  { start, end }: Period,
): RawBuilder<unknown> {
  const [weight, amount] = [sql.ref(`k.weight_${column}`), sql.ref(`k.amount_${column}`)];
  return sql`
    select d.customer_id, d.occurred_time, k.conversion_key, k.touch_key, k.tuple_id, ${weight} as weight,
      ${amount} as amount
    from conversions as d
    cross join credits as k on k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
      and k.conversion_key = d.conversion_key
    where ${counted('k.touch_key')} and d.organization_id = ${organizationId}
      and d.occurred_time >= ${start} and d.occurred_time < ${end} and ${weight} > 0
      and ${isOfAffiliate(organizationId, 'k.tuple_id')}
    order by +d.customer_id, k.conversion_key, k.touch_key limit -1`;
}

/** Looked for by all conversions, since the index of times does not say which have any. */
function refundsOf(
  organizationId: number,
  settingsVersion: number,
  column: string | undefined,
  { start, end }: Period,
): RawBuilder<unknown> {
  return sql`
    select r.conversion_key, r.touch_key, sum(${sql.ref(`r.amount_${column}`)}) as amount
    from conversions as d
    cross join refund_credits as r on r.organization_id = ${organizationId}
      and r.settings_version = ${settingsVersion} and r.conversion_key = d.conversion_key
    where d.organization_id = ${organizationId} and d.occurred_time >= ${start} and d.occurred_time < ${end}
    group by r.conversion_key, r.touch_key`;
}
