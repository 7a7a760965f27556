import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function keyWith(acl: readonly string[]): Promise<string> {
  const made = await service.call('POST', '/api-keys', { body: { type: 'secret', acl } });
  return (made.body as { secretKey: string }).secretKey;
}

const exported = (id: string, key?: string) =>
  service.call('GET', `/customers/${id}/export`, key === undefined ? {} : { key });

describe('GET /customers/{id}/export', () => {
  test('shows what is held as the rest of the API shows it', async () => {
    const { call } = service;
    const ad = { source: 'ad', medium: 'cpc', clickId: 'x', path: '/p' };
    await call('POST', '/customers/jane/lead-sources', {
      body: { ...ad, id: 'first', occurredTime: '2026-01-01T00:00:00Z' },
      headers: { 'Idempotency-Key': 'once' },
    });
    await call('PUT', '/customers/jane/lead-source', { body: { source: 'news' } });
    await call('PUT', '/customers/jane', { body: { customFields: { plan: 'gold' } } });
    const sold = { id: 'sale', amount: '3.000', currency: 'KWD', metadata: { a: [1] } };
    await call('POST', '/conversions', {
      body: { ...sold, customerId: 'jane', occurredTime: '2026-01-02T00:00:00Z' },
    });
    await call('POST', '/conversions/sale/refunds', { body: { id: 'back', amount: '0.500' } });
    const { status, headers, body } = await exported('jane');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    const { body: customer } = await call('GET', '/customers/jane');
    const { body: leadSource } = await call('GET', '/customers/jane/lead-source');
    const { body: touches } = await call('GET', '/customers/jane/lead-sources');
    const kept = { importId: null, visitorId: null, referrerHost: null };
    const [first, latest] = touches as [object, object];
    expect(body).toMatchObject({
      customer: customer as object,
      leadSource: leadSource as object,
      touches: [
        { ...first, ...kept },
        { ...latest, ...kept },
      ],
      conversions: [{ ...sold, refundedAmount: '0.500', isFirst: true }],
      refunds: [{ id: 'back', conversionId: 'sale', amount: '0.500', currency: 'KWD' }],
      credits: [{ conversionId: 'sale', touchId: 'first', settingsVersion: 1 }],
      refundCredits: [{ refundId: 'back', touchId: 'first' }],
      answers: [{ idempotencyKey: 'once', route: 'POST /customers/:id/lead-sources' }],
      visitors: [],
    });
    const { credits, refundCredits } = body as Record<string, { credits: object }[]>;
    expect(credits?.[0]?.credits).toMatchObject({ 'last-non-direct': { weight: 1, amount: '3.000' } });
    expect(refundCredits?.[0]?.credits).toMatchObject({ linear: { amount: '0.500' } });
  });

  test('of a customer without anything else is the customer alone', async () => {
    await service.call('PUT', '/customers/bare', { body: {} });
    const { body } = await exported('bare');
    expect(body).toMatchObject({ customer: { id: 'bare' }, leadSource: null, touches: [], credits: [] });
  });

  test('of a conversion that no touch led to names none', async () => {
    const sale = { id: 'alone', customerId: 'buyer', amount: '1', currency: 'JPY' };
    await service.call('POST', '/conversions', { body: sale });
    expect((await exported('buyer')).body).toMatchObject({
      credits: [{ touchId: null, credits: { first: { weight: 1, amount: '1' } } }],
    });
  });

  test('has every touch of more than a page', async () => {
    const lines = Array.from({ length: 2500 }, (_, place) =>
      JSON.stringify({ customerId: 'many', occurredTime: '2025-01-01T00:00:00Z', content: `${place}` }),
    );
    const headers = { 'Content-Type': 'application/x-ndjson' };
    await service.call('POST', '/lead-sources', { body: lines.join('\n'), headers });
    const { touches } = (await exported('many')).body as { touches: { content: string }[] };
    expect(new Set(touches.map(({ content }) => content)).size).toBe(2500);
    expect(touches).toHaveLength(2500);
  });

  test('is 404 for an unknown, a merged and an erased customer', async () => {
    for (const id of ['old', 'new', 'gone']) {
      await service.call('PUT', `/customers/${id}/lead-source`, { body: { source: id } });
    }
    await service.call('DELETE', '/customers/old?targetCustomerId=new');
    await service.call('POST', '/customers/gone/erasure');
    for (const id of ['nobody', 'old', 'gone', '%00']) expect((await exported(id)).status).toBe(404);
    expect((await exported('new')).body).toMatchObject({ aliases: [{ id: 'old' }] });
  });

  test('takes the right to read each thing that it tells of', async () => {
    const needed = [
      'customers:read',
      'lead-sources:read',
      'conversions:read',
      'reports:read',
      'webhooks:read',
    ];
    await service.call('PUT', '/customers/seen', { body: {} });
    expect((await exported('seen', await keyWith(needed))).status).toBe(200);
    for (const left of needed) {
      const key = await keyWith(needed.filter((permission) => permission !== left));
      const { status, body } = await exported('seen', key);
      expect(status).toBe(403);
      if (left !== 'customers:read') expect((body as { detail: string }).detail).toContain(left);
    }
  });
});
