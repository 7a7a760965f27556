import { type Kysely, type SqlBool, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { creditPage } from './credit-export.ts';

const organizationId = parameter<number>('organizationId');
const limit = parameter<number>('limit');

/** Pages of whole tables, each a range of the table's key after a place. Related rows are joined to the finished page. */
export function exportReads(query: Kysely<Schema>) {
  return {
    touches: touchPage(query),
    customers: customerPage(query),
    conversions: conversionPage(query),
    credits: creditPage(query),
    spend: spendPage(query),
  };
}

function touchPage(query: Kysely<Schema>) {
  const after = sql`(${parameter('customerId')}, ${parameter('key')})`;
  return query
    .selectFrom((from) =>
      from
        .selectFrom('touches')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where(sql<SqlBool>`(customer_id, touch_key) > ${after}`)
        .orderBy('customer_id')
        .orderBy('touch_key')
        .limit(limit)
        .as('page'),
    )
    .leftJoin('customers', (join) =>
      join
        .onRef('customers.organization_id', '=', 'page.organization_id')
        .onRef('customers.customer_id', '=', 'page.customer_id'),
    )
    .select([
      'page.customer_id as customerId',
      'page.touch_key as key',
      'page.given_id as givenId',
      'page.occurred_time as occurredTime',
      'page.recorded_time as recordedTime',
      'page.origin',
      'page.actor_id as actorKey',
      'page.tuple_id as tupleKey',
      'page.click_id as clickId',
      'page.path',
      'page.referrer',
      'customers.original_touch_key as originalKey',
      'customers.current_touch_key as currentKey',
    ])
    .orderBy('page.customer_id')
    .orderBy('page.touch_key');
}

function customerPage(query: Kysely<Schema>) {
  return query
    .selectFrom((from) =>
      from
        .selectFrom('customers')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('customer_id', '>', parameter<string>('customerId'))
        .orderBy('customer_id')
        .limit(limit)
        .as('page'),
    )
    .leftJoin('touches as current', (join) =>
      join
        .onRef('current.organization_id', '=', 'page.organization_id')
        .onRef('current.customer_id', '=', 'page.customer_id')
        .onRef('current.touch_key', '=', 'page.current_touch_key'),
    )
    .leftJoin('touches as original', (join) =>
      join
        .onRef('original.organization_id', '=', 'page.organization_id')
        .onRef('original.customer_id', '=', 'page.customer_id')
        .onRef('original.touch_key', '=', 'page.original_touch_key'),
    )
    .select([
      'page.customer_id as customerId',
      'page.website_id as websiteId',
      'page.custom_fields as customFields',
      'page.revision',
      'page.created_time as createdTime',
      'page.updated_time as updatedTime',
      'current.tuple_id as tupleKey',
      'current.click_id as clickId',
      'current.path',
      'current.referrer',
      'original.tuple_id as originalTupleKey',
      'original.click_id as originalClickId',
      'original.path as originalPath',
      'original.referrer as originalReferrer',
      'original.occurred_time as originalTime',
    ])
    .select(({ fn }) => [
      fn.coalesce('page.lead_source_created_time', 'original.occurred_time').as('leadSourceCreatedTime'),
      fn.coalesce('page.lead_source_updated_time', 'current.occurred_time').as('leadSourceUpdatedTime'),
    ])
    .orderBy('page.customer_id');
}

function conversionPage(query: Kysely<Schema>) {
  const after = sql`(${parameter('customerId')}, ${parameter('key')})`;
  return query
    .selectFrom('conversions')
    .where('organization_id', '=', organizationId)
    .where(sql<SqlBool>`(customer_id, conversion_key) > ${after}`)
    .select([
      'customer_id as customerId',
      'conversion_key as key',
      'conversion_id as conversionId',
      'occurred_time as occurredTime',
      'created_time as createdTime',
      'updated_time as updatedTime',
      'type',
      'amount',
      'refunded_amount as refundedAmount',
      'currency',
      'order_id as orderId',
      'metadata',
    ])
    .orderBy('customer_id')
    .orderBy('conversion_key')
    .limit(limit);
}

function spendPage(query: Kysely<Schema>) {
  return query
    .selectFrom('spend')
    .where('organization_id', '=', organizationId)
    .where(sql<SqlBool>`(day, digest) > (${parameter('day')}, ${parameter('digest')})`)
    .select(['day', 'digest', 'channel', 'medium', 'source', 'campaign', 'term', 'content', 'affiliate'])
    .select(['sub_affiliate as subAffiliate', 'sales_agent as salesAgent'])
    .select(['currency', 'amount', 'updated_time as updatedTime'])
    .orderBy('day')
    .orderBy('digest')
    .limit(limit);
}
