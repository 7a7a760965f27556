import { type Kysely, sql } from 'kysely';
import { entrySources } from '../../domain/timeline.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function timelineReads(query: Kysely<Schema>) {
  const organizationId = parameter<number>('organizationId');
  const customerId = parameter<string>('customerId');
  /** For each entry: its source, its key there, and its moment. */
  const entries = (
    table: 'customers' | 'touches' | 'timeline_entries',
    source: (typeof entrySources)[number],
    [key, moment]: readonly [string, string],
  ) =>
    query
      .selectFrom(table as 'customers')
      .where(sql.ref(`${table}.organization_id`), '=', organizationId)
      .where(sql.ref(`${table}.customer_id`), '=', customerId)
      .select([
        sql<number>`${sql.lit(entrySources.indexOf(source))}`.as('source'),
        sql<number>`${sql.raw(key)}`.as('key'),
        sql<number>`${sql.ref(moment)}`.as('moment'),
      ]);
  return {
    /** Identifies the entries of a page, newest first. */
    page: entries('touches', 'touch', ['touch_key', 'recorded_time'])
      .unionAll(entries('timeline_entries', 'entry', ['entry_key', 'occurred_time']))
      .unionAll(entries('customers', 'customer', ['0', 'created_time']))
      .orderBy(sql`moment`, 'desc')
      .orderBy(sql`source`, 'desc')
      .orderBy(sql`key`, 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    countEntries: query
      .selectFrom('timeline_entries')
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId)
      .select(({ fn }) => fn.countAll<number>().as('total')),
  };
}
