import { affiliateTables } from './affiliate-tables.ts';
import { renameSync, rmSync } from 'node:fs';
import { type CompiledQuery, sql } from 'kysely';
import { type Connection, query } from './connection.ts';
import { makeFile } from './files.ts';
import { erasureTables } from './erasure-tables.ts';
import { importTables } from './import-tables.ts';
import { moneyTables } from './money-tables.ts';
import { syncDirectoryOf, syncFile } from './placing.ts';
import { visitorTables } from './visitor-tables.ts';
import { webhookTables } from './webhook-tables.ts';

export interface Migration {
  readonly name: string;
  readonly statements: () => readonly CompiledQuery[];
}

/** The statements that make tables. */
function compiled(tables: () => readonly { compile(): CompiledQuery }[]) {
  return () => tables().map((table) => table.compile());
}

/** Forward only: a new one goes to the end, none is ever changed. `PRAGMA user_version` counts those applied. */
export const migrations: readonly Migration[] = [
  {
    name: 'organizations, keys, customers, touches, events',
    statements: () =>
      [...organizationTables(), ...customerTables(), ...touchTables()].map((table) => table.compile()),
  },
  { name: 'webhooks', statements: compiled(webhookTables) },
  { name: 'imports', statements: compiled(importTables) },
  { name: 'visitors', statements: compiled(visitorTables) },
  {
    name: 'conversions, credits, spend, jobs',
    statements: compiled(moneyTables),
  },
  { name: 'statements for affiliates', statements: compiled(affiliateTables) },
  { name: 'erasures', statements: compiled(erasureTables) },
];

/**
 * Brings a database to the newest version under its write lock, after a copy beside it (`…before-2`) where it is not
 * new. Fails where the database is newer than this program.
 */
export function migrate(connection: Connection, path: string, known = migrations): void {
  const version = requireKnownVersion(connection, known);
  if (version === known.length) return;
  if (version > 0) keepCopy(connection, `${path}.before-${known.length}`);
  connection.transaction(() => {
    const pending = known.slice(requireKnownVersion(connection, known));
    for (const migration of pending) {
      for (const statement of migration.statements()) connection.run({ compile: () => statement });
    }
    connection.pragma(`user_version = ${known.length}`);
  });
}

export function pendingMigrations(connection: Connection): number {
  return migrations.length - requireKnownVersion(connection, migrations);
}

function requireKnownVersion(connection: Connection, known: readonly Migration[]): number {
  const version = Number(connection.pragma('user_version'));
  if (version <= known.length) return version;
  throw new Error(
    `The database is of version ${version}, newer than this program, which knows ${known.length}: update the program.`,
  );
}

/** Takes its name when it is whole and on disk; a copy of an earlier attempt may be older than what is migrated now. */
function keepCopy(connection: Connection, path: string): void {
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  makeFile(partial);
  connection.copyInto(partial);
  syncFile(partial);
  renameSync(partial, path);
  syncDirectoryOf(path);
}

const strict = sql`strict`;
const strictByKey = sql`strict, without rowid`;

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
