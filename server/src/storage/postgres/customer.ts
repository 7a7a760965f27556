import { sql } from 'kysely';
import type { Customer } from '../../domain/customer.ts';
import type { Touch } from '../../domain/touch.ts';
import { parameter } from '../parameter.ts';
import { ofItsActor, ofItsTuple, tupleMembers } from '../queries/touch.ts';
import { customerOf } from '../rows/customer.ts';
import { type Tuple, touchOf } from '../rows/touch.ts';
import type { CustomerRow, LeadTouchRow, TouchRow } from '../schema.ts';
import { query, statementsOf } from './query.ts';

/** Customers with the touches they name, one row per touch. */
export function customersWithTouches() {
  return query
    .selectFrom('customers')
    .leftJoin('touches', (join) =>
      join
        .onRef('touches.organization_id', '=', 'customers.organization_id')
        .onRef('touches.customer_id', '=', 'customers.customer_id')
        .on(
          sql`touches.touch_key`,
          '=',
          sql`any(array[customers.original_touch_key, customers.current_touch_key])`,
        ),
    )
    .leftJoin('lead_source_tuples', ofItsTuple)
    .leftJoin('actors', ofItsActor)
    .selectAll('customers')
    .select(['touches.touch_key', 'touches.occurred_time', 'touches.recorded_time', 'touches.origin'])
    .select(['touches.click_id', 'touches.path', 'touches.referrer', 'actors.actor'])
    .select(tupleMembers)
    .where('customers.organization_id', '=', parameter<number>('organizationId'));
}

const customerIds = sql`${parameter<readonly string[]>('customerIds')}::text[]`;
/** The customers that the aliases among `customerIds` stand for. */
export const targetsOfAliases = sql`array(
  select customer_aliases.customer_id from customer_aliases
  where customer_aliases.organization_id = ${parameter<number>('organizationId')}
  and customer_aliases.alias_id = any(${customerIds})
)`;

export const customerStatements = statementsOf({
  one: customersWithTouches().where('customers.customer_id', '=', parameter<string>('customerId')),
  several: customersWithTouches().where('customers.customer_id', '=', sql<string>`any(${customerIds})`),
  /** The customers with these ids, and those that aliases among them stand for. */
  resolved: customersWithTouches().where(
    'customers.customer_id',
    '=',
    sql<string>`any(${customerIds} || ${targetsOfAliases})`,
  ),
  aliases: query
    .selectFrom('customer_aliases')
    .select(['alias_id', 'customer_id'])
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('alias_id', '=', sql<string>`any(${customerIds})`),
});

type Nullable<Row> = { readonly [Column in keyof Row]: Row[Column] | null };
type JoinedRow = CustomerRow &
  Nullable<Omit<LeadTouchRow, 'organization_id' | 'customer_id' | 'actor_id' | 'tuple_id'>> &
  Tuple & { readonly actor: string | null };

/** The customers of such rows, each once, in the order of their first rows. */
export function customersOf(rows: readonly JoinedRow[]): readonly Customer[] {
  const ofCustomer = Map.groupBy(rows, (row) => row.customer_id);
  return Array.from(ofCustomer.values(), customerOfRows);
}

function customerOfRows(rows: readonly JoinedRow[]): Customer {
  const [first] = rows;
  if (first === undefined) throw new Error('A customer has no row.');
  const touches = new Map<number | null, JoinedRow>(rows.map((row) => [row.touch_key, row]));
  return customerOf(first, (key) => joinedTouchOf(touches.get(key), key));
}

function joinedTouchOf(row: JoinedRow | undefined, key: number): Touch {
  if (row === undefined || row.actor === null) throw new Error(`Touch ${key} of a customer is missing.`);
  // A touch was joined, so the columns that no touch lacks are not null.
  return touchOf(row as JoinedRow & TouchRow, row, row.actor);
}
