import { type Kysely, type SqlBool, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { pageBySorting, pageInKeyOrder } from './customer-export-page.ts';

const organizationId = parameter<number>('organizationId');
const customerId = parameter<string>('customerId');

/** Pages of what others were told about a customer: answers to idempotent requests, events and webhook deliveries. */
export function toldReads(query: Kysely<Schema>) {
  // By the index that has the customer, which SQLite would not use for whole answers.
  const answers = query
    .selectFrom('idempotency_records as found')
    .where('found.organization_id', '=', organizationId)
    .where('found.customer_id', '=', customerId)
    .crossJoin('idempotency_records as kept')
    .whereRef('kept.organization_id', '=', 'found.organization_id')
    .whereRef('kept.idempotency_key', '=', 'found.idempotency_key')
    .whereRef('kept.route', '=', 'found.route')
    .select([
      'kept.idempotency_key as idempotencyKey',
      'kept.route',
      'kept.content_digest as contentDigest',
      'kept.answer',
      'kept.created_time as createdTime',
    ]);
  const told = conditionsOn(query, 'told.customer_id');
  const events = toldOf(query, 'events')
    .where((happened) => happened.or([told.isUnderId, told.isUnderAlias]))
    .select(sql<string>`${sql.ref('told.type')}`.as('type'));
  const deliveries = toldOf(query, 'webhook_deliveries').select([
    'told.event_type as type',
    'told.delivery_id as id',
    'told.webhook_id as webhookId',
    'told.status',
    'told.url',
    'told.error',
    'told.response',
    'told.attempts',
    'told.response_status as responseStatus',
    'told.duration_milliseconds as durationMilliseconds',
    'told.next_time as nextTime',
    'told.initiated_time as initiatedTime',
    'told.created_time as createdTime',
    'told.updated_time as updatedTime',
  ]);
  const { isUnderId, isUnderAlias } = conditionsOn(query, 'webhook_deliveries.customer_id');
  const keys = query
    .selectFrom('webhook_deliveries')
    .select('webhook_deliveries.delivery_id')
    .where('webhook_deliveries.organization_id', '=', organizationId);
  // Each by the index that has the customer, which SQLite would not use for both at once.
  const ofCustomer = keys.where(() => isUnderId).unionAll(keys.where(() => isUnderAlias));
  return {
    answers: pageBySorting(answers, 'kept.idempotency_key', 'kept.route'),
    events: pageInKeyOrder(events, 'told.event_key'),
    webhookDeliveries: pageBySorting(
      deliveries.where('told.delivery_id', 'in', ofCustomer),
      'told.delivery_id',
    ),
  };
}

/** Events and deliveries keep the id they happened under, even after a merge; touches move to the merged customer. */
function toldOf(query: Kysely<Schema>, table: 'events' | 'webhook_deliveries') {
  const givenId = (which: 'current' | 'previous' | 'original') =>
    query
      .selectFrom('touches')
      .select('touches.given_id')
      .where('touches.organization_id', '=', organizationId)
      .where('touches.customer_id', '=', customerId)
      .where('touches.touch_key', '=', sql.ref<number>(`told.${which}_touch_key`))
      .as(`${which}TouchId.given`);
  return query
    .selectFrom(`${table} as told` as 'webhook_deliveries as told')
    .select([
      'told.cause',
      'told.sequence',
      'told.occurred_time as occurredTime',
      'told.current_touch_key as currentTouchId',
      'told.previous_touch_key as previousTouchId',
      'told.original_touch_key as originalTouchId',
      'told.merged_customer_id as mergedCustomerId',
    ])
    .select([givenId('current'), givenId('previous'), givenId('original')])
    .where('told.organization_id', '=', organizationId);
}

/** That it happened under the customer's id, or under one that has become an alias of it. */
function conditionsOn(query: Kysely<Schema>, column: string) {
  const aliases = query
    .selectFrom('customer_aliases')
    .select('customer_aliases.alias_id')
    .where('customer_aliases.organization_id', '=', organizationId)
    .where('customer_aliases.customer_id', '=', customerId);
  return {
    isUnderId: sql<SqlBool>`${sql.ref(column)} = ${customerId}`,
    isUnderAlias: sql<SqlBool>`${sql.ref(column)} in (${aliases})`,
  };
}
