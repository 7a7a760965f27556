import { sql } from 'kysely';
import { query } from './connection.ts';

export function erasureTables() {
  return [
    query.schema
      .createTable('erasures')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('erasure_id', 'text', (column) => column.notNull())
      .addColumn('hashes', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('erased_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('erasures_key', ['organization_id', 'erasure_id'])
      .modifyEnd(sql`strict, without rowid`),
  ];
}

/** By what an erasure looks for. */
export function erasedByIndexes() {
  return [
    query.schema
      .createIndex('webhook_deliveries_by_customer')
      .on('webhook_deliveries')
      .columns(['organization_id', 'customer_id']),
    ...['affiliate_lines', 'affiliate_accounts'].map((table) =>
      query.schema
        .createIndex(`${table}_by_click`)
        .on(table)
        .columns(['organization_id', 'click_id'])
        .where(sql.ref('click_id'), 'is not', null),
    ),
  ];
}
