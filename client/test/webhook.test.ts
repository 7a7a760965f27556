import { Webhook as Signer } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Receiver, receiverSettings } from '../../server/test/support/receiver.ts';
import { startTestService, type TestService } from '../../server/test/support/service.ts';
import { createClient, verifyWebhook, WebhookVerificationError } from '../src/index.ts';

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService(receiverSettings);
  receiver = await Receiver.start();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

describe('a message of the service', () => {
  test('is believed, also while its secret is being replaced, and says what happened', async () => {
    const client = createClient(service);
    const { id, secret } = await client.postWebhook({
      body: { url: `${receiver.url}/hook`, eventsFilter: ['lead-source-changed'] },
    });
    await client.putCustomerLeadSource({ id: 'cus_told', body: { source: 'Zoë 😀' } });
    const [first] = await receiver.until(1);
    if (first === undefined) throw new Error('Nothing was received.');
    const event = await verifyWebhook({ body: first.text, headers: first.headers, secret });
    expect(event).toMatchObject({
      eventType: 'lead-source-changed',
      customerId: 'cus_told',
      current: { source: 'Zoë 😀' },
      previous: null,
      _embedded: { customer: { id: 'cus_told' } },
    });

    const { secret: next } = await client.postWebhookSecret({ id });
    await client.putCustomerLeadSource({ id: 'cus_told', body: { source: 'second' } });
    const second = (await receiver.until(2))[1];
    if (second === undefined) throw new Error('No second message was received.');
    expect(second.headers['webhook-signature']).toContain(' ');
    const body = new TextEncoder().encode(second.text);
    const headers = new Headers(Object.entries(second.headers).map(([name, value]) => [name, String(value)]));
    for (const known of [secret, next, ['whsec_bm90IHRoaXMgb25l', next]])
      expect(await verifyWebhook({ body, headers, secret: known })).toMatchObject({
        sequence: event.sequence + 1,
      });
  });
});

describe('a message', () => {
  const secret = `whsec_${btoa('a secret of thirty-two bytes ....')}`;
  const now = Date.parse('2026-11-23T08:15:30Z');
  const body = '{"eventType":"customer-created"}';
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(now / 1000),
    'webhook-signature': new Signer(secret).sign('msg_1', new Date(now), body),
  };
  const message = { body, headers, secret, now };

  test('as the scheme\u2019s own library signs it is believed', async () => {
    expect(await verifyWebhook(message)).toEqual({ eventType: 'customer-created' });
    expect(await verifyWebhook({ ...message, now: now + 300_000 })).toBeDefined();
    expect(await verifyWebhook({ ...message, now: now - 300_000 })).toBeDefined();
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    expect(await verifyWebhook({ ...message, headers: lists })).toBeDefined();
  });

  test('is believed whatever capitals the names of its headers have', async () => {
    const capitals = Object.entries(headers).map(([name, value]) => [
      name.replace('webhook', 'Webhook'),
      value,
    ]);
    expect(await verifyWebhook({ ...message, headers: Object.fromEntries(capitals) })).toBeDefined();
  });

  test.each([
    ['changed', { body: body.replace('created', 'merged') }],
    ['signed with another secret', { secret: `whsec_${btoa('another one')}` }],
    ['older than the tolerance', { now: now + 301_000 }],
    ['from ahead of the tolerance', { now: now - 301_000 }],
    ['older than a tolerance of one\u2019s own', { now: now + 11_000, toleranceSeconds: 10 }],
    ['under another id', { headers: { ...headers, 'webhook-id': 'msg_2' } }],
    ['of another time', { headers: { ...headers, 'webhook-timestamp': String(now / 1000 + 1) } }],
    ['of no time', { headers: { ...headers, 'webhook-timestamp': 'Infinity' } }],
    ['without a signature', { headers: { ...headers, 'webhook-signature': '' } }],
    [
      'with a signature of another kind',
      { headers: { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v1a,') } },
    ],
    ['with a signature that is not base64', { headers: { ...headers, 'webhook-signature': 'v1,%%%' } }],
    [
      'with half a signature',
      { headers: { ...headers, 'webhook-signature': headers['webhook-signature'].slice(0, 24) } },
    ],
    ['without headers', { headers: {} }],
  ])('%s is not', async (_, change) => {
    await expect(verifyWebhook({ ...message, ...change })).rejects.toBeInstanceOf(WebhookVerificationError);
  });

  test('is never held against a secret that is none', async () => {
    await expect(verifyWebhook({ ...message, secret: '' })).rejects.toBeInstanceOf(TypeError);
    await expect(verifyWebhook({ ...message, secret: 'whsec_%%%' })).rejects.toBeInstanceOf(TypeError);
  });
});
