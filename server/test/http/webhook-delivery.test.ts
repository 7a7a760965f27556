import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Operator, operatorOf } from '../support/operator.ts';
import { faultOfSignature, Receiver, receiverSettings } from '../support/receiver.ts';
import { type Answer, type CallOptions, startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let operator: Operator;
/** How far the service's clock is ahead. */
let aheadMilliseconds = 0;
beforeAll(async () => {
  const now = () => Date.now() + aheadMilliseconds;
  service = await startTestService(receiverSettings, now);
  operator = await operatorOf(service, now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Each test has an organization and a receiver of its own. */
let receiver: Receiver;
let organizationId: string;
let key: string;
let organizations = 0;
beforeEach(async () => {
  receiver = await Receiver.start();
  organizationId = `org_${++organizations}`;
  ({ key } = await operator.createOrganization({ id: organizationId }));
});
afterEach(() => receiver[Symbol.asyncDispose]());

function call(method: string, path: string, options: CallOptions = {}) {
  return service.call(method, path, { key, ...options });
}

const patience = { timeout: 60_000 };

async function webhook(id: string, changes: object = {}): Promise<string> {
  const body = { url: `${receiver.url}/${id}`, ...changes };
  const { body: made } = await call('PUT', `/webhooks/${id}`, { body });
  return (made as { secret: string }).secret;
}

function put(source: string, customerId = 'c'): Promise<Answer> {
  return call('PUT', `/customers/${customerId}/lead-source`, { body: { source } });
}

async function deliveries(): Promise<readonly Record<string, unknown>[]> {
  return (await call('GET', '/tracking/webhooks')).body as Record<string, unknown>[];
}

describe('a change', () => {
  test('is told to a webhook, signed, with what was and what is', async () => {
    const secret = await webhook('w', { headers: [{ name: 'X-Token', value: 'a b' }] });
    await put('a');
    await put('b');
    await put('c');
    const received = await receiver.until(4);
    const told = received.find(({ body }) => body.sequence === 3);
    expect(received.map((each) => faultOfSignature(each, secret))).toEqual([null, null, null, null]);
    expect(told?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-token': 'a b',
      'user-agent': expect.stringMatching(/^leadsource\//),
    });
    expect(told?.body).toMatchObject({
      customerId: 'c',
      organizationId,
      eventType: 'lead-source-changed',
      sequence: 3,
      cause: 'put',
      current: { source: 'c', medium: null },
      previous: { source: 'b' },
      original: { source: 'a' },
      _embedded: { customer: { id: 'c', organizationId } },
      _links: [
        { href: 'http://leadsource.test/customers/c', rel: 'customer' },
        { href: 'http://leadsource.test/customers/c/lead-source', rel: 'leadSource' },
      ],
    });
  });

  test('that deletes or merges is told as what it is', async () => {
    await webhook('w');
    await put('a', 'd');
    await put('t', 't');
    await receiver.until(4);
    await call('DELETE', '/customers/d?targetCustomerId=t');
    const merged = (await receiver.until(6)).slice(4).map(({ body }) => body);
    expect(merged).toContainEqual(
      expect.objectContaining({ eventType: 'customer-merged', customerId: 't', mergedCustomerId: 'd' }),
    );
    expect(merged).toContainEqual(
      expect.objectContaining({ cause: 'merge', original: expect.objectContaining({ source: 'a' }) }),
    );
    await call('DELETE', '/customers/t/lead-source');
    const deleted = (await receiver.until(7)).at(-1)?.body;
    // What was deleted is told no more, not even as what was before.
    expect(deleted).toMatchObject({ cause: 'delete', current: null, previous: null, original: null });
  });

  test('is told to those alone who want its type, and to none that is inactive', async () => {
    await webhook('merges', { eventsFilter: ['customer-merged'] });
    await webhook('asleep', { status: 'inactive' });
    await webhook('all');
    await put('a');
    await put('b', 'other');
    await receiver.until(4);
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/all']));
    const log = await deliveries();
    expect(log.map(({ webhookId }) => webhookId)).toEqual(['all', 'all', 'all', 'all']);
  });

  test('is told under a name that the system knows', async () => {
    await using local = await startTestService({ LEADSOURCE_WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1,::1' });
    const url = receiver.url.replace('127.0.0.1', 'localhost');
    await local.call('PUT', '/webhooks/w', { body: { url } });
    await local.call('PUT', '/customers/c/lead-source', { body: { source: 'a' } });
    expect((await receiver.until(1))[0]?.headers['host']).toMatch(/^localhost:/);
  });

  test('is told with the same id until it is taken', async () => {
    const secret = await webhook('w', { eventsFilter: ['customer-created'] });
    receiver.answering = (_received, response) => {
      response.writeHead(receiver.received.length < 2 ? 500 : 200).end('not now');
    };
    await put('a');
    await vi.waitUntil(async () => (await deliveries())[0]?.['attempt'] === 1, patience);
    aheadMilliseconds += 10_000;
    // A commit lets the service look at what is due.
    await put('b');
    const [first, second] = await receiver.until(2);
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toMatchObject({ sequence: first?.body.sequence, eventType: first?.body.eventType });
    for (const each of receiver.received) expect(faultOfSignature(each, secret)).toBeNull();
    await vi.waitUntil(async () => (await deliveries())[0]?.['deliveryStatus'] === 'delivered', patience);
    expect((await call('GET', '/webhooks/w')).body).toMatchObject({ failingSinceTime: null });
  });

  test('is what no import made, unless it was asked to announce: of touches and of conversions', async () => {
    await webhook('w', { eventsFilter: ['customer-created'] });
    const occurredTime = '2026-01-02T03:04:05Z';
    const imported = async (announce: string, suffix: string) => {
      const touch = { customerId: `touched${suffix}`, occurredTime };
      await call('POST', `/lead-sources${announce}`, { body: [touch] });
      const conversion = { customerId: `paid${suffix}`, occurredTime, amount: '5.00', currency: 'EUR' };
      await call('POST', `/conversions/bulk${announce}`, { body: [conversion] });
    };
    await imported('', '-silently');
    await imported('?announce=false', '-as-silently');
    await imported('?announce=true', '');
    await receiver.until(2);
    expect(receiver.received.map(({ body }) => body.customerId).sort()).toEqual(['paid', 'touched']);
    expect(await deliveries()).toHaveLength(2);
  });

  test('is what no undone import made, unless that was asked to announce', async () => {
    await webhook('w', { eventsFilter: ['lead-source-changed'] });
    const undone = async (customerId: string, query: string) => {
      const touch = { customerId, occurredTime: '2026-01-02T03:04:05Z' };
      await call('POST', `/lead-sources?import=of-${customerId}`, { body: [touch] });
      await call('DELETE', `/imports/of-${customerId}${query}`);
      const shown = async () => (await call('GET', `/imports/of-${customerId}`)).body as { status: string };
      await vi.waitUntil(async () => (await shown()).status === 'undone', patience);
    };
    await undone('silently', '');
    await undone('aloud', '?announce=true');
    const [told] = await receiver.until(1);
    expect(told?.body).toMatchObject({ customerId: 'aloud', cause: 'undo', current: null });
    expect(await deliveries()).toHaveLength(1);
  });
});

describe('the log of deliveries', () => {
  test('shows how the last attempt ended', async () => {
    await webhook('w', { eventsFilter: ['customer-created'] });
    receiver.answering = (_received, response) => void response.writeHead(503).end('näh 😀');
    await put('a');
    await vi.waitUntil(async () => (await deliveries())[0]?.['attempt'] === 1, patience);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({
      organizationId,
      webhookId: 'w',
      eventType: 'customer-created',
      entityId: 'c',
      deliveryStatus: 'pending',
      status: 503,
      response: 'näh 😀',
      error: null,
      url: `${receiver.url}/w`,
      nextAttemptTime: expect.any(String),
    });
    const one = await call('GET', `/tracking/webhooks/${String(delivery?.['id'])}`);
    expect(one).toMatchObject({ status: 200, body: { id: receiver.received[0]?.id } });
    expect((await call('GET', '/tracking/webhooks/unknown')).status).toBe(404);
  });

  test('sends once more what is asked for, with the same id', async () => {
    await webhook('w', { eventsFilter: ['customer-created'] });
    await put('a');
    await receiver.until(1);
    await vi.waitUntil(async () => (await deliveries())[0]?.['deliveryStatus'] === 'delivered', patience);
    const path = `/tracking/webhooks/${receiver.received[0]?.id}/resend`;
    expect((await call('POST', path)).status).toBe(204);
    const [first, second] = await receiver.until(2);
    expect(second?.id).toBe(first?.id);
    expect((await call('POST', '/tracking/webhooks/unknown/resend')).status).toBe(404);
    await webhook('w', { status: 'inactive' });
    expect((await call('POST', path)).status).toBe(409);
  });
});

describe('a receiver', () => {
  test('that is gone is told nothing more', async () => {
    await webhook('w');
    receiver.answering = (_received, response) => void response.writeHead(410).end();
    await put('a');
    const isInactive = async () => {
      const { body } = await call('GET', '/webhooks/w');
      return (body as { status: string }).status === 'inactive';
    };
    await vi.waitUntil(isInactive, patience);
    expect((await call('GET', '/webhooks/w')).body).toMatchObject({ deactivation: 'gone' });
    const before = receiver.received.length;
    await put('b');
    await webhook('other', { eventsFilter: ['customer-merged'] });
    expect((await deliveries()).every(({ deliveryStatus }) => deliveryStatus === 'failed')).toBe(true);
    expect(receiver.received).toHaveLength(before);
  });

  test('that sends elsewhere has failed, and nobody goes there', async () => {
    await webhook('w', { eventsFilter: ['customer-created'] });
    const location = `${receiver.url}/elsewhere`;
    receiver.answering = (_received, response) => void response.writeHead(307, { location }).end();
    await put('a');
    await vi.waitUntil(async () => (await deliveries())[0]?.['status'] === 307, patience);
    expect((await deliveries())[0]).toMatchObject({ deliveryStatus: 'pending' });
    expect(receiver.received.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  test('that does not answer holds up no other', async () => {
    await webhook('mute');
    await webhook('quick');
    receiver.answering = ({ path }, response) => {
      if (path === '/quick') response.writeHead(204).end();
    };
    for (let customer = 0; customer < 10; customer++) await put('a', `c${customer}`);
    const isAllTold = () => receiver.received.filter(({ path }) => path === '/quick').length === 20;
    await vi.waitUntil(isAllTold, patience);
    expect(receiver.received.filter(({ path }) => path === '/mute').length).toBeLessThanOrEqual(4);
  });

  test('can verify by either secret while they change over', async () => {
    const before = await webhook('w');
    const rotated = await call('POST', '/webhooks/w/secret');
    const { secret } = rotated.body as { secret: string };
    await put('a');
    for (const each of (await receiver.until(2)).slice(0, 2)) {
      expect(faultOfSignature(each, before)).toBeNull();
      expect(faultOfSignature(each, secret)).toBeNull();
      expect(each.headers['webhook-signature']?.toString().split(' ')).toHaveLength(2);
    }
    aheadMilliseconds += 86_400_000;
    await put('b');
    const later = (await receiver.until(3))[2];
    expect(later?.headers['webhook-signature']?.toString().split(' ')).toHaveLength(1);
  });
});
