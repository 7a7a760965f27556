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
import { webhookDeliveryColumns } from '../columns.ts';
import { eventWrites } from '../queries/event.ts';
import { webhookWrites as webhookQueries, webhookReads } from '../queries/webhook.ts';
import { webhookDeliveryReads, webhookDeliveryWrites } from '../queries/webhook-delivery.ts';
import { pruneArguments } from '../rows/event.ts';
import { webhookOf, webhookRowOf } from '../rows/webhook.ts';
import { changingOf, givenUpWith, newDeliveryRowOf, webhookDeliveryOf } from '../rows/webhook-delivery.ts';
import type { WriteInput } from '../store.ts';
import { columnsOf } from './given-rows.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import { rowStatements } from './row-statements.ts';
import type { Session } from './session.ts';
import { noteChange } from './setting-change.ts';
import type { SettingWrites } from './setting-write-kinds.ts';
import { takeTurn } from './turn.ts';

// A webhook is locked before its deliveries, and several webhooks in the order of their ids, so that no two writes wait for
// each other.
const webhooks = statementsOf({
  ...webhookQueries(query),
  findToChange: webhookReads(query).find.forNoKeyUpdate(),
  active: webhookReads(query).active,
  count: webhookReads(query).count,
  activeToKeep: webhookReads(query).active.forNoKeyUpdate(),
});
const deliveries = statementsOf({
  ...webhookDeliveryWrites(query),
  find: webhookDeliveryReads(query).find,
  findToChange: webhookDeliveryReads(query).find.forNoKeyUpdate(),
});
const eventStatements = statementsOf(eventWrites(query));

type WebhookWriteKind =
  | 'saveWebhook'
  | 'rotateWebhookSecret'
  | 'deleteWebhook'
  | 'keepDeliveries'
  | 'noteAttempt'
  | 'resendDelivery'
  | 'pruneDeliveries'
  | 'removeDeliveries'
  | 'giveUpDeliveries'
  | 'bringForwardDeliveries';

/** The writes on webhooks and their deliveries. */
export const webhookWrites: Pick<SettingWrites, WebhookWriteKind> = {
  async saveWebhook(session, input) {
    const organization = await enterOrganization(session, input.organizationId);
    // Later writers of customers wait and then see the webhook; earlier ones have finished. Nor can two webhooks saved at
    // once both take the last place.
    await takeTurn(session, organization, new Map([['touch', 0]]));
    const before = await findToChange(session, organization, input);
    await noteWebhookChange(session, before === null ? 'webhook-created' : 'webhook-changed', input);
    const webhook = await savedWebhook(session, organization, before, input);
    if (before === null) session.send(webhooks.add, { ...webhookRowOf(organization, webhook) });
    else await keepChanged(session, organization, before, webhook, input.now);
    return { webhook, created: before === null };
  },
  async rotateWebhookSecret(session, input) {
    const organization = await enterOrganization(session, input.organizationId);
    const before = await findToChange(session, organization, input);
    if (before === null) throw noSuchWebhook();
    const webhook = rotateSecret(before, input.secret, input.now);
    session.send(webhooks.update, { ...webhookRowOf(organization, webhook) });
    await noteWebhookChange(session, 'webhook-secret-rotated', input);
    return webhook;
  },
  async deleteWebhook(session, input) {
    const organizationId = await enterOrganization(session, input.organizationId);
    const place = { organizationId, webhookId: input.webhookId };
    if ((await session.run(webhooks.remove, place)) === 0) throw noSuchWebhook();
    session.send(deliveries.removeAll, place);
    await noteWebhookChange(session, 'webhook-deleted', input);
    return null;
  },
  async keepDeliveries(session, { organizationId: publicId, deliveries: all, upToKey }) {
    const organizationId = await enterOrganization(session, publicId);
    const rows = await session.all(webhooks.activeToKeep, { organizationId });
    const active = new Set(rows.map((row) => row.webhook_id));
    // An erasure removes its customer's events first, so that one of the two waits for the other here.
    const events = await session.all(eventStatements.take, pruneArguments(organizationId, upToKey));
    const taken = new Set(events.map((row) => row.event_key));
    const kept = all
      .filter(({ webhookId, kept }) => active.has(webhookId) && taken.has(kept.key))
      .map((delivery) => newDeliveryRowOf(organizationId, delivery));
    if (kept.length > 0) {
      session.send(rowStatements.addDeliveries, columnsOf(organizationId, webhookDeliveryColumns, kept));
    }
    return null;
  },
  async noteAttempt(session, input) {
    const organizationId = await enterOrganization(session, input.organizationId);
    const found = await session.get(deliveries.find, { organizationId, deliveryId: input.deliveryId });
    if (found === undefined) return null;
    const place = { ...input, webhookId: found.webhook_id };
    const webhook = await findToChange(session, organizationId, place);
    const row = await session.get(deliveries.findToChange, { organizationId, deliveryId: input.deliveryId });
    if (row === undefined) return null;
    const ending = { ...input, ...webhookAtEnd(webhook, input.attempt) };
    const after = afterAttempt(webhookDeliveryOf(row), input.attempt, ending);
    session.send(deliveries.update, { ...changingOf(after), organizationId, deliveryId: after.id });
    if (webhook !== null) await keepAfterAttempt(session, organizationId, webhook, input);
    return after;
  },
  async resendDelivery(session, { organizationId: publicId, deliveryId, now }) {
    const organizationId = await enterOrganization(session, publicId);
    const found = await session.get(deliveries.find, { organizationId, deliveryId });
    if (found === undefined) throw noSuchDelivery();
    const place = { organizationId: publicId, webhookId: found.webhook_id };
    const webhook = await findToChange(session, organizationId, place);
    if (webhook?.status !== 'active') throw new Failure('conflict', 'The webhook is inactive.');
    const row = await session.get(deliveries.findToChange, { organizationId, deliveryId });
    if (row === undefined) throw noSuchDelivery();
    const anew = sentAnew(webhookDeliveryOf(row), now);
    session.send(deliveries.update, { ...changingOf(anew), organizationId, deliveryId });
    return null;
  },
  async pruneDeliveries(session, { organizationId: publicId, beforeId, limit }) {
    const organizationId = await enterOrganization(session, publicId);
    const row = await session.get(deliveries.oldBehind, { organizationId, beforeId, skipped: limit });
    session.send(deliveries.prune, { organizationId, beforeId: row?.delivery_id ?? beforeId });
    return { isLeft: row !== undefined };
  },
  async bringForwardDeliveries(session, { organizationId: publicId, limit, now }) {
    const organizationId = await enterOrganization(session, publicId);
    const row = await session.get(deliveries.postponedBehind, { organizationId, now, skipped: limit });
    const until = row?.next_time ?? Number.MAX_SAFE_INTEGER;
    session.send(deliveries.bringForwardUntil, { organizationId, now, until });
    return { isLeft: row !== undefined };
  },
  async removeDeliveries(session, input) {
    const organizationId = await enterOrganization(session, input.organizationId);
    const webhook = await findToChange(session, organizationId, input);
    const place = { organizationId, webhookId: input.webhookId };
    const row = await session.get(deliveries.eventBehind, { ...place, skipped: input.limit });
    if (row === undefined) return { isLeft: false };
    session.send(deliveries.removeBefore, { ...place, eventKey: row.event_key });
    if (webhook?.status !== 'active') return { isLeft: true };
    const inactive = changeWebhook(webhook, { ...webhook, status: 'inactive' }, input.now);
    await keepChanged(session, organizationId, webhook, inactive, input.now);
    await noteWebhookChange(session, 'webhook-changed', input);
    return { isLeft: true };
  },
  async giveUpDeliveries(session, input) {
    const organizationId = await enterOrganization(session, input.organizationId);
    const webhook = await findToChange(session, organizationId, input);
    if (webhook?.status !== 'inactive') return { isLeft: false };
    const place = { organizationId, webhookId: input.webhookId };
    return { isLeft: await giveUpSome(session, place, input.limit, input.now) };
  },
};

