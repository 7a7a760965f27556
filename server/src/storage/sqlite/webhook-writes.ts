import { Failure } from '../../domain/failure.ts';
import { type SettingAction, service } from '../../domain/setting-change.ts';
import type { Instant } from '../../domain/time.ts';
import { changeWebhook, newWebhook, requireRoom, rotateSecret, type Webhook } from '../../domain/webhook.ts';
import {
  afterAttempt,
  isEndedBy,
  sentAnew,
  webhookAfter,
  webhookAtEnd,
} from '../../domain/webhook-delivery.ts';
import type { WriteInput, Writes } from '../store.ts';
import type { Connection } from './connection.ts';
import type { EventWriter } from './event.ts';
import type { NamedOrganization, Numbering } from './interning.ts';
import type { Readers } from './readers.ts';
import { SettingChangeWriter } from './setting-change.ts';
import { WebhookWriter } from './webhook.ts';
import { WebhookDeliveryWriter } from './webhook-delivery.ts';

type WebhookWrites = Pick<
  Writes,
  | 'saveWebhook'
  | 'rotateWebhookSecret'
  | 'deleteWebhook'
  | 'keepDeliveries'
  | 'noteAttempt'
  | 'resendDelivery'
  | 'pruneDeliveries'
  | 'removeDeliveries'
  | 'giveUpDeliveries'
>;

interface Parts {
  readonly readers: Readers;
  readonly webhooks: WebhookWriter;
  readonly deliveries: WebhookDeliveryWriter;
  readonly events: EventWriter;
  readonly changes: SettingChangeWriter;
}

/** The writes on webhooks and their deliveries. */
export function webhookWrites(
  connection: Connection,
  readers: Readers,
  numbering: Numbering,
  events: EventWriter,
): WebhookWrites {
  const parts: Parts = {
    readers,
    webhooks: new WebhookWriter(connection),
    deliveries: new WebhookDeliveryWriter(connection),
    events,
    changes: new SettingChangeWriter(connection, numbering),
  };
  return { ...ownersWrites(parts), ...deliveryWrites(parts) };
}

function ownersWrites(
  parts: Parts,
): Pick<WebhookWrites, 'saveWebhook' | 'rotateWebhookSecret' | 'deleteWebhook'> {
  const { readers, webhooks, deliveries, events } = parts;
  return {
    saveWebhook(input) {
      const organization = readers.interning.named(input.organizationId);
      const { webhook, created } = savedWebhook(readers, organization, input);
      if (created) addNew(parts, organization.number, webhook);
      else keepChanged(parts, organization.number, webhook, input.now);
      note(parts, organization, webhook.id, created ? 'webhook-created' : 'webhook-changed', input);
      return { webhook, created };
    },
    rotateWebhookSecret({ organizationId, webhookId, secret, ...by }) {
      const organization = readers.interning.named(organizationId);
      const webhook = rotateSecret(existing(readers, organization, webhookId), secret, by.now);
      webhooks.update(organization.number, webhook);
      note(parts, organization, webhookId, 'webhook-secret-rotated', by);
      return webhook;
    },
    deleteWebhook({ organizationId, webhookId, ...by }) {
      const organization = readers.interning.named(organizationId);
      if (!webhooks.remove(organization.number, webhookId)) throw noSuchWebhook();
      deliveries.removeAll(organization.number, webhookId);
      events.askAnew();
      note(parts, organization, webhookId, 'webhook-deleted', by);
      return null;
    },
  };
}

