import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { WebhookRequest } from '../../src/domain/webhook.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { createWebhookOperations } from '../../src/operations/webhook.ts';
import type { Store } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

/** More than two parts of them are given up, or removed, in one transaction each. */
const waiting = 2500;
const url = 'https://a.example/';
const active: WebhookRequest = { status: 'active', url, eventsFilter: ['customer-created'], headers: [] };
const inactive: WebhookRequest = { ...active, status: 'inactive' };

describe.each(engines)('what waits for a webhook on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  /** An organization with an active webhook, for which so many deliveries wait, one a millisecond. */
  async function awaitedRoom(): Promise<StoreRoom> {
    const room = await StoreRoom.open(() => opened.store);
    const { store, organizationId, now } = room;
    await operationsOn(store, room).put(principalOf(room), 'w', active);
    await room.put('c', { source: 'a' });
    const [kept = expect.fail()] = await room.keptEvents();
    const delivery = { id: `${organizationId} 0`, webhookId: 'w', kept, now };
    await store.write('keepDeliveries', { organizationId, deliveries: [delivery], upToKey: kept.key + 1 });
    await opened.change(`
      INSERT INTO webhook_deliveries (organization_id, delivery_id, webhook_id, event_key, event_type, customer_id, sequence,
        occurred_time, status, attempts, next_time, created_time, updated_time)
      WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${waiting - 1})
      SELECT organization_id, '${organizationId} ' || number, webhook_id, event_key + number, event_type, customer_id, sequence,
        occurred_time, status, attempts, next_time + number, created_time, updated_time
      FROM webhook_deliveries CROSS JOIN numbers WHERE delivery_id = '${delivery.id}'`);
    return room;
  }

  async function countOf({ organizationId }: StoreRoom, status: string): Promise<number> {
    const [row] = await opened.rows(
      `SELECT count(*) AS number FROM webhook_deliveries WHERE delivery_id LIKE '${organizationId} %' AND status = '${status}'`,
    );
    return Number(row?.['number']);
  }

  const statusOf = async ({ store, organizationId }: StoreRoom) =>
    (await store.read.webhook(organizationId, 'w'))?.status ?? 'deleted';

  test.each([
    { what: 'made inactive', ended: { status: 'inactive', pending: 0 } },
    { what: 'deleted', ended: { status: 'deleted', pending: 0 } },
  ])(
    'is whole while it is active, wherever its being $what breaks off, and to repeat it ends it',
    async ({ what, ended }) => {
      for (let done = 0, isOver = false; !isOver; done++) {
        const room = await awaitedRoom();
        const end = (store: Store) => {
          const operations = operationsOn(store, room);
          if (what === 'deleted') return operations.remove(principalOf(room), 'w');
          return operations.put(principalOf(room), 'w', inactive);
        };
        isOver = (await failureOf(end(breakingAfter(opened.store, done)))) === null;
        if ((await statusOf(room)) === 'active') expect(await countOf(room, 'pending')).toBe(waiting);
        if (!isOver) await end(opened.store);
        expect({ status: await statusOf(room), pending: await countOf(room, 'pending') }).toEqual(ended);
      }
    },
  );

  test('is known to be half given up, and does not wait any more once the webhook is active again', async () => {
    const room = await awaitedRoom();
    const { store, organizationId } = room;
    const unbroken = operationsOn(store, room);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual([]);
    await failureOf(operationsOn(breakingAfter(store, 1), room).put(principalOf(room), 'w', inactive));
    expect(await countOf(room, 'pending')).toBeGreaterThan(0);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual(['w']);
    const again = { webhookId: 'w', request: active, secret: '', mustBeNew: false };
    await store.write('saveWebhook', { organizationId, actor: room.actor, now: room.now, ...again });
    expect(await countOf(room, 'failed')).toBe(waiting);
    await unbroken.put(principalOf(room), 'w', inactive);
    expect(await store.read.webhooksToGiveUp(organizationId)).toEqual([]);
  });
});

function principalOf({ organizationId, actor }: StoreRoom) {
  const organization = organizationNamed(organizationId);
  return { organization, actor, permissions: ['*'], allowedIps: [], keyId: null, expiresTime: null } as const;
}

function operationsOn(store: Store, room: StoreRoom) {
  const context = { store, now: () => room.now, random: (byteCount: number) => new Uint8Array(byteCount) };
  return createWebhookOperations(context as unknown as OperationContext, { faultOfUrl: () => null });
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
