import { sql } from 'kysely';
import type { Page } from '../../domain/collection.ts';
import { parameter } from '../parameter.ts';
import { eventReads } from '../queries/event.ts';
import { webhookReads } from '../queries/webhook.ts';
import { webhookDeliveryReads } from '../queries/webhook-delivery.ts';
import { keptEventOf } from '../rows/event.ts';
import { webhookOf } from '../rows/webhook.ts';
import { webhookDeliveryOf } from '../rows/webhook-delivery.ts';
import type { Reads } from '../store.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { targetsOfAliases } from './customer.ts';
import type { Names } from './names.ts';
import { organizationsWith, withRowsIn } from './organizations-with.ts';
import { query, statementsOf } from './query.ts';
import type { Arguments, Statement } from './statement.ts';
import { joinedTouches, knownTouchOf } from './touch.ts';
import { ofOrganizations } from './wall.ts';

const customerIds = sql`${parameter<readonly string[]>('customerIds')}::text[]`;
const statements = statementsOf({
  ...eventReads(query),
  touchesByKey: joinedTouches()
    .where('touches.organization_id', '=', parameter<number>('organizationId'))
    .where('touches.customer_id', '=', sql<string>`any(${customerIds} || ${targetsOfAliases})`)
    .where('touches.touch_key', '=', sql<number>`any(${parameter('keys')}::bigint[])`),
});
const withWebhooks = withRowsIn('webhooks');
const webhooks = statementsOf(webhookReads(query));
const deliveries = statementsOf(webhookDeliveryReads(query));

export type WebhookReads = Pick<
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

/** Reads of events, webhooks and deliveries. */
export function createWebhookReads(
  connections: Connections,
  listing: Connections,
  names: Names,
): WebhookReads {
  const rowsOf = async <Row>(publicId: string, statement: Statement<Row>, values: Arguments) => {
    const organizationId = await names.organization(publicId);
    return connections.read(ofOrganizations(organizationId), statement, { ...values, organizationId });
  };
  return {
    ...outboxReads(rowsOf),
    webhook: answering(async (publicId, webhookId) => {
      const [row] = await rowsOf(publicId, webhooks.find, { webhookId });
      return row === undefined ? null : webhookOf(row, publicId);
    }),
    webhooks: answering(async (publicId, page) => {
      const { rows, total } = await pageOf(listing, names, publicId, page, webhooks);
      return { items: rows.map((row) => webhookOf(row, publicId)), total };
    }),
    activeWebhooks: answering(async (publicId) =>
      (await rowsOf(publicId, webhooks.active, {})).map((row) => webhookOf(row, publicId)),
    ),
    webhooksToGiveUp: answering(async (publicId) =>
      (await rowsOf(publicId, webhooks.inactiveAwaited, {})).map((row) => row.webhook_id),
    ),
    webhookOrganizations: answering(() => organizationsWith(listing, [withWebhooks])),
    webhookDelivery: answering(async (publicId, deliveryId) => {
      const [row] = await rowsOf(publicId, deliveries.find, { deliveryId });
      return row === undefined ? null : webhookDeliveryOf(row);
    }),
    webhookDeliveries: answering(async (publicId, page) => {
      const { rows, total } = await pageOf(listing, names, publicId, page, deliveries);
      return { items: rows.map(webhookDeliveryOf), total };
    }),
  };
}

type RowsOf = <Row>(publicId: string, statement: Statement<Row>, values: Arguments) => Promise<Row[]>;

function outboxReads(
  rowsOf: RowsOf,
): Pick<WebhookReads, 'events' | 'outbox' | 'touchesByKey' | 'dueDeliveries'> {
  return {
    events: answering(async (publicId, limit) =>
      (await rowsOf(publicId, statements.oldest, { limit })).map(keptEventOf),
    ),
    outbox: answering(async (publicId) => {
      const newest = rowsOf(publicId, statements.newest, {});
      const [[event], [delivery]] = await Promise.all([newest, rowsOf(publicId, deliveries.next, {})]);
      return { lastEventKey: event?.event_key ?? null, nextDeliveryTime: delivery?.next_time ?? null };
    }),
    touchesByKey: answering(async (publicId, customerId, keys) => {
      const asked = { customerIds: [customerId], keys };
      const rows = await rowsOf(publicId, statements.touchesByKey, asked);
      return rows.map(knownTouchOf);
    }),
    dueDeliveries: answering(async (publicId, webhookId, now, limit) =>
      (await rowsOf(publicId, deliveries.due, { webhookId, now, limit })).map(webhookDeliveryOf),
    ),
  };
}

async function pageOf<Row>(
  listing: Connections,
  names: Names,
  publicId: string,
  { limit, offset }: Page,
  { list, count }: { readonly list: Statement<Row>; readonly count: Statement<{ total: number }> },
): Promise<{ rows: readonly Row[]; total: number }> {
  const place = { organizationId: await names.organization(publicId) };
  return listing.snapshot(ofOrganizations(place.organizationId), async (session) => {
    const asked = session.all(list, { ...place, limit, offset });
    const [rows, counted] = await Promise.all([asked, session.get(count, place)]);
    return { rows, total: counted?.total ?? 0 };
  });
}
