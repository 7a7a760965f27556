import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function addPerson(id: string, on: TestService = service): Promise<void> {
  const { call } = on;
  const facts = { source: 'ad', clickId: `${id}-click`, path: `/${id}`, referrer: `https://x.example/${id}` };
  await call('PUT', `/customers/${id}-before/lead-source`, { body: facts });
  await call('PUT', `/customers/${id}`, { body: { customFields: { name: `${id}-name` } } });
  await call('DELETE', `/customers/${id}-before?targetCustomerId=${id}`);
  const headers = { 'Idempotency-Key': `${id}-key` };
  await call('POST', `/customers/${id}/lead-sources`, { body: { ...facts, id: `${id}-touch` }, headers });
}

const erase = (id: string, key?: string) =>
  service.call('POST', `/customers/${id}/erasure`, key === undefined ? {} : { key });

describe('POST /customers/{id}/erasure', () => {
  test('tells what went, and nobody under which id the rest is kept', async () => {
    await addPerson('jane');
    const { status, body } = await erase('jane-before');
    expect(status).toBe(200);
    expect(body).toEqual({
      erasedTime: expect.stringMatching(/Z$/),
      touches: 2,
      aliases: 1,
      visitors: 0,
      conversions: 0,
      refunds: 0,
      deliveries: expect.any(Number),
      answers: 1,
    });
    expect((await service.call('GET', '/customers/jane')).status).toBe(404);
    const { body: customers } = await service.call('GET', '/customers?filter=original.source:ad');
    expect(customers).toMatchObject([{ customFields: {} }]);
    expect(JSON.stringify(customers)).not.toContain('jane');
    const [{ id }] = customers as [{ id: string }];
    expect(id).toMatch(/^erased_[0-9A-HJKMNP-TV-Z]{32}$/);
    const { body: touches } = await service.call('GET', `/customers/${id}/lead-sources`);
    const bare = { source: 'ad', clickId: null, path: null, referrer: null };
    expect(touches).toMatchObject([bare, bare]);
    expect(JSON.stringify(touches)).not.toContain('jane');
  });

  test('leaves each touch in its channel, by the host of a referrer that goes', async () => {
    const facts = {
      referrer: 'https://www.google.com/search?q=her+name',
      occurredTime: '2026-01-01T00:00:00Z',
    };
    await service.call('POST', '/customers/found/lead-sources', { body: facts });
    const money = { customerId: 'found', amount: 7, currency: 'ARS', occurredTime: '2026-01-02T00:00:00Z' };
    await service.call('POST', '/conversions', { body: money });
    await erase('found');
    const { body: conversions } = await service.call('GET', '/conversions?filter=currency:ARS');
    const [{ id, customerId }] = conversions as [{ id: string; customerId: string }];
    const inSearch = { referrer: null, channel: 'Organic Search' };
    const { body: touches } = await service.call('GET', `/customers/${customerId}/lead-sources`);
    expect(touches).toMatchObject([inSearch]);
    const { body: explained } = await service.call('GET', `/conversions/${id}/attribution`);
    expect(explained).toMatchObject({ journey: [inSearch] });
  });

  test('is 404 for whom nobody has heard of, or was erased before', async () => {
    await addPerson('john');
    expect((await erase('john')).status).toBe(200);
    for (const id of ['john', 'john-before', 'nobody', '%00']) expect((await erase(id)).status).toBe(404);
  });

  test('sets the id free: used again it is a new customer', async () => {
    await addPerson('anew');
    await erase('anew');
    await service.call('PUT', '/customers/anew/lead-source', { body: { source: 'second' } });
    const { body } = await service.call('GET', '/customers/anew/lead-sources');
    expect(body).toMatchObject([{ source: 'second', position: 'original' }]);
  });

  test('takes privacy:write, and no other right', async () => {
    const made = await service.call('POST', '/api-keys', {
      body: { type: 'secret', description: 'd', acl: ['customers:write', 'lead-sources:write'] },
    });
    const { secretKey } = made.body as { secretKey: string };
    expect((await erase('anybody', secretKey)).status).toBe(403);
  });
});