function deliveryWrites(
  parts: Parts,
): Omit<WebhookWrites, 'saveWebhook' | 'rotateWebhookSecret' | 'deleteWebhook'> {
  const { readers, deliveries, events } = parts;
  return {
    keepDeliveries({ organizationId, deliveries: all, upToKey }) {
      const organization = readers.interning.named(organizationId);
      const active = new Set(readers.webhooks.active(organization).map(({ id }) => id));
      const taken = events.take(organization.number, upToKey);
      for (const delivery of all) {
        if (!active.has(delivery.webhookId) || !taken.has(delivery.kept.key)) continue;
        deliveries.add(organization.number, delivery);
      }
      return null;
    },
    noteAttempt({ organizationId, deliveryId, attempt, now, jitter }) {
      const organization = readers.interning.named(organizationId);
      const before = readers.webhookDeliveries.find(organization.number, deliveryId);
      if (before === null) return null;
      const webhook = readers.webhooks.find(organization, before.webhookId);
      const after = afterAttempt(before, attempt, { now, jitter, ...webhookAtEnd(webhook, attempt) });
      deliveries.update(organization.number, after);
      if (webhook === null) return after;
      const changed = webhookAfter(webhook, attempt, now);
      if (changed !== webhook) keepChanged(parts, organization.number, changed, now);
      if (changed.status !== webhook.status) {
        note(parts, organization, webhook.id, 'webhook-deactivated', { actor: service, now });
      }
      return after;
    },
    resendDelivery({ organizationId, deliveryId, now }) {
      const organization = readers.interning.named(organizationId);
      const delivery = readers.webhookDeliveries.find(organization.number, deliveryId);
      if (delivery === null) throw new Failure('not-found', 'No such delivery.');
      const webhook = readers.webhooks.find(organization, delivery.webhookId);
      if (webhook?.status !== 'active') throw new Failure('conflict', 'The webhook is inactive.');
      deliveries.update(organization.number, sentAnew(delivery, now));
      return null;
    },
    pruneDeliveries: ({ organizationId, beforeId, limit }) => ({
      isLeft: deliveries.prune(readers.interning.organization(organizationId), beforeId, limit),
    }),
    removeDeliveries: ({ organizationId, webhookId, limit }) => ({
      isLeft: deliveries.removeSome(readers.interning.organization(organizationId), webhookId, limit),
    }),
    giveUpDeliveries({ organizationId, webhookId, limit, now, attempt }) {
      const organization = readers.interning.named(organizationId);
      const webhook = readers.webhooks.find(organization, webhookId);
      if (attempt !== undefined && !isEndedBy(webhook, attempt, now)) return { isLeft: false };
      return { isLeft: deliveries.giveUpSome(organization.number, webhookId, limit, now) };
    },
  };
}

function existing({ webhooks }: Readers, organization: NamedOrganization, webhookId: string): Webhook {
  const webhook = webhooks.find(organization, webhookId);
  if (webhook === null) throw noSuchWebhook();
  return webhook;
}

function savedWebhook(
  { webhooks }: Readers,
  organization: NamedOrganization,
  { webhookId: id, request, secret, mustBeNew, now }: WriteInput<'saveWebhook'>,
): { webhook: Webhook; created: boolean } {
  const before = webhooks.find(organization, id);
  if (before !== null && mustBeNew) throw new Failure('conflict', 'A webhook with this id exists.');
  const webhook =
    before === null
      ? newWebhook({ organizationId: organization.publicId, id, request, secret, now })
      : changeWebhook(before, request, now);
  requireRoom(webhook, webhooks.active(organization).filter((other) => other.id !== id).length);
  return { webhook, created: before === null };
}

function addNew({ webhooks, events }: Parts, organization: number, webhook: Webhook): void {
  webhooks.add(organization, webhook);
  events.askAnew();
}

/** Stores a known webhook; if it is inactive, its pending deliveries are given up. */
function keepChanged(parts: Parts, organization: number, webhook: Webhook, now: Instant): void {
  const { webhooks, deliveries, events } = parts;
  webhooks.update(organization, webhook);
  events.askAnew();
  if (webhook.status === 'inactive') deliveries.giveUp(organization, webhook.id, now);
}

function note(
  { changes }: Parts,
  { number }: NamedOrganization,
  subject: string,
  action: SettingAction,
  { actor, now }: { readonly actor: string; readonly now: Instant },
): void {
  changes.add(number, { action, subject, actor, occurredTime: now });
}

function noSuchWebhook(): Failure {
  return new Failure('not-found', 'No such webhook.');
}
