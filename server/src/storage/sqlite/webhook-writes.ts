import { Failure } from '../../domain/failure.ts';
import { type SettingAction, service } from '../../domain/setting-change.ts';
import type { Instant } from '../../domain/time.ts';
import {
  changeWebhook,
  newWebhook,
  requireAnother,
  requireRoom,
  rotateSecret,
  type Webhook,
} from '../../domain/webhook.ts';
import { afterAttempt, sentAnew, webhookAfter, webhookAtEnd } from '../../domain/webhook-delivery.ts';
import { givenUpWith } from '../rows/webhook-delivery.ts';
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
  | 'bringForwardDeliveries'
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
      const before = readers.webhooks.find(organization, input.webhookId);
      const webhook = savedWebhook(readers, organization, before, input);
      if (before === null) addNew(parts, organization.number, webhook);
      else keepChanged(parts, organization.number, before, webhook, input.now);
      note(parts, organization, webhook.id, before === null ? 'webhook-created' : 'webhook-changed', input);
      return { webhook, created: before === null };
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
      if (changed !== webhook) keepChanged(parts, organization.number, webhook, changed, now);
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
    bringForwardDeliveries: ({ organizationId, limit, now }) => ({
      isLeft: deliveries.bringForward(readers.interning.organization(organizationId), limit, now),
    }),
    removeDeliveries({ organizationId, webhookId, limit, ...by }) {
      const organization = readers.interning.named(organizationId);
      const isLeft = deliveries.removeSome(organization.number, webhookId, limit);
      const webhook = readers.webhooks.find(organization, webhookId);
      if (!isLeft || webhook?.status !== 'active') return { isLeft };
      const inactive = changeWebhook(webhook, { ...webhook, status: 'inactive' }, by.now);
      keepChanged(parts, organization.number, webhook, inactive, by.now);
      note(parts, organization, webhookId, 'webhook-changed', by);
      return { isLeft };
    },
    giveUpDeliveries({ organizationId, webhookId, limit, now }) {
      const organization = readers.interning.named(organizationId);
      const webhook = readers.webhooks.find(organization, webhookId);
      if (webhook?.status !== 'inactive') return { isLeft: false };
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
  before: Webhook | null,
  { webhookId: id, request, secret, mustBeNew, now }: WriteInput<'saveWebhook'>,
): Webhook {
  if (before !== null && mustBeNew) throw new Failure('conflict', 'A webhook with this id exists.');
  if (before === null) requireAnother(webhooks.count(organization));
  const webhook =
    before === null
      ? newWebhook({ organizationId: organization.publicId, id, request, secret, now })
      : changeWebhook(before, request, now);
  requireRoom(webhook, webhooks.active(organization).filter((other) => other.id !== id).length);
  return webhook;
}

function addNew({ webhooks, events }: Parts, organization: number, webhook: Webhook): void {
  webhooks.add(organization, webhook);
  events.askAnew();
}

function keepChanged(
  { webhooks, deliveries, events }: Parts,
  organization: number,
  before: Webhook,
  after: Webhook,
  now: Instant,
): void {
  webhooks.update(organization, after);
  events.askAnew();
  const limit = givenUpWith(before, after);
  if (limit > 0) deliveries.giveUpSome(organization, after.id, limit, now);
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
