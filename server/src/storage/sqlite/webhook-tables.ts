import { sql } from 'kysely';
import { query } from './connection.ts';

const strictByKey = sql`strict, without rowid`;

export function webhookTables() {
  return [
    query.schema
      .createTable('webhooks')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('webhook_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('events_filter', 'text', (column) => column.notNull())
      .addColumn('headers', 'text', (column) => column.notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('previous_secret', 'text')
      .addColumn('previous_secret_expires_time', 'integer')
      .addColumn('failing_since_time', 'integer')
      .addColumn('deactivation', 'text')
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('webhooks_key', ['organization_id', 'webhook_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('webhook_deliveries')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('delivery_id', 'text', (column) => column.notNull())
      .addColumn('webhook_id', 'text', (column) => column.notNull())
      .addColumn('event_key', 'integer', (column) => column.notNull())
      .addColumn('event_type', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('cause', 'text')
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addColumn('current_touch_key', 'integer')
      .addColumn('previous_touch_key', 'integer')
      .addColumn('original_touch_key', 'integer')
      .addColumn('merged_customer_id', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('next_time', 'integer')
      .addColumn('initiated_time', 'integer')
      .addColumn('duration_milliseconds', 'integer')
      .addColumn('url', 'text')
      .addColumn('response_status', 'integer')
      .addColumn('error', 'text')
      .addColumn('response', 'text')
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('webhook_deliveries_key', ['organization_id', 'delivery_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('webhook_deliveries_by_event')
      .on('webhook_deliveries')
      .columns(['organization_id', 'webhook_id', 'event_key'])
      .unique(),
    query.schema
      .createIndex('webhook_deliveries_due')
      .on('webhook_deliveries')
      .columns(['organization_id', 'webhook_id', 'next_time', 'delivery_id'])
      .where('next_time', 'is not', null),
    query.schema
      .createIndex('webhook_deliveries_next')
      .on('webhook_deliveries')
      .columns(['organization_id', 'next_time'])
      .where('next_time', 'is not', null),
  ];
}
