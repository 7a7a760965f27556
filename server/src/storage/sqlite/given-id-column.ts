import { sql } from 'kysely';
import { query } from './connection.ts';

/**
 * Moves given ids into the rows of their touches: then one index finds a touch by its given id, and none is needed for the
 * reverse.
 */
export function givenIdColumn() {
  return [
    query.schema.alterTable('touches').addColumn('given_id', 'text'),
    { compile: () => moving.compile(query) },
    query.schema
      .createIndex('touches_by_given_id')
      .unique()
      .on('touches')
      .columns(['organization_id', 'given_id'])
      .where('given_id', 'is not', null),
    query.schema.dropTable('touch_ids'),
  ];
}

const moving = sql`
  update touches set given_id = told.given_id from touch_ids as told
  where told.organization_id = touches.organization_id and told.customer_id = touches.customer_id
    and told.touch_key = touches.touch_key`;
