import type { ExpressionBuilder, Kysely } from 'kysely';
import { longestWaitsMilliseconds } from '../../domain/webhook-delivery.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { changeTime } from './change-time.ts';

const changing = [
  'status',
  'attempts',
  'next_time',
  'initiated_time',
  'duration_milliseconds',
  'url',
  'response_status',
  'error',
  'response',
  'updated_time',
] as const;

/** Whether a delivery waits for longer than any does of which as many attempts were made. */
function isPostponed(eb: ExpressionBuilder<Schema, 'webhook_deliveries'>) {
  const now = parameter<number>('now');
  const byAttempts = longestWaitsMilliseconds.map((longest, attempts) =>
    eb.and([eb('attempts', '=', attempts), eb(eb('next_time', '-', longest), '>', now)]),
  );
  return eb.and([eb('next_time', '>', now), eb.or(byAttempts)]);
}

export function webhookDeliveryReads(query: Kysely<Schema>) {
  const ofOrganization = query
    .selectFrom('webhook_deliveries')
    .where('organization_id', '=', parameter<number>('organizationId'));
  return {
    find: ofOrganization.selectAll().where('delivery_id', '=', parameter<string>('deliveryId')),
    list: ofOrganization
      .selectAll()
      .orderBy('delivery_id', 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    count: ofOrganization.select(({ fn }) => fn.countAll<number>().as('total')),
    due: ofOrganization
      .selectAll()
      .where('webhook_id', '=', parameter<string>('webhookId'))
      .where('next_time', '<=', parameter<number>('now'))
      .orderBy('next_time')
      .orderBy('delivery_id')
      .limit(parameter<number>('limit')),
    next: ofOrganization.select('next_time').where('next_time', 'is not', null).orderBy('next_time').limit(1),
  };
}

/** Each statement that finds a place behind as many deliveries as are skipped comes before the one that deals with these. */
export function webhookDeliveryWrites(query: Kysely<Schema>) {
  const organizationId = parameter<number>('organizationId');
  const webhookId = parameter<string>('webhookId');
  const ofOrganization = query.selectFrom('webhook_deliveries').where('organization_id', '=', organizationId);
  const placeBehind = ofOrganization.limit(1).offset(parameter<number>('skipped'));
  const removeAll = query
    .deleteFrom('webhook_deliveries')
    .where('organization_id', '=', organizationId)
    .where('webhook_id', '=', webhookId);
  return {
    update: query
      .updateTable('webhook_deliveries')
      .set(parametersNamed(changing))
      .where('organization_id', '=', organizationId)
      .where('delivery_id', '=', parameter<string>('deliveryId')),
    waitingBehind: placeBehind
      .select('next_time')
      .where('webhook_id', '=', webhookId)
      .where('next_time', 'is not', null)
      .orderBy('next_time'),
    /** Gives up what still waits for a webhook that receives nothing any more. */
    giveUpUntil: query
      .updateTable('webhook_deliveries')
      .set({ status: 'failed', next_time: null, updated_time: changeTime })
      .where('organization_id', '=', organizationId)
      .where('webhook_id', '=', webhookId)
      .where('next_time', '<=', parameter<number>('until')),
    postponedBehind: placeBehind.select('next_time').where(isPostponed).orderBy('next_time'),
    bringForwardUntil: query
      .updateTable('webhook_deliveries')
      .set({ next_time: parameter<number>('now') })
      .where('organization_id', '=', organizationId)
      .where('next_time', '<=', parameter<number>('until'))
      .where(isPostponed),
    removeAll,
    eventBehind: placeBehind.select('event_key').where('webhook_id', '=', webhookId).orderBy('event_key'),
    removeBefore: removeAll.where('event_key', '<', parameter<number>('eventKey')),
    oldBehind: placeBehind
      .select('delivery_id')
      .where('delivery_id', '<', parameter<string>('beforeId'))
      .where('next_time', 'is', null)
      .orderBy('delivery_id'),
    /** Ids begin with their creation time. */
    prune: query
      .deleteFrom('webhook_deliveries')
      .where('organization_id', '=', organizationId)
      .where('delivery_id', '<', parameter<string>('beforeId'))
      .where('next_time', 'is', null),
  };
}
