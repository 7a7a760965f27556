import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { newWebhook, type Webhook } from '../../src/domain/webhook.ts';
import type { Attempt, WebhookDelivery } from '../../src/domain/webhook-delivery.ts';
import type { Store } from '../../src/storage/store.ts';
import { Courier, type CourierOptions } from '../../src/webhooks/courier.ts';
import type { PostRequest } from '../../src/webhooks/request.ts';
import { until } from '../support/patience.ts';

const now = Date.UTC(2026, 0, 1);
const organizationId = 'org_a';
const url = 'https://a.example/';
const request = { status: 'active', url, headers: [], eventsFilter: [] } as const;
const webhook = newWebhook({ organizationId, id: 'w', request, secret: 'whsec_MQ==', now });
const taken: Attempt = {
  ...{ initiatedTime: now, durationMilliseconds: 1, url, responseStatus: 204, error: null, response: null },
};
const brokenOff: Attempt = { ...taken, responseStatus: null, error: 'The connection was closed.' };

/** As much of a store as a courier asks, with deliveries that are due: one more than are made together. */
class DueDeliveries {
  webhook: Webhook | null = webhook;
  looks = 0;
  readonly noted: unknown[] = [];
  readonly jitters: number[] = [];
  /** Which of them was removed since, and which is not made again. */
  gone: string | null = null;
  /** Which was given up since. */
  givenUp: string | null = null;
  failed: string | null = null;
  readonly #ids = ['d1', 'd2', 'd3', 'd4', 'd5'];

  asStore(): Store {
    const store = {
      read: {
        dueDeliveries: async () => {
          this.looks += 1;
          await turn();
          return this.noted.length === 0 ? this.#ids.map(deliveryOf) : [];
        },
        webhook: async () => this.webhook,
        webhookDelivery: async (_organizationId: string, id: string) =>
          id === this.gone
            ? null
            : { ...deliveryOf(id), ...(id === this.givenUp && { status: 'failed', nextTime: null }) },
        customer: async () => null,
      },
      write: async (
        _kind: string,
        { deliveryId, jitter }: { readonly deliveryId: string; readonly jitter: number },
      ) => {
        this.noted.push(deliveryId);
        this.jitters.push(jitter);
        return { ...deliveryOf(deliveryId), ...(deliveryId === this.failed && { status: 'failed' }) };
      },
    };
    return store as unknown as Store;
  }
}

function deliveryOf(id: string): WebhookDelivery {
  const keys = { current: null, previous: null, original: null };
  const event = {
    type: 'customer-created',
    customerId: 'c',
    cause: null,
    sequence: 1,
    occurredTime: now,
  } as const;
  const times = {
    nextTime: now - 1000 * Number(id.slice(1)),
    lastAttempt: null,
    createdTime: now,
    updatedTime: now,
  };
  return {
    ...{ id, webhookId: 'w', status: 'pending', attempts: 0, ...times },
    event: { ...event, ...keys, mergedCustomerId: null },
  };
}

function courierFor(due: DueDeliveries, options: Partial<CourierOptions>): Courier {
  const common = { now: () => now, jitter: () => 0.5, compose: () => '', userAgent: 'test' };
  const onError = (error: unknown) => {
    throw error;
  };
  const isOurs = async () => true;
  return new Courier({
    ...common,
    store: due.asStore(),
    isOurs,
    onError,
    post: async () => taken,
    ...options,
  });
}

test('nothing is sent any more of an organization that another process has claimed meanwhile', async () => {
  const [due, isOurs, post] = [new DueDeliveries(), vi.fn(async () => false), vi.fn(async () => taken)];
  isOurs.mockResolvedValueOnce(true);
  const courier = courierFor(due, { isOurs, post });
  courier.wake(organizationId, [webhook]);
  await until(() => isOurs.mock.calls.length > 1);
  await courier.end(0);
  expect(post).not.toHaveBeenCalled();
});

test('nothing is sent any more to a webhook that is inactive meanwhile', async () => {
  const due = new DueDeliveries();
  const post = vi.fn(async () => {
    due.webhook = { ...webhook, status: 'inactive' };
    return taken;
  });
  const courier = courierFor(due, { post });
  courier.wake(organizationId, [webhook]);
  await until(() => post.mock.calls.length > 0);
  await until(() => courier.figures.due === 0);
  await courier.end(0);
  expect(due.noted).not.toContain('d5');
});

test.each([
  ['became inactive', { ...webhook, status: 'inactive' } as const],
  ['was deleted', null],
])('nothing is sent any more to a webhook that %s while the body was made', async (_words, changed) => {
  const due = new DueDeliveries();
  const post = vi.fn(async () => taken);
  const compose = vi.fn(() => {
    due.webhook = changed;
    return '';
  });
  const courier = courierFor(due, { post, compose });
  courier.wake(organizationId, [webhook]);
  await until(() => compose.mock.calls.length > 0);
  await until(() => courier.figures.due === 0);
  await courier.end(0);
  expect(post).not.toHaveBeenCalled();
});

