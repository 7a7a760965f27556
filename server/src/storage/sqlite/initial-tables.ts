import { sql } from 'kysely';
import { query } from './connection.ts';

const strict = sql`strict`;
const strictByKey = sql`strict, without rowid`;

export function initialTables() {
  return [...organizationTables(), ...customerTables(), ...touchTables()];
}

function organizationTables() {
  return [
    query.schema
      .createTable('organizations')
      .addColumn('organization_id', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('public_id', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text')
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('rate_limit', 'text')
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .modifyEnd(strict),
    query.schema
      .createTable('api_keys')
      .addColumn('organization_id', 'integer', (column) =>
        column.notNull().references('organizations.organization_id'),
      )
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('acl', 'text', (column) => column.notNull())
      .addColumn('allowed_ips', 'text', (column) => column.notNull())
      .addColumn('allowed_origins', 'text', (column) => column.notNull())
      .addColumn('expires_time', 'integer')
      .addColumn('secret_hash', 'blob', (column) => column.notNull().unique())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('api_keys_key', ['organization_id', 'key_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('api_key_uses')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('last_used_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('api_key_uses_key', ['organization_id', 'key_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('setting_changes')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('change_key', 'integer', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('setting_changes_key', ['organization_id', 'change_key'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('setting_versions')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('setting', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('content', 'text')
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('setting_versions_key', ['organization_id', 'setting', 'version'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('signing_keys')
      .addColumn('key_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('public_jwk', 'text', (column) => column.notNull())
      .addColumn('private_jwk', 'text', (column) => column.notNull())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .modifyEnd(strictByKey),
    query.schema
      .createTable('key_ranges')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('noun', 'text', (column) => column.notNull())
      .addColumn('next_key', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('key_ranges_key', ['organization_id', 'noun'])
      .modifyEnd(strictByKey),
  ];
}

function customerTables() {
  return [
    query.schema
      .createTable('customers')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('website_id', 'text')
      .addColumn('custom_fields', 'text')
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addColumn('lead_source_revision', 'integer', (column) => column.notNull())
      .addColumn('lead_source_created_time', 'integer')
      .addColumn('lead_source_updated_time', 'integer')
      .addColumn('latest_occurred_time', 'integer')
      .addColumn('original_touch_key', 'integer')
      .addColumn('current_touch_key', 'integer')
      .addPrimaryKeyConstraint('customers_key', ['organization_id', 'customer_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('customers_by_created_time')
      .on('customers')
      .columns(['organization_id', 'created_time', 'customer_id']),
    query.schema
      .createTable('customer_aliases')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('alias_id', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('customer_aliases_key', ['organization_id', 'alias_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('customer_aliases_by_customer')
      .on('customer_aliases')
      .columns(['organization_id', 'customer_id']),
  ];
}

function touchTables() {
  return [
    query.schema
      .createTable('touches')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('touch_key', 'integer', (column) => column.notNull())
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addColumn('recorded_time', 'integer', (column) => column.notNull())
      .addColumn('origin', 'integer', (column) => column.notNull())
      .addColumn('actor_id', 'integer', (column) => column.notNull())
      .addColumn('tuple_id', 'integer', (column) => column.notNull())
      .addColumn('click_id', 'text')
      .addColumn('path', 'text')
      .addColumn('referrer', 'text')
      .addPrimaryKeyConstraint('touches_key', ['organization_id', 'customer_id', 'touch_key'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('touch_ids')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('given_id', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('touch_key', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('touch_ids_key', ['organization_id', 'given_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('touch_ids_by_touch')
      .on('touch_ids')
      .columns(['organization_id', 'customer_id', 'touch_key']),
    query.schema
      .createTable('lead_source_tuples')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('tuple_id', 'integer', (column) => column.notNull())
      .addColumn('digest', 'blob', (column) => column.notNull())
      .addColumn('medium', 'text')
      .addColumn('source', 'text')
      .addColumn('campaign', 'text')
      .addColumn('term', 'text')
      .addColumn('content', 'text')
      .addColumn('affiliate', 'text')
      .addColumn('sub_affiliate', 'text')
      .addColumn('sales_agent', 'text')
      .addColumn('referrer_host', 'text')
      .addColumn('click_id_kind', 'text')
      .addPrimaryKeyConstraint('lead_source_tuples_key', ['organization_id', 'tuple_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('lead_source_tuples_by_digest')
      .on('lead_source_tuples')
      .columns(['organization_id', 'digest'])
      .unique(),
    query.schema
      .createTable('actors')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('actor_id', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('actors_key', ['organization_id', 'actor_id'])
      .addUniqueConstraint('actors_by_actor', ['organization_id', 'actor'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('events')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('event_key', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('cause', 'text')
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addColumn('current_touch_key', 'integer')
      .addColumn('previous_touch_key', 'integer')
      .addColumn('original_touch_key', 'integer')
      .addColumn('merged_customer_id', 'text')
      .addPrimaryKeyConstraint('events_key', ['organization_id', 'event_key'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('timeline_entries')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('entry_key', 'integer', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('cause', 'text')
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addColumn('actor_id', 'integer')
      .addColumn('merged_customer_id', 'text')
      .addPrimaryKeyConstraint('timeline_entries_key', ['organization_id', 'customer_id', 'entry_key'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('idempotency_records')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('idempotency_key', 'text', (column) => column.notNull())
      .addColumn('route', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('content_digest', 'text', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('idempotency_records_key', ['organization_id', 'idempotency_key', 'route'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('idempotency_records_by_customer')
      .on('idempotency_records')
      .columns(['organization_id', 'customer_id']),
    query.schema
      .createIndex('idempotency_records_by_time')
      .on('idempotency_records')
      .columns(['organization_id', 'created_time']),
    query.schema
      .createTable('outbox_claims')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('claimed_until', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('outbox_claims_key', ['organization_id'])
      .modifyEnd(strictByKey),
  ];
}
