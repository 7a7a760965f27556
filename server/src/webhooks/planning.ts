import { ulid } from '../domain/identifier.ts';
import type { Instant } from '../domain/time.ts';
import { type Webhook, wants } from '../domain/webhook.ts';
import { type NewDelivery, rowsAtOnce, type Store } from '../storage/store.ts';
import type { OutboxClaims } from './outbox-claims.ts';

export interface PlanningOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly now: () => Instant;
  /** Unpredictable bytes. */
  readonly random: (byteCount: number) => Uint8Array;
  readonly claims: Pick<OutboxClaims, 'hold'>;
}

export interface Plan {
  readonly organizationId: string;
  readonly webhooks: readonly Webhook[];
  readonly upToKey: number;
}

const mostEvents = 200;
/** Limits a turn, so that an organization with many events does not hold up the others for long. */
const mostTransactions = 10;

/** How far a turn came: everything is done, there is more to do, or another process has claimed the organization. */
export type Progress = 'done' | 'more' | 'lost';

/** Makes deliveries of an organization's events, up to and including a key, to the webhooks that want them. */
export async function planDeliveries(
  { store, now, random, claims }: PlanningOptions,
  { organizationId, webhooks, upToKey }: Plan,
): Promise<Progress> {
  // Each event becomes a row for each webhook.
  const eventsAtOnce = Math.min(mostEvents, Math.ceil(rowsAtOnce / webhooks.length));
  for (let transaction = 0; transaction < mostTransactions; transaction++) {
    const events = await store.read.events(organizationId, eventsAtOnce);
    const known = events.filter(({ key }) => key <= upToKey);
    const last = known.at(-1);
    if (last === undefined) return 'done';
    if (!(await claims.hold(organizationId))) return 'lost';
    const deliveries = known.flatMap((kept): NewDelivery[] =>
      webhooks
        .filter((webhook) => wants(webhook, kept.event.type))
        .map(({ id: webhookId }) => ({ id: deliveryId(now(), random(16)), webhookId, kept, now: now() })),
    );
    await store.write('keepDeliveries', { organizationId, deliveries, upToKey: last.key });
  }
  return 'more';
}

function deliveryId(now: Instant, random: Uint8Array): string {
  return `whd_${ulid(now, random)}`;
}

/** Deliveries made before this moment have smaller ids. */
export function firstDeliveryId(now: Instant): string {
  return deliveryId(now, new Uint8Array(16));
}