test('that a receiver is gone is noted first, then what waits is given up a part at a time, until a stop', async () => {
  const due = new DueDeliveries();
  const kinds: string[] = [];
  const store = due.asStore();
  const write = async (kind: string, input: unknown) => {
    kinds.push(kind);
    if (kind === 'giveUpDeliveries') return { isLeft: await turn(true) };
    due.webhook = { ...webhook, status: 'inactive' };
    return store.write(kind as 'noteAttempt', input as never);
  };
  const gone = { ...taken, responseStatus: 410 };
  const courier = courierFor(due, {
    store: { ...store, write: write as Store['write'] },
    post: async () => gone,
  });
  courier.wake(organizationId, [webhook]);
  await until(() => kinds.filter((kind) => kind === 'giveUpDeliveries').length >= 3);
  await courier.end(0);
  expect(kinds[0]).toBe('noteAttempt');
});

test.each([
  { what: 'an answer that came', attempt: taken, noted: ['d1', 'd2', 'd3', 'd4'] },
  { what: 'no attempt that was broken off', attempt: brokenOff, noted: [] },
])('a stop keeps $what', async ({ attempt, noted }) => {
  const due = new DueDeliveries();
  const post = vi.fn(async (_request: unknown, signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return attempt;
  });
  const courier = courierFor(due, { post });
  courier.wake(organizationId, [webhook]);
  await until(() => post.mock.calls.length === 4);
  await courier.end(0);
  expect(due.noted).toEqual(noted);
});

test('what is at hand is counted, with how long the first of it has been due, until a stop', async () => {
  const [due, held] = [new DueDeliveries(), Promise.withResolvers<Attempt>()];
  const post = vi.fn((_request: unknown, _signal: AbortSignal) => held.promise);
  let time = now + 7000;
  const isOurs = vi.fn(async () => true);
  const courier = courierFor(due, { post, isOurs, now: () => time });
  const figures = () => [courier.figures.due, courier.figures.oldestDueSeconds];
  expect(figures()).toEqual([0, 0]);
  courier.wake(organizationId, [webhook]);
  await until(() => post.mock.calls.length === 4);
  expect(figures()).toEqual([5, 12]);
  time = now - 60_000;
  expect(figures()).toEqual([5, 0]);
  held.resolve(taken);
  await courier.end(10_000);
  expect(post.mock.calls.map(([, signal]) => signal.aborted)).toEqual([false, false, false, false]);
  expect(due.noted).toEqual(['d1', 'd2', 'd3', 'd4']);
  isOurs.mockClear();
  courier.wake(organizationId, [webhook]);
  expect(isOurs).not.toHaveBeenCalled();
});

test('webhooks of one id in two organizations have a lane each', async () => {
  const [due, isOurs] = [new DueDeliveries(), vi.fn(async (_organizationId: string) => false)];
  const courier = courierFor(due, { isOurs });
  for (const id of ['org_a', 'org_b']) courier.wake(id, [webhook]);
  await courier.end(0);
  expect(isOurs.mock.calls).toEqual([['org_a'], ['org_b']]);
});

test('what waits for an inactive webhook is looked at once, and what is gone or given up meanwhile holds up no other', async () => {
  const due = new DueDeliveries();
  due.webhook = { ...webhook, status: 'inactive' };
  const [isOurs, post] = [vi.fn(async () => true), vi.fn(async () => taken)];
  const courier = courierFor(due, { isOurs, post });
  courier.wake(organizationId, [webhook]);
  await until(() => isOurs.mock.calls.length > 1);
  await until(() => courier.figures.due === 0);
  expect(due.looks).toBe(1);
  expect(post).not.toHaveBeenCalled();
  due.webhook = webhook;
  due.gone = 'd1';
  due.givenUp = 'd2';
  courier.wake(organizationId, [webhook]);
  await until(() => due.noted.length === 3);
  await courier.end(0);
  expect(due.noted).toEqual(['d3', 'd4', 'd5']);
});

test('how attempts ended is counted, and what is to be made again is no failure', async () => {
  const due = new DueDeliveries();
  due.failed = 'd3';
  const post = vi.fn(async () => brokenOff);
  post.mockResolvedValueOnce(taken);
  const courier = courierFor(due, { post });
  courier.wake(organizationId, [webhook]);
  await until(() => due.noted.length === 5);
  await courier.end(0);
  expect(courier.figures.attempts).toEqual({ delivered: 1, retried: 3, failed: 1 });
  expect(new Set(due.jitters)).toEqual(new Set([0.5]));
});

test('a request has the headers of its webhook that are active, and none in place of its signature', async () => {
  const due = new DueDeliveries();
  const headers = [
    { name: 'X-Token', value: 'a', status: 'active' },
    { name: 'X-Old-Token', value: 'b', status: 'inactive' },
    { name: 'User-Agent', value: 'shop', status: 'active' },
    { name: 'X-Shop', value: 'north', status: 'active' },
    { name: 'x-shop', value: 'south', status: 'active' },
    { name: 'Webhook-Id', value: 'forged', status: 'active' },
  ] as const;
  due.webhook = { ...webhook, headers };
  const post = vi.fn(async (_request: PostRequest) => taken);
  const courier = courierFor(due, { post });
  courier.wake(organizationId, [webhook]);
  await until(() => due.noted.length === 5);
  await courier.end(0);
  expect(post.mock.calls[0]?.[0].headers).toEqual({
    ...{ 'x-token': 'a', 'user-agent': 'shop', 'x-shop': 'north, south', 'webhook-id': 'd1' },
    'webhook-timestamp': String(now / 1000),
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
});
