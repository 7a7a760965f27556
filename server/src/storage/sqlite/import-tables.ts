import { sql } from 'kysely';
import { query } from './connection.ts';

const strictByKey = sql`strict, without rowid`;

export function importTables() {
  return [
    query.schema
      .createTable('imports')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('import_key', 'integer', (column) => column.notNull())
      .addColumn('import_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('added_touches', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('undone_by', 'text')
      .addColumn('undoing_announces', 'integer', (column) => column.notNull())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('imports_key', ['organization_id', 'import_key'])
      .addUniqueConstraint('imports_by_id', ['organization_id', 'import_id'])
      .modifyEnd(strictByKey),
    query.schema.alterTable('touches').addColumn('import_key', 'integer'),
    // Imports add touches in key order, so each index entry is appended.
    query.schema
      .createIndex('touches_by_import')
      .on('touches')
      .columns(['organization_id', 'import_key', 'touch_key'])
      .where('import_key', 'is not', null),
  ];
}
