import { expect, test } from 'vitest';
import { newWebhook } from '../../src/domain/webhook.ts';
import type { KeptEvent, Store } from '../../src/storage/store.ts';
import { planDeliveries } from '../../src/webhooks/planning.ts';
import { engines } from '../storage/engines.ts';
import { StoreRoom } from '../support/store-room.ts';

const now = Date.UTC(2026, 10, 23);
const claimed = { hold: async () => true };
const customers = 1250;
const atOnce = 250;

function webhookOf(organizationId: string) {
  const request = { status: 'active', url: 'https://a.example/', headers: [] } as const;
  const eventsFilter = ['customer-created'] as const;
  return newWebhook({ organizationId, id: 'w', request: { ...request, eventsFilter }, secret: 's', now });
}

test.each(engines)('many events of an organization are dealt with in parts, on $name', async ({ open }) => {
  const opened = await open();
  try {
    const { store } = opened;
    const room = await StoreRoom.open(() => store);
    const { organizationId, actor } = room;
    const webhook = webhookOf(organizationId);
    const saved = { organizationId, webhookId: 'w', actor, now, mustBeNew: true };
    await store.write('saveWebhook', { ...saved, request: webhook, secret: 's' });
    for (let start = 0; start < customers; start += atOnce) {
      const ids = Array.from({ length: atOnce }, (_, place) => `c${start + place}`);
      await Promise.all(ids.map((id) => room.put(id, { source: id })));
    }
    const { lastEventKey } = await store.read.outbox(organizationId);
    let calls = 0;
    const random = () => {
      calls += 1;
      return Uint8Array.from({ length: 16 }, (_, place) => calls >> (5 * place));
    };
    const options = { store, now: () => now, random, claims: claimed };
    const plan = { organizationId, webhooks: [webhook], upToKey: lastEventKey ?? 0 };
    expect(await planDeliveries(options, plan)).toBe('more');
    expect((await room.keptEvents()).length).toBe(2 * customers - 2000);
    expect(await planDeliveries({ ...options, claims: { hold: async () => false } }, plan)).toBe('lost');
    expect(await planDeliveries(options, plan)).toBe('done');
    expect(await room.keptEvents()).toEqual([]);
    const { total } = await store.read.webhookDeliveries(organizationId, { limit: 0, offset: 0 });
    expect(total).toBe(customers);
  } finally {
    await opened.dispose();
  }
});

test.each(engines)('events that came after what is dealt with are left, on $name', async ({ open }) => {
  const opened = await open();
  try {
    const { store } = opened;
    const room = await StoreRoom.openHeard(() => store);
    const { organizationId } = room;
    await room.put('known', { source: 'a' });
    const { lastEventKey } = await store.read.outbox(organizationId);
    await room.put('later', { source: 'a' });
    const options = {
      store,
      now: () => now,
      random: (count: number) => new Uint8Array(count),
      claims: claimed,
    };
    const plan = { organizationId, webhooks: [], upToKey: lastEventKey ?? 0 };
    expect(await planDeliveries(options, plan)).toBe('done');
    const left = (await room.events()).map(({ customerId }) => customerId);
    expect(left).toEqual(['later', 'later']);
  } finally {
    await opened.dispose();
  }
});

test('a transaction makes a thousand deliveries, however many webhooks there are', async () => {
  const event = { type: 'customer-created' } as KeptEvent['event'];
  let left: readonly KeptEvent[] = Array.from({ length: 100 }, (_, key) => ({ key, event }));
  const made: number[] = [];
  const store = {
    read: { events: async (_organizationId: string, limit: number) => left.slice(0, limit) },
    async write(_kind: string, input: { readonly deliveries: readonly unknown[]; readonly upToKey: number }) {
      made.push(input.deliveries.length);
      left = left.filter(({ key }) => key > input.upToKey);
    },
  } as unknown as Store;
  const options = {
    store,
    now: () => now,
    random: (count: number) => new Uint8Array(count),
    claims: claimed,
  };
  const webhooks = Array.from({ length: 25 }, () => webhookOf('org_a'));
  expect(await planDeliveries(options, { organizationId: 'org_a', webhooks, upToKey: 99 })).toBe('done');
  expect(made).toEqual([1000, 1000, 500]);
});
