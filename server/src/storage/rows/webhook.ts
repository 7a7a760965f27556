import type { EventType } from '../../domain/event.ts';
import type { Deactivation, Webhook, WebhookHeader, WebhookStatus } from '../../domain/webhook.ts';
import type { WebhookRow } from '../schema.ts';

export function webhookOf(row: WebhookRow, organizationId: string): Webhook {
  const { previous_secret: secret, previous_secret_expires_time: expiresTime } = row;
  return {
    id: row.webhook_id,
    organizationId,
    status: row.status as WebhookStatus,
    url: row.url,
    eventsFilter: JSON.parse(row.events_filter) as readonly EventType[],
    headers: JSON.parse(row.headers) as readonly WebhookHeader[],
    secret: row.secret,
    previousSecret: secret === null || expiresTime === null ? null : { secret, expiresTime },
    failingSinceTime: row.failing_since_time,
    deactivation: row.deactivation as Deactivation | null,
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

export function webhookRowOf(organizationId: number, webhook: Webhook): WebhookRow {
  return {
    organization_id: organizationId,
    webhook_id: webhook.id,
    status: webhook.status,
    url: webhook.url,
    events_filter: JSON.stringify(webhook.eventsFilter),
    headers: JSON.stringify(webhook.headers),
    secret: webhook.secret,
    previous_secret: webhook.previousSecret?.secret ?? null,
    previous_secret_expires_time: webhook.previousSecret?.expiresTime ?? null,
    failing_since_time: webhook.failingSinceTime,
    deactivation: webhook.deactivation,
    created_time: webhook.createdTime,
    updated_time: webhook.updatedTime,
  };
}
