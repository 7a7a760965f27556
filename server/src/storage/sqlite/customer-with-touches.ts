import { sql } from 'kysely';
import type { TouchKey } from '../../domain/touch.ts';
import { customerColumns } from '../columns.ts';
import { parameter } from '../parameter.ts';
import type { CustomerRow, LeadTouchRow, TouchRow } from '../schema.ts';
import { query } from './connection.ts';

const joinedColumns = [
  'occurred_time',
  'recorded_time',
  'origin',
  'actor_id',
  'tuple_id',
  'click_id',
  'path',
  'referrer',
] as const satisfies readonly (keyof TouchRow)[];

const customers = query.selectFrom('customers');

/** Customers joined to the touches they name. A touch that is both original and current is read once. */
const withTouches = (from: typeof customers) =>
  from
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
        .on(
          'current.touch_key',
          '=',
          sql<number>`nullif(customers.current_touch_key, customers.original_touch_key)`,
        ),
    )
    .select(customerColumns.map((column) => `customers.${column}` as const))
    .select(joinedColumns.map((column) => `original.${column} as original_${column}` as const))
    .select(joinedColumns.map((column) => `current.${column} as current_${column}` as const))
    .where('customers.organization_id', '=', parameter<number>('organizationId'));

/** A customer with the touches it names: one statement sees one state, at half the cost of three. */
export const customerWithTouches = withTouches(customers).where(
  'customers.customer_id',
  '=',
  parameter<string>('customerId'),
);

// A cross join starts with what it names first. Queries select only the place from the list.
const namedCustomers = query
  .selectFrom(sql<{ key: number; value: string }>`json_each(${parameter<string>('customerIds')})`.as('given'))
  .crossJoin('customers')
  .whereRef('customers.customer_id', '=', 'given.value') as unknown as typeof customers;
const place = sql<number>`given.key`.as('place');

/** The same for many customers, whose ids are a JSON array; the last cell is the place of the id in it. */
export const customersWithTouches = withTouches(namedCustomers).select(place);

/** The same customers without their touches. */
export const customersAlone = namedCustomers
  .select(customerColumns.map((column) => `customers.${column}` as const))
  .select(place)
  .where('customers.organization_id', '=', parameter<number>('organizationId'));

type Cells = readonly unknown[];

/** The customer's part of the cells. Written out, so that the JavaScript engine keeps one shape for all rows. */
export function customerRowIn(cells: Cells): CustomerRow {
  return {
    organization_id: cells[0] as number,
    customer_id: cells[1] as string,
    website_id: cells[2] as string | null,
    custom_fields: cells[3] as string | null,
    revision: cells[4] as number,
    created_time: cells[5] as number,
    updated_time: cells[6] as number,
    lead_source_revision: cells[7] as number,
    lead_source_created_time: cells[8] as number | null,
    lead_source_updated_time: cells[9] as number | null,
    latest_occurred_time: cells[10] as number | null,
    original_touch_key: cells[11] as number | null,
    current_touch_key: cells[12] as number | null,
    first_conversion_time: cells[13] as number | null,
    latest_conversion_time: cells[14] as number | null,
  };
}

/** The place in the JSON array, for a customer found among many. */
export function placeAmongNamed(cells: Cells): number {
  return cells.at(-1) as number;
}

/** The touch with this key from the cells joined to the customer. */
export function joinedTouchRow(
  { organization_id, customer_id, original_touch_key }: CustomerRow,
  cells: Cells,
  key: TouchKey,
): LeadTouchRow {
  const first = customerColumns.length + (key === original_touch_key ? 0 : joinedColumns.length);
  // The first five are never null in an existing touch.
  if (cells[first] === null) throw new Error(`Touch ${key} of a customer is missing.`);
  return {
    organization_id,
    customer_id,
    touch_key: key,
    occurred_time: cells[first] as number,
    recorded_time: cells[first + 1] as number,
    origin: cells[first + 2] as number,
    actor_id: cells[first + 3] as number,
    tuple_id: cells[first + 4] as number,
    click_id: cells[first + 5] as string | null,
    path: cells[first + 6] as string | null,
    referrer: cells[first + 7] as string | null,
  };
}
