import type { InferResult } from 'kysely';
import type { TouchKey } from '../../domain/touch.ts';
import { parameter } from '../parameter.ts';
import type { TouchRow } from '../schema.ts';
import { query } from './connection.ts';

/** A customer beside the touches it names: one statement sees one state, and costs half of three. */
export const customerWithTouches = query
  .selectFrom('customers')
  .leftJoin('touches as original', (join) =>
    join
      .onRef('original.organization_id', '=', 'customers.organization_id')
      .onRef('original.customer_id', '=', 'customers.customer_id')
      .onRef('original.touch_key', '=', 'customers.original_touch_key'),
  )
  .leftJoin('touches as current', (join) =>
    join
      .onRef('current.organization_id', '=', 'customers.organization_id')
      .onRef('current.customer_id', '=', 'customers.customer_id')
      .onRef('current.touch_key', '=', 'customers.current_touch_key'),
  )
  .selectAll('customers')
  .select([
    'original.occurred_time as original_occurred_time',
    'original.recorded_time as original_recorded_time',
    'original.origin as original_origin',
    'original.actor_id as original_actor_id',
    'original.tuple_id as original_tuple_id',
    'original.click_id as original_click_id',
    'original.path as original_path',
    'original.referrer as original_referrer',
  ])
  .select([
    'current.occurred_time as current_occurred_time',
    'current.recorded_time as current_recorded_time',
    'current.origin as current_origin',
    'current.actor_id as current_actor_id',
    'current.tuple_id as current_tuple_id',
    'current.click_id as current_click_id',
    'current.path as current_path',
    'current.referrer as current_referrer',
  ])
  .where('customers.organization_id', '=', parameter<number>('organizationId'))
  .where('customers.customer_id', '=', parameter<string>('customerId'));

type JoinedRow = InferResult<typeof customerWithTouches>[number];

/** The touch of this key out of the row that it was joined to. */
export function joinedTouchRow(row: JoinedRow, key: TouchKey): Omit<TouchRow, 'import_key'> {
  const touch = key === row.current_touch_key ? currentOf(row) : originalOf(row);
  const { occurred_time, recorded_time, origin, actor_id, tuple_id, ...texts } = touch;
  const { organization_id, customer_id } = row;
  if (
    occurred_time === null ||
    recorded_time === null ||
    origin === null ||
    actor_id === null ||
    tuple_id === null
  ) {
    throw new Error(`Touch ${key} of a customer is missing.`);
  }
  const place = { organization_id, customer_id, touch_key: key };
  return { ...place, occurred_time, recorded_time, origin, actor_id, tuple_id, ...texts };
}

function originalOf(row: JoinedRow) {
  return {
    occurred_time: row.original_occurred_time,
    recorded_time: row.original_recorded_time,
    origin: row.original_origin,
    actor_id: row.original_actor_id,
    tuple_id: row.original_tuple_id,
    click_id: row.original_click_id,
    path: row.original_path,
    referrer: row.original_referrer,
  };
}

function currentOf(row: JoinedRow) {
  return {
    occurred_time: row.current_occurred_time,
    recorded_time: row.current_recorded_time,
    origin: row.current_origin,
    actor_id: row.current_actor_id,
    tuple_id: row.current_tuple_id,
    click_id: row.current_click_id,
    path: row.current_path,
    referrer: row.current_referrer,
  };
}
