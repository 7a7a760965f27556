import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import { cellsPerModel, type ExportRow } from '../export.ts';
import { columnsPerModel } from '../money-columns.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { versionInForce } from './credit-version.ts';
import { raw } from './raw.ts';

const organizationId = parameter<number>('organizationId');
const limit = parameter<number>('limit');

/**
 * A page of the credits in force, by customer, conversion and touch, with what refunds took from each, as far as they are of the
 * first so many conversions. Every conversion has at least one credit, so one conversion more than the page's limit is enough
 * even if the first has no credits left.
 *
 * SQLite, without statistics, starts with what a cross join names first: here the few. PostgreSQL, without statistics, would sum
 * up the page's refunds once for each credit if they were not materialized.
 */
export function creditPage(query: Kysely<Schema>): Compilable<ExportRow> {
  const page = sql<ExportRow>`
    with page as materialized (${conversionsOfPage}), refunded as materialized (${refundedOfPage(query)})
    select page.customer_id as "customerId", page.conversion_key as "key", k.touch_key as "touchKey",
      page.conversion_id as "conversionId", page.occurred_time as "occurredTime", page.currency,
      page.is_first as "isFirst", k.settings_version as "settingsVersion", t.given_id as "givenId",
      t.occurred_time as "touchTime", nullif(k.tuple_id, 0) as "tupleKey", t.click_id as "clickId", t.path, t.referrer,
      ${named('k', columnsPerModel('weight'), cellsPerModel('weight'))},
      ${named('k', columnsPerModel('amount'), cellsPerModel('amount'))},
      ${named('refunded', columnsPerModel('amount'), cellsPerModel('refunded'))}
    from page cross join credits as k
    left join refunded on refunded.conversion_key = k.conversion_key and refunded.touch_key = k.touch_key
    left join touches as t on t.organization_id = ${organizationId} and t.customer_id = page.customer_id
      and t.touch_key = k.touch_key
    where k.organization_id = ${organizationId} and k.settings_version = ${versionInForce(query)}
      and k.conversion_key = page.conversion_key
      and (page.customer_id, page.conversion_key, k.touch_key)
      > (${parameter('customerId')}, ${parameter('key')}, ${parameter('touchKey')})
    order by page.customer_id, page.conversion_key, k.touch_key
    limit ${limit}`;
  return raw(query, page);
}

/** 0 where no refund took anything. */
function named(table: string, columns: readonly string[], cells: readonly string[]): RawBuilder<unknown> {
  const all = columns.map(
    (column, place) => sql`coalesce(${sql.ref(`${table}.${column}`)}, 0) as ${sql.id(cells[place] ?? '')}`,
  );
  return sql.join(all);
}

const conversionsOfPage = sql`
  select customer_id, conversion_key, conversion_id, occurred_time, currency, is_first, refunded_amount
  from conversions
  where organization_id = ${organizationId}
    and (customer_id, conversion_key) >= (${parameter('customerId')}, ${parameter('key')})
  order by customer_id, conversion_key
  limit ${parameter<number>('conversions')}`;

function refundedOfPage(query: Kysely<Schema>): RawBuilder<unknown> {
  return sql`
    select r.conversion_key, r.touch_key, ${sql.join(
      columnsPerModel('amount').map(
        (column) => sql`cast(sum(${sql.ref(`r.${column}`)}) as bigint) as ${sql.ref(column)}`,
      ),
    )}
    from page cross join refund_credits as r
    where page.refunded_amount > 0 and r.organization_id = ${organizationId}
      and r.settings_version = ${versionInForce(query)} and r.conversion_key = page.conversion_key
    group by r.conversion_key, r.touch_key`;
}
