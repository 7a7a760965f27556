import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { WebhookDelivery } from '../domain/webhook-delivery.ts';
import type { OperationContext } from './context.ts';

export type WebhookDeliveryOperations = ReturnType<typeof createWebhookDeliveryOperations>;

export interface WebhookDeliveryOptions {
  /** Called with an organization that has a delivery due at once. */
  readonly look: (organizationId: string) => void;
}

export function createWebhookDeliveryOperations(
  { store, now }: OperationContext,
  { look }: WebhookDeliveryOptions,
) {
  return {
    /** Fails with `not-found`. */
    async get(principal: Principal, deliveryId: string): Promise<WebhookDelivery> {
      const delivery = await store.read.webhookDelivery(principal.organization.id, deliveryId);
      if (delivery === null) throw new Failure('not-found', 'No such delivery.');
      return delivery;
    },

    list(principal: Principal, page: Page): Promise<Collection<WebhookDelivery>> {
      return store.read.webhookDeliveries(principal.organization.id, page);
    },

    /** Makes a delivery again, even one that succeeded. Fails with `not-found`, `conflict`. */
    async resend(principal: Principal, deliveryId: string): Promise<void> {
      const organizationId = principal.organization.id;
      await store.write('resendDelivery', { organizationId, deliveryId, now: now() });
      look(organizationId);
    },
  };
}
