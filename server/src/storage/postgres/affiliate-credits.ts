import { type Compilable, sql } from 'kysely';
import { type AttributionModel, attributionModels } from '../../domain/attribution-models.ts';
import type { Period } from '../../domain/credit-sum.ts';
import { modelColumns } from '../money-schema.ts';
import type { AffiliateCreditRow } from '../queries/affiliate.ts';
import { raw } from '../queries/raw.ts';
import { query } from './query.ts';

/** What the conversions of a period credit to affiliates by one model: the planner chooses between their keys and whole tables. */
export function affiliateCredits(
  organizationId: number,
  settingsVersion: number,
  model: AttributionModel,
  { start, end }: Period,
): Compilable<AffiliateCreditRow> {
  const column = modelColumns[attributionModels.indexOf(model)];
  const weight = sql.ref(`k.weight_${column}`);
  const amount = sql.ref(`k.amount_${column}`);
  return raw(
    query,
    sql<AffiliateCreditRow>`
      select c.conversion_key, c.occurred_time, c.currency, u.affiliate, u.sub_affiliate, t.click_id, sum(${weight}) as conversions,
        cast(sum(${amount}) as text) as gross, cast(sum(coalesce(f.amount, 0)) as text) as refunds
      from conversions as c
      join credits as k on k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
        and k.conversion_key = c.conversion_key
      join lead_source_tuples as u on u.organization_id = ${organizationId} and u.tuple_id = k.tuple_id
      join touches as t on t.organization_id = ${organizationId} and t.customer_id = c.customer_id
        and t.touch_key = k.touch_key
      left join (
        select r.conversion_key, r.touch_key, sum(${sql.ref(`r.amount_${column}`)}) as amount
        from conversions as d
        join refund_credits as r on r.organization_id = ${organizationId}
          and r.settings_version = ${settingsVersion} and r.conversion_key = d.conversion_key
        where d.organization_id = ${organizationId} and d.occurred_time >= ${start} and d.occurred_time < ${end}
          and d.refunded_amount > 0
        group by r.conversion_key, r.touch_key
      ) as f on f.conversion_key = k.conversion_key and f.touch_key = k.touch_key
      where c.organization_id = ${organizationId}
        and c.occurred_time >= ${start} and c.occurred_time < ${end}
        and u.affiliate is not null and ${weight} > 0
      group by c.conversion_key, c.occurred_time, c.currency, u.affiliate, u.sub_affiliate, t.click_id
      order by c.conversion_key, u.affiliate, u.sub_affiliate nulls first, t.click_id nulls first`,
  );
}
