import type { Webhook } from '../../domain/webhook.ts';
import type { Attempt, DeliveryStatus, WebhookDelivery } from '../../domain/webhook-delivery.ts';
import type { WebhookDeliveryRow } from '../schema.ts';
import { type NewDelivery, rowsAtOnce } from '../store.ts';
import { eventRowOf, keptEventOf } from './event.ts';

export function webhookDeliveryOf(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: row.delivery_id,
    webhookId: row.webhook_id,
    event: keptEventOf({ ...row, type: row.event_type }).event,
    status: row.status as DeliveryStatus,
    attempts: row.attempts,
    nextTime: row.next_time,
    lastAttempt: attemptOf(row),
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

function attemptOf(row: WebhookDeliveryRow): Attempt | null {
  if (row.initiated_time === null) return null;
  return {
    initiatedTime: row.initiated_time,
    durationMilliseconds: row.duration_milliseconds ?? 0,
    url: row.url ?? '',
    responseStatus: row.response_status,
    error: row.error,
    response: row.response,
  };
}

/** The columns that an attempt or a resend changes. */
export function changingOf({ status, attempts, nextTime, lastAttempt, updatedTime }: WebhookDelivery) {
  return {
    status,
    attempts,
    next_time: nextTime,
    initiated_time: lastAttempt?.initiatedTime ?? null,
    duration_milliseconds: lastAttempt?.durationMilliseconds ?? null,
    url: lastAttempt?.url ?? null,
    response_status: lastAttempt?.responseStatus ?? null,
    error: lastAttempt?.error ?? null,
    response: lastAttempt?.response ?? null,
    updated_time: updatedTime,
  };
}

/** A new delivery without an attempt, due at once. */
export function newDeliveryRowOf(
  organizationId: number,
  { id, webhookId, kept, now }: NewDelivery,
): WebhookDeliveryRow {
  const { type, ...event } = eventRowOf(organizationId, kept.key, kept.event);
  return {
    ...event,
    delivery_id: id,
    webhook_id: webhookId,
    event_type: type,
    status: 'pending' satisfies DeliveryStatus,
    attempts: 0,
    next_time: now,
    initiated_time: null,
    duration_milliseconds: null,
    url: null,
    response_status: null,
    error: null,
    response: null,
    created_time: now,
    updated_time: now,
  };
}

/** How many of the deliveries that wait for a webhook are given up with a change of it. None waits for one that wakes. */
export function givenUpWith(before: Webhook, after: Webhook): number {
  if (after.status === 'inactive') return rowsAtOnce;
  return before.status === 'inactive' ? Number.MAX_SAFE_INTEGER : 0;
}
