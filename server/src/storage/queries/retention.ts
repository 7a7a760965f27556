import { type Kysely, sql } from 'kysely';
import { redacted } from '../../domain/url-policy.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

/** Statements of which two go together: a page's last touch, and those of the page that are too old. */
export function retentionReads(query: Kysely<Schema>) {
  const hasDetails = sql<boolean>`(path is not null or referrer is not null
    or coalesce(click_id, ${sql.lit(redacted)}) <> ${sql.lit(redacted)})`;
  const all = query
    .selectFrom('touches')
    .select(['customer_id', 'touch_key'])
    .where('organization_id', '=', parameter<number>('organizationId'))
    .orderBy('customer_id')
    .orderBy('touch_key');
  const further = all.where(
    sql<boolean>`(customer_id, touch_key) > (${parameter('customerId')}, ${parameter('touchKey')})`,
  );
  const lastOfPage = (touches: typeof all) => touches.limit(1).offset(parameter<number>('others'));
  const agedOfPage = (touches: typeof all) =>
    query
      .selectFrom(
        touches
          .select('occurred_time')
          .select(sql<number>`case when ${hasDetails} then 1 else 0 end`.as('has_details'))
          .limit(parameter<number>('limit'))
          .as('page'),
      )
      .selectAll()
      .where(({ and, eb, or }) =>
        or([
          eb('occurred_time', '<', parameter<number>('removeBefore')),
          and([eb('has_details', '=', 1), eb('occurred_time', '<', parameter<number>('stripBefore'))]),
        ]),
      );
  return {
    firstLast: lastOfPage(all),
    nextLast: lastOfPage(further),
    firstAged: agedOfPage(all),
    nextAged: agedOfPage(further),
    countVisitors: query
      .selectFrom('visitors')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('unlinked_day', '<', parameter<number>('day'))
      .select(({ fn }) => fn.countAll<number>().as('total')),
  };
}
