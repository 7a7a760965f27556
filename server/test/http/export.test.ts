import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  for (const id of ['one', 'two']) {
    await put(id, { medium: 'cpc', source: 'google', clickId: `click-${id}` });
    clock.advance(1000);
    await put(id, { source: '=cmd|"x"', path: 'é\u2028' });
  }
  await service.call('PUT', '/customers/bare', { body: { customFields: { '\\u': [1, null] } } });
});
afterAll(() => service[Symbol.asyncDispose]());

function put(id: string, body: unknown): Promise<Answer> {
  return service.call('PUT', `/customers/${id}/lead-source`, { body });
}

async function rows(path: string): Promise<readonly Record<string, unknown>[]> {
  const { status, headers, body } = await service.call('GET', path);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  return body as readonly Record<string, unknown>[];
}

/** What a collection answers, without what only a collection has. */
async function listed(path: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await service.call('GET', path);
  return body as readonly Record<string, unknown>[];
}

describe('GET /exports/touches', () => {
  test('has each touch as its customer has it, with the customer', async () => {
    const expected = [];
    for (const customerId of ['one', 'two']) {
      for (const touch of await listed(`/customers/${customerId}/lead-sources`)) {
        expected.push({ customerId, ...touch });
      }
    }
    expect(expected).toHaveLength(4);
    expect(await rows('/exports/touches')).toEqual(expected);
  });

  test('of an organization is the same under its root', async () => {
    const path = `/organizations/${service.organizationId}/exports/touches`;
    expect(await rows(path)).toEqual(await rows('/exports/touches'));
  });
});

describe('GET /exports/customers', () => {
  test('has each customer with its lead source, without links', async () => {
    const customers = await listed('/customers?sort=id&expand=leadSource');
    const expected: Record<string, unknown>[] = customers.map(
      ({ _links, _embedded, organizationId, ...facts }) => {
        const leadSource = (_embedded as { leadSource: Record<string, unknown> | null }).leadSource;
        if (leadSource === null) return { ...facts, leadSource };
        const { _links: _, ...told } = leadSource;
        return { ...facts, leadSource: told };
      },
    );
    expect(expected.map(({ id }) => id)).toEqual(['bare', 'one', 'two']);
    expect(await rows('/exports/customers')).toEqual(expected);
  });
});

describe('an export', () => {
  test.each([
    ['/exports/touches', ['customers:read'], 403],
    ['/exports/touches', ['lead-sources:read'], 200],
    ['/exports/customers', ['customers:read'], 403],
    ['/exports/customers', ['customers:read', 'lead-sources:read'], 200],
  ])('%s takes permissions: with %j it answers %d', async (path, acl, status) => {
    const made = await service.call('POST', '/api-keys', { body: { type: 'secret', acl } });
    const { secretKey } = made.body as { secretKey: string };
    expect((await service.call('GET', path, { key: secretKey })).status).toBe(status);
  });

  test('of what there is no table of is not found', async () => {
    expect((await service.call('GET', '/exports/nothing')).status).toBe(404);
  });

  test('of more rows than a page has is whole and in order', async () => {
    const lines = Array.from({ length: 4321 }, (_, place) =>
      JSON.stringify({
        customerId: `many-${String(place % 1500).padStart(4, '0')}`,
        occurredTime: '2025-01-01T00:00:00Z',
        source: `s${place % 7}`,
        content: String(place),
      }),
    );
    const headers = { 'Content-Type': 'application/x-ndjson' };
    await service.call('POST', '/lead-sources', { body: lines.join('\n'), headers });
    const many = (await rows('/exports/touches')).filter(({ customerId }) =>
      String(customerId).startsWith('many-'),
    );
    expect(new Set(many.map(({ content }) => content)).size).toBe(4321);
    expect(many).toHaveLength(4321);
    const ids = many.map(({ customerId }) => String(customerId));
    expect(ids).toEqual(ids.toSorted());
    expect(await rows('/exports/customers')).toHaveLength(1503);
  });
});
