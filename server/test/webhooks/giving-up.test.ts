import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { WebhookRequest } from '../../src/domain/webhook.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { createWebhookOperations } from '../../src/operations/webhook.ts';
import type { Store } from '../../src/storage/store.ts';
import type { Claims } from '../../src/webhooks/claims.ts';
import { Outbox } from '../../src/webhooks/outbox.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { until } from '../support/patience.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

/** More than two parts of them are given up, or removed, in one transaction each. */
const waiting = 2500;
const url = 'https://a.example/';
const active: WebhookRequest = { status: 'active', url, eventsFilter: ['customer-created'], headers: [] };
const savedAnew = { webhookId: 'w', request: active, secret: '', mustBeNew: false };
const inactive: WebhookRequest = { ...active, status: 'inactive' };

describe.each(engines)('what waits for a webhook on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  /** An organization with an active webhook, for which so many deliveries wait, one a millisecond, none of them old. */
  async function awaitedRoom(): Promise<StoreRoom> {
    const room = await StoreRoom.open(() => opened.store);
    const { store, organizationId, now } = room;
    await operationsOn(store, room).put(principalOf(room), 'w', active);
    await room.put('c', { source: 'a' });
    const [kept = expect.fail()] = await room.keptEvents();
    const delivery = { id: `z ${organizationId} 0`, webhookId: 'w', kept, now };
    await store.write('keepDeliveries', { organizationId, deliveries: [delivery], upToKey: kept.key + 1 });
    await opened.change(`
      INSERT INTO webhook_deliveries (organization_id, delivery_id, webhook_id, event_key, event_type, customer_id, sequence,
        occurred_time, status, attempts, next_time, created_time, updated_time)
      WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${waiting - 1})
      SELECT organization_id, 'z ${organizationId} ' || number, webhook_id, event_key + number, event_type, customer_id, sequence,
        occurred_time, status, attempts, next_time + number, created_time, updated_time
      FROM webhook_deliveries CROSS JOIN numbers WHERE delivery_id = '${delivery.id}'`);
    return room;
  }

  async function countOf({ organizationId }: StoreRoom, status: string): Promise<number> {
    const [row] = await opened.rows(
      `SELECT count(*) AS number FROM webhook_deliveries WHERE delivery_id LIKE 'z ${organizationId} %' AND status = '${status}'`,
    );
    return Number(row?.['number']);
  }

  const statusOf = async ({ store, organizationId }: StoreRoom) =>
    (await store.read.webhook(organizationId, 'w'))?.status ?? 'deleted';

  test.each([
    { what: 'made inactive', status: 'inactive', left: { pending: 0, failed: waiting } },
    { what: 'deleted', status: 'deleted', left: { pending: 0, failed: 0 } },
  ])('goes after the answer once it is $what, wherever that breaks off', async ({ what, status, left }) => {
    const room = await awaitedRoom();
    const { store, organizationId } = room;
    const asked = operationsOn(store, room);
    if (what === 'deleted') await asked.remove(principalOf(room), 'w');
    else await asked.put(principalOf(room), 'w', inactive);
    expect(await statusOf(room)).toBe(status);
    expect(await countOf(room, 'pending')).toBeGreaterThan(waiting / 2);
    await tidied(breakingAfter(store, 1), room, () => countOf(room, 'pending').then((count) => count < 1000));
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual(['w']);
    await tidied(store, room, () => countOf(room, 'pending').then((count) => count === 0));
    expect({ pending: await countOf(room, 'pending'), failed: await countOf(room, 'failed') }).toEqual(left);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual([]);
  });

  test('of one that was deleted is not for the next under its id, and cannot be sent anew', async () => {
    const rooms = [await awaitedRoom(), await awaitedRoom()];
    for (const [place, room] of rooms.entries()) {
      const { store, organizationId, now } = room;
      const operations = operationsOn(store, room);
      await operations.remove(principalOf(room), 'w');
      for (const again of [
        () => operations.remove(principalOf(room), 'w'),
        () => operations.rotateSecret(principalOf(room), 'w'),
      ]) {
        expect(await failureOf(again())).toBe('not-found');
      }
      expect(await store.read.webhooks(organizationId, { limit: 10, offset: 0 })).toEqual({
        ...{ items: [], total: 0 },
      });
      const anew = { organizationId, deliveryId: `z ${organizationId} ${waiting - 1}`, now };
      expect(await failureOf(store.write('resendDelivery', anew))).toBe('conflict');
      if (place === 0) await operations.create(principalOf(room), 'w', active);
      // As where it is deleted between the two writes.
      else await store.write('saveWebhook', { organizationId, actor: room.actor, now, ...savedAnew });
      expect(await statusOf(room)).toBe('active');
      expect(await countOf(room, 'pending')).toBe(0);
    }
  });

  test('is known to be half given up, and does not wait any more once the webhook is active again', async () => {
    const room = await awaitedRoom();
    const { store, organizationId } = room;
    const unbroken = operationsOn(store, room);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual([]);
    await unbroken.put(principalOf(room), 'w', inactive);
    expect(await countOf(room, 'pending')).toBeGreaterThan(0);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual(['w']);
    await store.write('saveWebhook', { organizationId, actor: room.actor, now: room.now, ...savedAnew });
    expect(await countOf(room, 'failed')).toBe(waiting);
    await unbroken.put(principalOf(room), 'w', inactive);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual([]);
  });
});

function principalOf({ organizationId, actor }: StoreRoom) {
  const organization = organizationNamed(organizationId);
  return { organization, actor, permissions: ['*'], keyId: null, expiresTime: null } as const;
}

function operationsOn(store: Store, room: StoreRoom) {
  const context = { store, now: () => room.now, random: (byteCount: number) => new Uint8Array(byteCount) };
  return createWebhookOperations(context as unknown as OperationContext, {
    faultOfUrl: () => null,
    tidy: () => undefined,
  });
}

/** Has an outbox tidy the deliveries of the room until that holds. */
async function tidied(store: Store, room: StoreRoom, holds: () => Promise<boolean>): Promise<void> {
  const read = { ...store.read, webhookOrganizations: async () => [room.organizationId] };
  await using outbox = new Outbox({
    store: { read, write: store.write.bind(store), onCommit: () => undefined },
    now: () => room.now,
    random: (byteCount) => new Uint8Array(byteCount),
    claims: { hold: async () => false } as unknown as Claims,
    courier: { wake: () => undefined },
    onError: () => undefined,
  });
  outbox.tidy(room.organizationId);
  await until(holds);
}

/** The store, as long as no more than so many writes are made. */
function breakingAfter(store: Store, writes: number): Store {
  let left = writes;
  const write: Store['write'] = async (kind, input) => {
    left -= 1;
    if (left < 0) throw new Failure('unavailable', 'The store is away.');
    return store.write(kind, input);
  };
  return { read: store.read, write } as Store;
}
