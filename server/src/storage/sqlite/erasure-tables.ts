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
