import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { SharedKey } from '../../domain/offline-conversion.ts';
import type { OfflineQuestion } from '../ports/report.ts';
import type { ReportDialect } from '../queries/credit-sum.ts';
import { lookedFor, sharedKeys } from '../queries/offline-conversion.ts';
import {
  type OfflineConversionRow,
  type OfflineTouchRow,
  offlineColumnsOf,
} from '../rows/offline-conversion.ts';

type Dialect = Pick<ReportDialect, 'query' | 'counted'>;

/** The conversions asked for, by time. */
export function offlineConversions(dialect: Dialect, organizationId: number, question: OfflineQuestion) {
  return built<OfflineConversionRow>(
    dialect,
    sql`
      select c.conversion_key, c.conversion_id, c.customer_id, c.occurred_time, c.currency, c.order_id, (
        select max(f.created_time) from refunds as f
        where f.organization_id = ${organizationId} and f.customer_id = c.customer_id
          and f.conversion_key = c.conversion_key
      ) as refunded_time
      from (${chosen(organizationId, question)}) as chosen cross join conversions as c
      where ${dialect.counted('c.occurred_time')} and ${isChosen(organizationId)}
      order by c.occurred_time, c.conversion_key`,
  );
}

/** Those of their touches that the model credits and that have click ids, oldest first. */
export function offlineTouches(dialect: Dialect, organizationId: number, question: OfflineQuestion) {
  const columns = offlineColumnsOf(question.model);
  const [weight, amount] = [sql.ref(`k.${columns.weight}`), sql.ref(`k.${columns.amount}`)];
  const { settingsVersion } = question;
  return built<OfflineTouchRow>(
    dialect,
    sql`
      select k.conversion_key, t.occurred_time, t.click_id, tuples.click_id_kind, t.path, t.referrer,
        ${weight} as weight, ${amount} as amount, cast(coalesce((
          select sum(${sql.ref(`r.${columns.amount}`)}) from refund_credits as r
          where r.organization_id = ${organizationId} and r.settings_version = ${settingsVersion}
            and r.conversion_key = k.conversion_key and r.touch_key = k.touch_key
        ), 0) as bigint) as refunded
      from (${chosen(organizationId, question)}) as chosen
      cross join conversions as c cross join credits as k cross join touches as t
      cross join lead_source_tuples as tuples
      where ${dialect.counted('k.touch_key')} and ${isChosen(organizationId)}
        and k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
        and k.conversion_key = c.conversion_key and ${weight} > 0
        and t.organization_id = ${organizationId} and t.customer_id = c.customer_id
        and t.touch_key = k.touch_key and t.click_id is not null
        and tuples.organization_id = ${organizationId} and tuples.tuple_id = k.tuple_id
      order by t.occurred_time, t.touch_key`,
  );
}

/** The keys of these conversions that other conversions share. */
export function sharedOfflineKeys(
  dialect: Dialect,
  organizationId: number,
  key: SharedKey,
  conversions: readonly OfflineConversionRow[],
) {
  const list = JSON.stringify(lookedFor(key, conversions));
  const keys = sharedKeys(
    key,
    sql`${organizationId}`,
    (text) => sql`${dialect.counted('occurred_time')} and ${text} in (select value from json_each(${list}))`,
  );
  return built<{ readonly shared: string }>(dialect, keys);
}

/** SQLite runs cross joins in the order they are written: few rows first. */
function isChosen(organizationId: number): RawBuilder<unknown> {
  return sql`c.organization_id = ${organizationId} and c.customer_id = chosen.customer_id
    and c.conversion_key = chosen.conversion_key`;
}

function chosen(organizationId: number, { basis, period, limit }: OfflineQuestion): RawBuilder<unknown> {
  const table = sql.table(basis === 'refund' ? 'refunds' : 'conversions');
  return sql`
    select distinct customer_id, conversion_key from ${table}
    where organization_id = ${organizationId}
      and occurred_time >= ${period.start} and occurred_time < ${period.end}
    order by customer_id, conversion_key
    limit ${limit}`;
}

function built<Row>({ query }: Dialect, text: RawBuilder<unknown>): Compilable<Row> {
  return { compile: () => text.compile(query) } as Compilable<Row>;
}
