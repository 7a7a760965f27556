import { Failure } from '../../domain/failure.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { WebhookDelivery } from '../../domain/webhook-delivery.ts';
import type { WebhookDeliveryOperations } from '../../operations/webhook-delivery.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { type Link, pageHeaderNames, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';

const tag = 'Webhooks';
const path = '/tracking/webhooks/:id';
const schema = reference('WebhookDelivery');

export function webhookDeliveryRoutes(operations: WebhookDeliveryOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/tracking/webhooks',
      permission: 'webhooks:read',
      operationId: 'GetTrackingWebhookCollection',
      tag,
      summary: 'List deliveries to webhooks',
      parameters: ['limit', 'offset'],
      order: '-createdTime',
      answers: {
        200: {
          description: 'A page of deliveries, the newest first.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, page);
        const body = items.map((delivery) => deliveryDocument(delivery, principal.organization.id, link));
        return { status: 200, body, headers: pageHeaders(page, total) };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'webhooks:read',
      operationId: 'GetTrackingWebhook',
      tag,
      summary: 'Read a delivery to a webhook',
      refusals: [404],
      answers: { 200: { description: 'The delivery, with its last attempt.', schema } },
      handle: async ({ principal, parameters, link }) => {
        const delivery = await operations.get(principal, deliveryIdOf(parameters));
        return { status: 200, body: deliveryDocument(delivery, principal.organization.id, link) };
      },
    }),
    route({
      method: 'POST',
      path: `${path}/resend`,
      permission: 'webhooks:write',
      operationId: 'PostTrackingWebhookResendRequest',
      tag,
      summary: 'Resend a delivery',
      description:
        'At once, with the same `webhook-id`, even if it was delivered before. Its webhook must be active.',
      refusals: [404, 409],
      answers: { 204: { description: 'The delivery will be made.' } },
      handle: async ({ principal, parameters }) => {
        await operations.resend(principal, deliveryIdOf(parameters));
        return { status: 204 };
      },
    }),
  ];
}

/** Fails with `not-found` for text that no database stores. */
function deliveryIdOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (!id.includes('\0')) return id;
  throw new Failure('not-found', 'No such delivery.');
}

function deliveryDocument(delivery: WebhookDelivery, organizationId: string, link: Link) {
  const { id, webhookId, event, lastAttempt } = delivery;
  const time = (instant: Instant | null) => (instant === null ? null : formatInstant(instant));
  const initiatedTime = time(lastAttempt?.initiatedTime ?? null);
  return {
    id,
    organizationId,
    webhookId,
    eventType: event.type,
    entityId: event.customerId,
    source: 'webhooks',
    deliveryStatus: delivery.status,
    attempt: delivery.attempts,
    nextAttemptTime: time(delivery.nextTime),
    method: 'POST',
    url: lastAttempt?.url ?? null,
    status: lastAttempt?.responseStatus ?? null,
    error: lastAttempt?.error ?? null,
    response: lastAttempt?.response ?? null,
    duration: lastAttempt?.durationMilliseconds ?? null,
    initiatedTime,
    sentTime: initiatedTime,
    createdTime: formatInstant(delivery.createdTime),
    updatedTime: formatInstant(delivery.updatedTime),
    _links: [
      { href: link(`/tracking/webhooks/${id}`), rel: 'self' },
      { href: link(`/webhooks/${webhookId}`), rel: 'webhook' },
    ],
  };
}
