import type { Collection, Page } from '../../domain/collection.ts';
import type { Instant } from '../../domain/time.ts';
import type { WebhookDelivery } from '../../domain/webhook-delivery.ts';
import { webhookDeliveryColumns } from '../columns.ts';
import { parametersNamed } from '../parameter.ts';
import { webhookDeliveryReads, webhookDeliveryWrites } from '../queries/webhook-delivery.ts';
import { changingOf, newDeliveryRowOf, webhookDeliveryOf } from '../rows/webhook-delivery.ts';
import type { NewDelivery } from '../store.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => webhookDeliveryReads(query);
const writes = () => ({
  ...webhookDeliveryWrites(query),
  add: query
    .insertInto('webhook_deliveries')
    .values(parametersNamed(webhookDeliveryColumns))
    .onConflict((conflict) => conflict.columns(['organization_id', 'webhook_id', 'event_key']).doNothing()),
});

export class WebhookDeliveryReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, deliveryId: string): WebhookDelivery | null {
    const row = this.#statements().find.get({ organizationId, deliveryId });
    return row === undefined ? null : webhookDeliveryOf(row);
  }

  /** Newest first. */
  list(organizationId: number, { limit, offset }: Page): Collection<WebhookDelivery> {
    const items = this.#statements().list.all({ organizationId, limit, offset }).map(webhookDeliveryOf);
    return { items, total: this.#statements().count.get({ organizationId })?.total ?? 0 };
  }

  due(organizationId: number, webhookId: string, now: Instant, limit: number): readonly WebhookDelivery[] {
    return this.#statements().due.all({ organizationId, webhookId, now, limit }).map(webhookDeliveryOf);
  }

  /** When the first pending delivery is due; null if there is none. */
  nextTime(organizationId: number): Instant | null {
    return this.#statements().next.get({ organizationId })?.next_time ?? null;
  }
}

export class WebhookDeliveryWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  /** Does nothing if the webhook already has a delivery of the event. */
  add(organizationId: number, delivery: NewDelivery): void {
    this.#statements().add.run({ ...newDeliveryRowOf(organizationId, delivery) });
  }

  update(organizationId: number, delivery: WebhookDelivery): void {
    this.#statements().update.run({ ...changingOf(delivery), organizationId, deliveryId: delivery.id });
  }

  removeAll(organizationId: number, webhookId: string): void {
    this.#statements().removeAll.run({ organizationId, webhookId });
  }

  /** Returns whether any are left. */
  prune(organizationId: number, beforeId: string, limit: number): boolean {
    const row = this.#statements().oldBehind.get({ organizationId, beforeId, skipped: limit });
    this.#statements().prune.run({ organizationId, beforeId: row?.delivery_id ?? beforeId });
    return row !== undefined;
  }

  /** Makes about `limit` of those due that were postponed by a clock; returns whether there were more. */
  bringForward(organizationId: number, limit: number, now: Instant): boolean {
    const row = this.#statements().postponedBehind.get({ organizationId, now, skipped: limit });
    const until = row?.next_time ?? Number.MAX_SAFE_INTEGER;
    this.#statements().bringForwardUntil.run({ organizationId, now, until });
    return row !== undefined;
  }

  /** Removes some where there are more than `limit`; returns whether there were. */
  removeSome(organizationId: number, webhookId: string, limit: number): boolean {
    const row = this.#statements().eventBehind.get({ organizationId, webhookId, skipped: limit });
    if (row === undefined) return false;
    this.#statements().removeBefore.run({ organizationId, webhookId, eventKey: row.event_key });
    return true;
  }

  /** Gives up about `limit` of those that wait; returns whether there were more. */
  giveUpSome(organizationId: number, webhookId: string, limit: number, now: Instant): boolean {
    const place = { organizationId, webhookId };
    const row = this.#statements().waitingBehind.get({ ...place, skipped: limit });
    this.#statements().giveUpUntil.run({ ...place, until: row?.next_time ?? Number.MAX_SAFE_INTEGER, now });
    return row !== undefined;
  }
}
