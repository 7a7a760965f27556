import type { Collection, Page } from '../../domain/collection.ts';
import type { DomainEvent } from '../../domain/event.ts';
import type { Instant } from '../../domain/time.ts';
import type { Webhook, WebhookRequest } from '../../domain/webhook.ts';
import type { Attempt, WebhookDelivery } from '../../domain/webhook-delivery.ts';
import type { Part } from './part.ts';

/** Reads of webhooks and of their deliveries. */
export interface WebhookReads {
  webhook(organizationId: string, webhookId: string): Promise<Webhook | null>;
  /** Newest first. */
  webhooks(organizationId: string, page: Page): Promise<Collection<Webhook>>;
  activeWebhooks(organizationId: string): Promise<readonly Webhook[]>;
  /** The ids of inactive webhooks for which deliveries wait, since giving them up was broken off. */
  webhooksToGiveUp(organizationId: string): Promise<readonly string[]>;
  /** All organizations that have a webhook, active or inactive. */
  webhookOrganizations(): Promise<readonly string[]>;
  webhookDelivery(organizationId: string, deliveryId: string): Promise<WebhookDelivery | null>;
  /** Newest first. */
  webhookDeliveries(organizationId: string, page: Page): Promise<Collection<WebhookDelivery>>;
  /** The due deliveries of one webhook, longest overdue first. */
  dueDeliveries(
    organizationId: string,
    webhookId: string,
    now: Instant,
    limit: number,
  ): Promise<readonly WebhookDelivery[]>;
}

export interface KeptEvent {
  readonly key: number;
  readonly event: DomainEvent;
}

/** An event on its way to a webhook that subscribes to it, due `now`. */
export interface NewDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly kept: KeptEvent;
  readonly now: Instant;
}

/** Writes on webhooks and on their deliveries. */
export interface WebhookWrites {
  /**
   * Creates or replaces a webhook; `secret` is used only for a new one. Fails with `conflict` if it must be new and is not,
   * `invalid` if too many are there, or active. Of the deliveries that wait for one that is inactive, a part is given up, the
   * rest by `giveUpDeliveries`; one that becomes active again finds none. Once this returns for an active one, every commit
   * leaves its events.
   */
  saveWebhook(input: WebhookPlace & { request: WebhookRequest; secret: string; mustBeNew: boolean }): {
    webhook: Webhook;
    created: boolean;
  };
  /** Fails with `not-found`. */
  rotateWebhookSecret(input: WebhookPlace & { secret: string }): Webhook;
  /** Removes a webhook with its deliveries. Fails with `not-found`. */
  deleteWebhook(input: WebhookPlace): null;
  /**
   * Replaces the events up to and including `upToKey` by deliveries to active webhooks, at most one per event and webhook,
   * atomically. An event that is gone because its customer was erased yields no delivery.
   */
  keepDeliveries(input: {
    organizationId: string;
    deliveries: readonly NewDelivery[];
    upToKey: number;
  }): null;
  /** Records how an attempt ended, which may deactivate the webhook, as by `saveWebhook`. Null if the delivery no longer exists. */
  noteAttempt(input: {
    organizationId: string;
    deliveryId: string;
    attempt: Attempt;
    now: Instant;
    jitter: number;
  }): WebhookDelivery | null;
  /** Makes a delivery due once more. Fails with `not-found`, or `conflict` if its webhook is inactive. */
  resendDelivery(input: { organizationId: string; deliveryId: string; now: Instant }): null;
  /**
   * Removes deliveries of a webhook, up to `limit`; `isLeft` is false where no more than these are left to `deleteWebhook`.
   * A webhook that loses some becomes inactive with the first.
   */
  removeDeliveries(input: WebhookPlace & { limit: number }): Part;
  /** Gives up deliveries that wait for a webhook, up to `limit`, as long as it is inactive. */
  giveUpDeliveries(input: { organizationId: string; webhookId: string; now: Instant; limit: number }): Part;
  /**
   * Makes deliveries due, up to `limit`, that wait for longer than any attempt does after the one before: the clock was set back
   * since their last attempt.
   */
  bringForwardDeliveries(input: { organizationId: string; now: Instant; limit: number }): Part;
  /** Drops the first `limit` of the deliveries with ids below `beforeId` for which no attempt is due. */
  pruneDeliveries(input: { organizationId: string; beforeId: string; limit: number }): Part;
}

interface WebhookPlace {
  readonly organizationId: string;
  readonly webhookId: string;
  readonly actor: string;
  readonly now: Instant;
}
