import { expect, test, vi } from 'vitest';
import { newWebhook } from '../../src/domain/webhook.ts';
import { Courier } from '../../src/webhooks/courier.ts';
import { engines } from '../storage/engines.ts';
import { StoreRoom } from '../support/store-room.ts';

const attemptsAtOnce = 4;
const customers = 10;

test.each(engines)(
  'of a customer who is erased, only what is under way is still told, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const { store } = opened;
      const room = await StoreRoom.open(() => store);
      const { organizationId, actor, now } = room;
      const request = {
        status: 'active',
        url: 'https://a.example/',
        headers: [],
        eventsFilter: ['customer-created'],
      } as const;
      const webhook = newWebhook({ organizationId, id: 'w', request, secret: 'whsec_MQ==', now });
      await store.write('saveWebhook', {
        organizationId,
        webhookId: 'w',
        actor,
        now,
        mustBeNew: true,
        ...{ request, secret: 'whsec_MQ==' },
      });
      const customerIds = Array.from({ length: customers }, (_, place) => `c${place}`);
      for (const id of customerIds) await room.put(id, { source: id });
      const events = await room.keptEvents();
      const deliveries = events
        .filter(({ event }) => event.type === 'customer-created')
        .map((kept) => ({ id: `whd_${kept.event.customerId}`, webhookId: 'w', kept, now }));
      await store.write('keepDeliveries', { organizationId, deliveries, upToKey: events.at(-1)?.key ?? 0 });
      const [told, isFull, goOn] = [
        [] as string[],
        Promise.withResolvers<void>(),
        Promise.withResolvers<void>(),
      ];
      const errors: unknown[] = [];
      const courier = new Courier({
        store,
        now: () => now,
        jitter: () => 0,
        async post({ body }) {
          const place = told.push(body);
          if (place === attemptsAtOnce) isFull.resolve();
          await goOn.promise;
          return {
            initiatedTime: now,
            durationMilliseconds: 1,
            url: request.url,
            responseStatus: place === 1 ? 204 : 500,
            error: null,
            response: null,
          };
        },
        compose: ({ event, customer }) => `${event.customerId} ${customer?.id}`,
        isOurs: async () => true,
        userAgent: 'test',
        onError: (error) => errors.push(error),
      });
      courier.wake(organizationId, [webhook]);
      await isFull.promise;
      for (const id of customerIds) {
        await room.erase(id, { erasureId: `era_${id}`, newCustomerId: `erased_${id}` });
        await room.put(id, { source: 'another person' });
      }
      goOn.resolve();
      await vi.waitFor(() => expect(courier.figures.due).toBe(0), { timeout: 60_000, interval: 5 });
      await courier.end(10_000);
      expect(errors).toEqual([]);
      // Of what is gone, no other attempt follows.
      expect(courier.figures.attempts).toEqual({ delivered: 1, retried: 0, failed: attemptsAtOnce - 1 });
      expect(told.toSorted()).toEqual(customerIds.slice(0, attemptsAtOnce).map((id) => `${id} ${id}`));
    } finally {
      await opened.dispose();
    }
  },
);
