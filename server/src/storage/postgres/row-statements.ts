import { sql } from 'kysely';
import {
  answerColumns,
  customerColumns,
  timelineColumns,
  touchColumns,
  tupleColumns,
  visitorColumns,
  visitorLinkColumns,
  visitorTouchColumns,
  webhookDeliveryColumns,
} from '../columns.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { given, namesOf, selectionOf, withoutOrganization } from './given-rows.ts';
import { statementOf } from './query.ts';

const organizationId = sql`${parameter<number>('organizationId')}::bigint`;

type Columns<Table extends keyof Schema> = readonly (keyof Schema[Table] & string)[];

/** Sorted by key, so that concurrent writers meet rows in the same order. */
function inserting<Table extends keyof Schema & string>(
  table: Table,
  columns: Columns<Table>,
  key: Columns<Table>,
) {
  const others = withoutOrganization(columns);
  const { members, from } = selectionOf(others);
  return sql`
    insert into ${sql.table(table)} (organization_id, ${namesOf(others)})
    select ${organizationId}, ${members} from ${from} order by ${namesOf(key)}`;
}

export function insertion<Table extends keyof Schema & string>(
  table: Table,
  columns: Columns<Table>,
  key: Columns<Table>,
) {
  return statementOf(inserting(table, columns, key));
}

/** Adds rows, or overwrites those with the same keys. */
export function replacement<Table extends keyof Schema & string>(
  table: Table,
  columns: Columns<Table>,
  key: Columns<Table>,
) {
  const changing = withoutOrganization(columns).filter((column) => !key.includes(column));
  const assignments = changing.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  const replacing = sql`${inserting(table, columns, key)}
    on conflict (organization_id, ${namesOf(key)}) do update set ${sql.join(assignments)}`;
  return statementOf(replacing);
}

const changingColumns = withoutOrganization(customerColumns).filter(
  (column) => column !== 'customer_id' && column !== 'created_time',
);

/** Names the rows twice, so that they are found by key even if the planner takes the table to be small. */
function customerUpdate() {
  const assignments = changingColumns.map(
    (column) => sql`${sql.ref(column)} = ${sql.ref(`given.${column}`)}`,
  );
  const updating = sql`
    update customers set ${sql.join(assignments)} from ${given(['customer_id', ...changingColumns])}
    where customers.organization_id = ${organizationId} and customers.customer_id = given.customer_id
    and customers.customer_id = any(${parameter('customer_id')}::text[])`;
  return statementOf(updating);
}

/** The tables with a row per touch, by customer and key. */
type TableOfTouches = 'touches' | 'visitor_touches';

/** Moves the rows of some customers to others, all at once. */
export function move(
  table:
    | TableOfTouches
    | 'visitor_links'
    | 'timeline_entries'
    | 'customer_aliases'
    | 'idempotency_records'
    | 'conversions'
    | 'refunds',
) {
  const moving = sql`
    update ${sql.table(table)} as moved set customer_id = move.target
    from unnest(${parameter('from')}::text[], ${parameter('to')}::text[]) as move (origin, target)
    where moved.organization_id = ${organizationId} and moved.customer_id = move.origin
    and moved.customer_id = any(${parameter('from')}::text[])`;
  return statementOf(moving);
}

/** Moves single touches to other owners. */
function singleMove() {
  const moving = sql`
    update touches as moved set customer_id = given.target
    from unnest(${parameter('from')}::text[], ${parameter('to')}::text[], ${parameter('touchKeys')}::bigint[])
      as given (origin, target, key)
    where moved.organization_id = ${organizationId}
    and moved.customer_id = given.origin and moved.touch_key = given.key
    and moved.customer_id = any(${parameter('from')}::text[])`;
  return statementOf(moving);
}

function removal(table: TableOfTouches | 'customers' | 'affiliate_clicks') {
  const removing = sql`
    delete from ${sql.table(table)}
    where organization_id = ${organizationId} and customer_id = any(${parameter('customerIds')}::text[])`;
  return statementOf(removing);
}