interface Place {
  readonly organizationId: string;
  readonly webhookId: string;
}

async function findToChange(
  session: Session,
  organizationId: number,
  { organizationId: publicId, webhookId }: Place,
): Promise<Webhook | null> {
  const row = await session.get(webhooks.findToChange, { organizationId, webhookId });
  return row === undefined ? null : webhookOf(row, publicId);
}

async function savedWebhook(
  session: Session,
  organization: number,
  before: Webhook | null,
  { organizationId, webhookId: id, request, secret, mustBeNew, now }: WriteInput<'saveWebhook'>,
): Promise<Webhook> {
  if (before !== null && mustBeNew) throw new Failure('conflict', 'A webhook with this id exists.');
  if (before === null) {
    const counted = await session.get(webhooks.count, { organizationId: organization });
    requireAnother(counted?.total ?? 0);
  }
  const webhook =
    before === null
      ? newWebhook({ organizationId, id, request, secret, now })
      : changeWebhook(before, request, now);
  const active = await session.all(webhooks.active, { organizationId: organization });
  requireRoom(webhook, active.filter((row) => row.webhook_id !== id).length);
  return webhook;
}

async function keepChanged(
  session: Session,
  organizationId: number,
  before: Webhook,
  after: Webhook,
  now: Instant,
): Promise<void> {
  session.send(webhooks.update, { ...webhookRowOf(organizationId, after) });
  const limit = givenUpWith(before, after);
  if (limit > 0) await giveUpSome(session, { organizationId, webhookId: after.id }, limit, now);
}

/** Gives up about `limit` of the deliveries that wait; returns whether there were more. */
async function giveUpSome(
  session: Session,
  place: { readonly organizationId: number; readonly webhookId: string },
  limit: number,
  now: Instant,
): Promise<boolean> {
  const row = await session.get(deliveries.waitingBehind, { ...place, skipped: limit });
  const until = row?.next_time ?? Number.MAX_SAFE_INTEGER;
  session.send(deliveries.giveUpUntil, { ...place, until, now });
  return row !== undefined;
}

async function keepAfterAttempt(
  session: Session,
  organization: number,
  before: Webhook,
  { organizationId, attempt, now }: WriteInput<'noteAttempt'>,
): Promise<void> {
  const after = webhookAfter(before, attempt, now);
  if (after !== before) await keepChanged(session, organization, before, after, now);
  if (after.status === before.status) return;
  await noteWebhookChange(session, 'webhook-deactivated', {
    organizationId,
    webhookId: after.id,
    actor: service,
    now,
  });
}

async function noteWebhookChange(
  session: Session,
  action: SettingAction,
  {
    organizationId,
    webhookId: subject,
    actor,
    now,
  }: Place & { readonly actor: string; readonly now: Instant },
): Promise<void> {
  await noteChange(session, organizationId, { action, subject, actor, occurredTime: now });
}

function noSuchWebhook(): Failure {
  return new Failure('not-found', 'No such webhook.');
}

function noSuchDelivery(): Failure {
  return new Failure('not-found', 'No such delivery.');
}
