import { sql } from 'kysely';
import { query } from './connection.ts';

const strictByKey = sql`strict, without rowid`;

export function visitorTables() {
  return [
    query.schema
      .createTable('visitors')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('visitor_id', 'text', (column) => column.notNull())
      .addColumn('last_hit_time', 'integer')
      .addColumn('last_hit_digest', 'text')
      .addColumn('unlinked_day', 'integer')
      .addPrimaryKeyConstraint('visitors_key', ['organization_id', 'visitor_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('visitors_unlinked')
      .on('visitors')
      .columns(['organization_id', 'unlinked_day', 'visitor_id'])
      .where(sql.ref('unlinked_day'), 'is not', null),
    query.schema
      .createTable('visitor_links')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('visitor_id', 'text', (column) => column.notNull())
      .addColumn('linked_time', 'integer', (column) => column.notNull())
      .addColumn('named_id', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('actor_id', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('visitor_links_key', [
        'organization_id',
        'visitor_id',
        'linked_time',
        'named_id',
      ])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('visitor_links_by_customer')
      .on('visitor_links')
      .columns(['organization_id', 'customer_id', 'linked_time']),
    query.schema
      .createTable('visitor_touches')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('touch_key', 'integer', (column) => column.notNull())
      .addColumn('visitor_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('visitor_touches_key', ['organization_id', 'customer_id', 'touch_key'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('visitor_touches_by_visitor')
      .on('visitor_touches')
      .columns(['organization_id', 'visitor_id', 'customer_id', 'touch_key']),
  ];
}
