import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { withAccounts } from './affiliate.ts';
import { creditVersionWrites } from './credit-version.ts';
import { isOfCustomer } from './owner.ts';

const organizationId = parameter<number>('organizationId');
const customerId = parameter<string>('customerId');
const after = parameter<string>('after');
const limit = parameter<number>('limit');

export function erasureReads(query: Kysely<Schema>) {
  const names = query
    .selectFrom('customers')
    .select(['customer_id as name', 'customer_id'])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '>', after)
    .orderBy('customer_id')
    .limit(limit);
  const aliases = query
    .selectFrom('customer_aliases')
    .select(['alias_id as name', 'customer_id'])
    .where('organization_id', '=', organizationId)
    .where('alias_id', '>', after)
    .orderBy('alias_id')
    .limit(limit);
  return {
    names,
    aliases,
    erasures: query
      .selectFrom('erasures')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('erasure_id', '>', after)
      .orderBy('erasure_id')
      .limit(limit),
  };
}

/**
 * Owners of noted clicks, and whether each is still there: as a customer, as an alias of one, or as a visitor. Without
 * `exists`, for which PostgreSQL would read whole tables.
 */
function ownersNoted(query: Kysely<Schema>) {
  const owner = 'noted.customer_id';
  return query
    .selectFrom('affiliate_clicks as noted')
    .select(owner)
    .select(
      sql<number>`coalesce(
        (select 1 from customers as c
          where c.organization_id = ${organizationId} and c.customer_id = noted.customer_id),
        (select 1 from customer_aliases as a
          where a.organization_id = ${organizationId} and a.alias_id = noted.customer_id),
        (select 1 from visitors as v where not (${isOfCustomer(owner)})
          and v.organization_id = ${organizationId} and v.visitor_id = substr(noted.customer_id, 2)),
        0)`.as('is_there'),
    )
    .where('noted.organization_id', '=', organizationId)
    .where(owner, '>', after)
    .groupBy(owner)
    .orderBy(owner)
    .limit(limit);
}

/** Statements that make affiliate statements forget a customer's clicks. Closed statements keep their amounts. */
function statementWrites(query: Kysely<Schema>) {
  const clickId = parameter<string>('clickId');
  return {
    clickIdsOf: query
      .selectFrom('touches')
      .select('click_id')
      .distinct()
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId)
      .where('click_id', 'is not', null),
    clicksStatedOf: withAccounts(query.selectFrom('conversions'))
      .select(['account.about_number', 'account.conversion_key', 'account.click_id'])
      .distinct()
      .where('conversions.organization_id', '=', organizationId)
      .where('conversions.customer_id', '=', customerId)
      .where('account.click_id', 'is not', null),
    forgetClicksInAccounts: query
      .updateTable('affiliate_accounts')
      .set({ click_id: null })
      .where('organization_id', '=', organizationId)
      .where('about_number', '=', parameter<number>('about'))
      .where('conversion_key', '=', parameter<number>('conversionKey')),
    accountOfClick: query
      .selectFrom('affiliate_accounts')
      .select('conversion_key')
      .where('organization_id', '=', organizationId)
      .where('click_id', '=', clickId)
      .limit(1),
    ownersNoted: ownersNoted(query),
    clicksNotedOf: query
      .selectFrom('affiliate_clicks')
      .select('click_id')
      .distinct()
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId),
    noteClick: query
      .insertInto('affiliate_clicks')
      .values({
        organization_id: organizationId,
        customer_id: customerId,
        about_number: parameter<number>('about'),
        click_id: clickId,
      })
      .onConflict((conflict) => conflict.doNothing()),
    noteOfClick: query
      .selectFrom('affiliate_clicks')
      .select('customer_id')
      .where('organization_id', '=', organizationId)
      .where('click_id', '=', clickId)
      .limit(1),
    forgetClickInLines: query
      .updateTable('affiliate_lines')
      .set({ click_id: null })
      .where('organization_id', '=', organizationId)
      .where('click_id', '=', clickId),
  };
}

/**
 * Notes of the customer's clicks that are rather those of somebody else: of whom a touch by one of its visitors is by now. A
 * note is still of whom the touch was when the period was closed.
 */
