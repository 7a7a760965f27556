import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, officialClient } from '../support/official-client.ts';
import { Receiver, receiverSettings } from '../support/receiver.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let receiver: Receiver;
let client: ReturnType<typeof officialClient>;
beforeAll(async () => {
  receiver = await Receiver.start();
  service = await startTestService(receiverSettings);
  client = officialClient(service);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const data = {
  url: 'https://billing.example/hooks',
  method: 'POST' as const,
  eventsFilter: [],
  headers: [],
  credentialHash: 'an unused one',
};

test('the client creates a webhook without an id, lists, gets, updates and deletes it', async () => {
  const { fields: created } = await client.webhooks.create({ data });
  const id = created.id ?? '';
  expect(created).toMatchObject({ url: data.url, status: 'active', method: 'POST' });
  const list = await client.webhooks.getAll();
  expect(list.total).toBe(1);
  expect(list.items.map(({ fields }) => fields.id)).toEqual([id]);
  expect((await client.webhooks.get({ id })).fields).toMatchObject({ id, url: data.url });
  const updated = await client.webhooks.update({ id, data: { ...data, status: 'inactive' } });
  expect(updated.fields).toMatchObject({ id, status: 'inactive' });
  await client.webhooks.delete({ id });
  expect((await errorOf(client.webhooks.get({ id }))).status).toBe(404);
});

test('the client creates a webhook under an id of its own, once', async () => {
  const { fields } = await client.webhooks.create({ id: 'mine', data });
  expect(fields).toMatchObject({ id: 'mine' });
  expect((await errorOf(client.webhooks.create({ id: 'mine', data }))).name).toBe('RebillyConflictError');
});

test('the client reads the log of deliveries and asks for one once more', async () => {
  await client.webhooks.create({ id: 'heard', data: { ...data, url: receiver.url } });
  await client.webhooks.delete({ id: 'mine' });
  await client.customers.create({ id: 'c', data: {} });
  const [received] = await receiver.until(1);
  const list = await client.tracking.getAllWebhookTrackingLogs();
  expect(list.items.map(({ fields }) => fields.id)).toContain(received?.id);
  const id = received?.id ?? '';
  const { fields } = await client.tracking.getWebhookTrackingLog({ id });
  expect(fields).toMatchObject({ id, eventType: 'customer-created', entityId: 'c', source: 'webhooks' });
  const before = receiver.received.length;
  await client.tracking.resendWebhook({ id });
  expect((await receiver.until(before + 1)).at(-1)?.id).toBe(id);
});
