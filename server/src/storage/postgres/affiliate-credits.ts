import { type Compilable, sql } from 'kysely';
import { type AttributionModel, attributionModels } from '../../domain/attribution-models.ts';
import type { Period } from '../../domain/credit-sum.ts';
import { modelColumns } from '../money-schema.ts';
import type { AffiliateCreditRow } from '../queries/affiliate.ts';
import { raw } from '../queries/raw.ts';
import { query } from './query.ts';

/**
 * What the conversions of a period credit to affiliates by one model: the planner chooses between their keys and whole tables.
 * It takes the two keys of a touch for independent, and so often expects a single row of many: joined to that, all refunds would
 * be gone through for each. They are rows of their own, therefore.
 */
export function affiliateCredits(
  organizationId: number,
  settingsVersion: number,
  model: AttributionModel,
  { start, end }: Period,
): Compilable<AffiliateCreditRow> {
  const column = modelColumns[attributionModels.indexOf(model)];
  const weight = sql.ref(`k.weight_${column}`);
  const amount = sql.ref(`k.amount_${column}`);
  const place = sql`
          c.conversion_key, c.occurred_time, c.currency, c.customer_id, k.touch_key, u.affiliate, u.sub_affiliate`;
  const ofPeriod = sql`k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
          and k.conversion_key = c.conversion_key
        join lead_source_tuples as u on u.organization_id = ${organizationId} and u.tuple_id = k.tuple_id
        where c.organization_id = ${organizationId} and c.occurred_time >= ${start} and c.occurred_time < ${end}
          and u.affiliate is not null`;
  return raw(
    query,
    sql<AffiliateCreditRow>`
      select p.conversion_key, p.occurred_time, p.currency, p.affiliate, p.sub_affiliate, t.click_id,
        sum(p.weight) as conversions, cast(sum(p.gross) as text) as gross, cast(sum(p.refunds) as text) as refunds
      from (
        select ${place}, ${weight} as weight, ${amount} as gross, 0 as refunds
        from conversions as c
        join credits as k on ${ofPeriod} and ${weight} > 0
        union all
        select ${place}, 0, 0, ${amount}
        from conversions as c
        join refund_credits as k on ${ofPeriod} and c.refunded_amount > 0 and ${amount} > 0
      ) as p
      join touches as t on t.organization_id = ${organizationId} and t.customer_id = p.customer_id
        and t.touch_key = p.touch_key
      group by p.conversion_key, p.occurred_time, p.currency, p.affiliate, p.sub_affiliate, t.click_id
      order by p.conversion_key, p.affiliate, p.sub_affiliate nulls first, t.click_id nulls first`,
  );
}
