import { type Kysely, sql } from 'kysely';
import { redacted } from '../../domain/url-policy.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function retentionReads(query: Kysely<Schema>) {
  const page = query
    .selectFrom('touches')
    .select(['customer_id', 'touch_key', 'occurred_time'])
    .select(
      sql<number>`case when path is not null or referrer is not null
        or coalesce(click_id, ${sql.lit(redacted)}) <> ${sql.lit(redacted)} then 1 else 0 end`.as(
        'has_details',
      ),
    )
    .where('organization_id', '=', parameter<number>('organizationId'))
    .orderBy('customer_id')
    .orderBy('touch_key')
    .limit(parameter<number>('limit'));
  const after = sql`(${parameter('customerId')}, ${parameter('touchKey')})`;
  return {
    first: page,
    next: page.where(sql<boolean>`(customer_id, touch_key) > ${after}`),
    countVisitors: query
      .selectFrom('visitors')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('unlinked_day', '<', parameter<number>('day'))
      .select(({ fn }) => fn.countAll<number>().as('total')),
  };
}