export function clicksOfOthers(query: Kysely<Schema>, isOfOwners: Expression<SqlBool>) {
  return (
    query
      .selectFrom('visitor_links as link')
      // SQLite keeps to the order of a cross join.
      .crossJoin('visitor_touches as came')
      .crossJoin('touches')
      .crossJoin('affiliate_clicks as noted')
      .crossJoin('affiliate_periods as period')
      .select(['touches.customer_id', 'noted.about_number', 'noted.click_id'])
      .distinct()
      .where('link.organization_id', '=', organizationId)
      .where('link.customer_id', '=', customerId)
      .where('came.organization_id', '=', organizationId)
      .whereRef('came.visitor_id', '=', 'link.visitor_id')
      .where('came.customer_id', '!=', customerId)
      .where('touches.organization_id', '=', organizationId)
      .whereRef('touches.customer_id', '=', 'came.customer_id')
      .whereRef('touches.touch_key', '=', 'came.touch_key')
      .where('noted.organization_id', '=', organizationId)
      .whereRef('noted.click_id', '=', 'touches.click_id')
      .where(isOfOwners)
      .where('period.organization_id', '=', organizationId)
      .whereRef('period.period_number', '=', 'noted.about_number')
      .whereRef('touches.occurred_time', '>=', 'period.period_start')
      .whereRef('touches.occurred_time', '<', 'period.period_end')
  );
}

/** The statements that erase a customer's rows, table by table. */
export function erasureWrites(query: Kysely<Schema>) {
  const removal = (
    table:
      | 'customers'
      | 'customer_aliases'
      | 'events'
      | 'webhook_deliveries'
      | 'idempotency_records'
      | 'visitor_links'
      | 'visitor_touches'
      | 'timeline_entries'
      | 'affiliate_clicks',
  ) =>
    query
      .deleteFrom(table)
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId);
  const rekeying = (table: 'touches' | 'timeline_entries') =>
    query
      .updateTable(table as 'touches')
      .set({ customer_id: parameter('newCustomerId') })
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId);
  const ofCustomer = { organization_id: organizationId, customer_id: customerId };
  return {
    aliasesOf: query
      .selectFrom('customer_aliases')
      .select('alias_id')
      .where('organization_id', '=', ofCustomer.organization_id)
      .where('customer_id', '=', ofCustomer.customer_id),
    visitorsOf: query
      .selectFrom('visitor_links')
      .select('visitor_id')
      .distinct()
      .where('organization_id', '=', ofCustomer.organization_id)
      .where('customer_id', '=', ofCustomer.customer_id),
    removeCustomer: removal('customers'),
    removeAliases: removal('customer_aliases'),
    removeEvents: removal('events'),
    removeDeliveries: removal('webhook_deliveries'),
    removeAnswers: removal('idempotency_records'),
    removeLinks: removal('visitor_links'),
    removeVisitorTouches: removal('visitor_touches'),
    removeClicksNoted: removal('affiliate_clicks'),
    // These name the ids that were merged into the customer.
    removeMergers: removal('timeline_entries').where('merged_customer_id', 'is not', null),
    rekeyEntries: rekeying('timeline_entries'),
    // The sender of a given id knows whose it is.
    rekeyTouches: rekeying('touches').set({ given_id: null }),
    conversionsOf: query
      .selectFrom('conversions')
      .select('occurred_time as occurredTime')
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId),
    freeConversions: query
      .updateTable('conversions')
      .set({
        customer_id: parameter('newCustomerId'),
        conversion_id: sql<string>`cast(${parameter('idPrefix')} as text) || cast(conversion_key as text)`,
        order_id: null,
        metadata: null,
      })
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId),
    freeRefunds: query
      .updateTable('refunds')
      .set({
        customer_id: parameter('newCustomerId'),
        refund_id: sql<string>`cast(${parameter('idPrefix')} as text) || cast(refund_key as text)`,
      })
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId),
    buildingAt: query
      .selectFrom('credit_versions')
      .select(['settings_version', 'reached_time', 'reached_customer_id'])
      .where('organization_id', '=', organizationId)
      .where('state', '=', 'building'),
    ...statementWrites(query),
    leavePlaces: creditVersionWrites(query).leavePlaces,
    add: query
      .insertInto('erasures')
      .values({
        organization_id: organizationId,
        erasure_id: parameter('erasureId'),
        hashes: parameter('hashes'),
        actor: parameter('actor'),
        erased_time: parameter('now'),
      })
      .onConflict((conflict) => conflict.doNothing()),
  };
}