/** Removes visitors whose touches are gone. */
function visitorRemoval() {
  const removing = sql`
    delete from visitors
    where organization_id = ${organizationId} and visitor_id = any(${parameter('visitorIds')}::text[])`;
  return statementOf(removing);
}

/** At most one delivery per event and webhook. */
function deliveryInsertion() {
  const others = withoutOrganization(webhookDeliveryColumns);
  const { members, from } = selectionOf(others);
  const inserting = sql`
    insert into webhook_deliveries (organization_id, ${namesOf(others)})
    select ${organizationId}, ${members} from ${from} order by delivery_id
    on conflict (organization_id, webhook_id, event_key) do nothing returning delivery_id`;
  return statementOf(inserting);
}

/** Removes single rows of touches. */
function singleRemoval(table: TableOfTouches) {
  const removing = sql`
    delete from ${sql.table(table)} as removed
    using unnest(${parameter('customerIds')}::text[], ${parameter('touchKeys')}::bigint[]) as given (owner, key)
    where removed.organization_id = ${organizationId}
    and removed.customer_id = given.owner and removed.touch_key = given.key
    and removed.customer_id = any(${parameter('customerIds')}::text[])`;
  return statementOf(removing);
}

/** Clears the details of single touches; `clickIds` keeps a mark for those that would otherwise read as direct. */
function stripping() {
  const updating = sql`
    update touches as stripped set click_id = given.click_id, path = null, referrer = null
    from unnest(${parameter('customerIds')}::text[], ${parameter('touchKeys')}::bigint[],
      ${parameter('clickIds')}::text[]) as given (owner, key, click_id)
    where stripped.organization_id = ${organizationId}
    and stripped.customer_id = given.owner and stripped.touch_key = given.key
    and stripped.customer_id = any(${parameter('customerIds')}::text[])`;
  return statementOf(updating);
}

/** Each statement writes many rows of one organization. */
export const rowStatements = {
  addTuples: insertion('lead_source_tuples', tupleColumns, ['tuple_id']),
  addActors: insertion('actors', ['organization_id', 'actor_id', 'actor'], ['actor_id']),
  removeTouches: removal('touches'),
  moveTouches: move('touches'),
  removeSingleTouches: singleRemoval('touches'),
  stripTouches: stripping(),
  addTouches: insertion('touches', touchColumns, ['customer_id', 'touch_key']),
  moveSingleTouches: singleMove(),
  removeVisitorTouches: removal('visitor_touches'),
  removeClicks: removal('affiliate_clicks'),
  moveVisitorTouches: move('visitor_touches'),
  removeSingleVisitorTouches: singleRemoval('visitor_touches'),
  addVisitorTouches: insertion('visitor_touches', visitorTouchColumns, ['customer_id', 'touch_key']),
  saveVisitors: replacement('visitors', visitorColumns, ['visitor_id']),
  removeVisitors: visitorRemoval(),
  addVisitorLinks: insertion('visitor_links', visitorLinkColumns, ['visitor_id', 'linked_time', 'named_id']),
  moveVisitorLinks: move('visitor_links'),
  removeCustomers: removal('customers'),
  updateCustomers: customerUpdate(),
  addCustomers: insertion('customers', customerColumns, ['customer_id']),
  moveAliases: move('customer_aliases'),
  addAliases: insertion('customer_aliases', ['organization_id', 'alias_id', 'customer_id'], ['alias_id']),
  moveEntries: move('timeline_entries'),
  addEntries: insertion('timeline_entries', timelineColumns, ['customer_id', 'entry_key']),
  moveAnswers: move('idempotency_records'),
  keepAnswers: replacement('idempotency_records', answerColumns, ['idempotency_key', 'route']),
  addDeliveries: deliveryInsertion(),
};
