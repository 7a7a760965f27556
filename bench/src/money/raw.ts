import { firstTime } from '../traffic.ts';
import { endOfYear } from './plan.ts';

const lookbackMilliseconds = 90 * 86_400_000;

/** What each source earned by the linear model, computed from touches and conversions alone; the same on both engines. */
export const rawLinearBySource = `
  WITH journeys AS (
    SELECT c.amount, c.refunded_amount, c.is_first, t.tuple_id,
      count(t.touch_key) OVER (PARTITION BY c.conversion_key) AS touches
    FROM conversions AS c
    LEFT JOIN touches AS t ON t.organization_id = c.organization_id AND t.customer_id = c.customer_id
      AND t.occurred_time <= c.occurred_time AND t.occurred_time >= c.occurred_time - ${lookbackMilliseconds}
    WHERE c.organization_id = 1 AND c.currency = 'EUR'
      AND c.occurred_time >= ${firstTime} AND c.occurred_time < ${endOfYear}
  ), shares AS (
    SELECT tuple_id, amount, refunded_amount, is_first, CASE touches WHEN 0 THEN 1.0 ELSE 1.0 / touches END AS share
    FROM journeys
  )
  SELECT l.source, sum(share) AS conversions, sum(share * is_first) AS new_customers,
    sum(share * amount) AS revenue, sum(share * refunded_amount) AS refunds
  FROM shares LEFT JOIN lead_source_tuples AS l ON l.organization_id = 1 AND l.tuple_id = shares.tuple_id
  GROUP BY l.source`;

/** Fails unless the answer accounts for this many conversions. */
export function requireWhole(rows: readonly Readonly<Record<string, unknown>>[], conversions: number): void {
  const counted = rows.reduce((sum, row) => sum + Number(row['conversions']), 0);
  if (Math.abs(counted - conversions) > 0.5) throw new Error(`The raw rows tell of ${counted} conversions.`);
}
