import type { Reads } from '../store.ts';
import { answering } from './answering.ts';
import type { Connection } from './connection.ts';
import type { ReaderThread } from './reader-thread.ts';
import type { Readers } from './readers.ts';

type WebhookReads = Pick<
  Reads,
  | 'events'
  | 'outbox'
  | 'touchesByKey'
  | 'webhook'
  | 'webhooks'
  | 'activeWebhooks'
  | 'webhooksToGiveUp'
  | 'webhookOrganizations'
  | 'webhookDelivery'
  | 'webhookDeliveries'
  | 'dueDeliveries'
>;

/** Reads of events, webhooks and deliveries. The list of deliveries, which may be very many, runs on its thread. */
export function createWebhookReads(
  connection: Connection,
  readers: Readers,
  lists: ReaderThread,
): WebhookReads {
  const { interning, webhooks, webhookDeliveries } = readers;
  return {
    events: answering((organizationId, limit) =>
      readers.events.oldest(interning.organization(organizationId), limit),
    ),
    outbox: answering((organizationId) => {
      const organization = interning.organization(organizationId);
      return {
        lastEventKey: readers.events.lastKey(organization),
        nextDeliveryTime: webhookDeliveries.nextTime(organization),
      };
    }),
    touchesByKey: answering((organizationId, customerId, keys) => {
      const organization = interning.organization(organizationId);
      return connection.snapshot(() => {
        const id = readers.customers.resolve(organization, customerId);
        const touches = keys.map((key) => readers.touches.findKnown(organization, id, key));
        return touches.filter((touch) => touch !== null);
      });
    }),
    webhook: answering((organizationId, webhookId) =>
      webhooks.find(interning.named(organizationId), webhookId),
    ),
    webhooks: answering((organizationId, page) =>
      connection.snapshot(() => webhooks.list(interning.named(organizationId), page)),
    ),
    activeWebhooks: answering((organizationId) => webhooks.active(interning.named(organizationId))),
    webhooksToGiveUp: answering((organizationId) =>
      webhooks.inactiveAwaited(interning.organization(organizationId)),
    ),
    webhookOrganizations: answering(() => webhooks.organizations()),
    webhookDelivery: answering((organizationId, deliveryId) =>
      webhookDeliveries.find(interning.organization(organizationId), deliveryId),
    ),
    webhookDeliveries: (...parameters) => lists.read('webhookDeliveries', parameters),
    dueDeliveries: answering((organizationId, webhookId, now, limit) =>
      webhookDeliveries.due(interning.organization(organizationId), webhookId, now, limit),
    ),
  };
}
