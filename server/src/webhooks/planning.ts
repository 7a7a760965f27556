import { ulid } from '../domain/identifier.ts';
import type { Instant } from '../domain/time.ts';
import { type Webhook, wants } from '../domain/webhook.ts';
import type { NewDelivery, Store } from '../storage/store.ts';

export interface PlanningOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly now: () => Instant;
  /** Unpredictable bytes. */
  readonly random: (byteCount: number) => Uint8Array;
}

const eventsAtOnce = 100;

/** Makes deliveries of an organization's events, up to and with a key, to the webhooks that want them. */
export async function planDeliveries(
  { store, now, random }: PlanningOptions,
  organizationId: string,
  webhooks: readonly Webhook[],
  upToKey: number,
): Promise<void> {
  for (;;) {
    const events = await store.read.events(organizationId, eventsAtOnce);
    const known = events.filter(({ key }) => key <= upToKey);
    const last = known.at(-1);
    if (last === undefined) return;
    const deliveries = known.flatMap((kept): NewDelivery[] =>
      webhooks
        .filter((webhook) => wants(webhook, kept.event.type))
        .map(({ id: webhookId }) => ({ id: deliveryId(now(), random(16)), webhookId, kept, now: now() })),
    );
    await store.write('keepDeliveries', { organizationId, deliveries, upToKey: last.key });
    if (events.length < eventsAtOnce || last.key >= upToKey) return;
  }
}

function deliveryId(now: Instant, random: Uint8Array): string {
  return `whd_${ulid(now, random)}`;
}

/** Every delivery made before this moment has an id before this one. */
export function firstDeliveryId(now: Instant): string {
  return deliveryId(now, new Uint8Array(16));
}
