import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeEach(async () => {
  service = await startTestService();
});
afterEach(() => service[Symbol.asyncDispose]());

const url = 'https://billing.example/hooks';

function create(body: object = {}) {
  return service.call('POST', '/webhooks', { body: { url, ...body } });
}

function fieldsOf(body: unknown): readonly string[] {
  return ((body as { invalidFields?: { field: string }[] }).invalidFields ?? []).map(({ field }) => field);
}

describe('a webhook', () => {
  test('is created with defaults, and shows its secret this once', async () => {
    const { status, body, headers } = await create();
    expect(status).toBe(201);
    const { secret, id, ...shown } = body as Record<string, unknown>;
    expect(secret).toMatch(/^whsec_[A-Za-z\d+/]{43}=$/);
    expect(id).toMatch(/^whk_[\dA-HJKMNP-TV-Z]{26}$/);
    expect(headers.get('location')).toBe(`http://leadsource.test/webhooks/${id}`);
    expect(shown).toMatchObject({
      status: 'active',
      method: 'POST',
      url,
      eventsFilter: [],
      headers: [],
      failingSinceTime: null,
      deactivation: null,
    });
    const read = await service.call('GET', `/webhooks/${id}`);
    expect(read).toMatchObject({ status: 200, body: { id, ...shown } });
    expect(JSON.stringify(read.body)).not.toContain('whsec');
    const list = await service.call('GET', '/webhooks');
    expect(list.body).toEqual([read.body]);
    expect(list.headers.get('pagination-total')).toBe('1');
  });

  test('is put under an id of the caller: 201 with its secret first, 200 without one later', async () => {
    const headers = [{ name: 'Authorization', value: 'Basic YTpi', status: 'inactive' }];
    const body = { url, eventsFilter: ['customer-merged'], headers };
    const created = await service.call('PUT', '/webhooks/billing', { body });
    expect(created.status).toBe(201);
    expect(created.body).toHaveProperty('secret');
    const replaced = await service.call('PUT', '/webhooks/billing', { body: { url, status: 'inactive' } });
    expect(replaced).toMatchObject({
      status: 200,
      body: { status: 'inactive', headers: [], eventsFilter: [] },
    });
    expect(replaced.body).not.toHaveProperty('secret');
    expect((await create({ id: 'billing' })).status).toBe(409);
  });

  test('is deleted once', async () => {
    await create({ id: 'w' });
    expect((await service.call('DELETE', '/webhooks/w')).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await service.call(method, '/webhooks/w')).status).toBe(404);
    expect((await service.call('POST', '/webhooks/w/secret')).status).toBe(404);
  });

  test('is given another secret, which is shown this once', async () => {
    const first = (await create({ id: 'w' })).body as { secret: string };
    const rotated = await service.call('POST', '/webhooks/w/secret');
    expect(rotated.status).toBe(201);
    expect((rotated.body as { secret: string }).secret).toMatch(/^whsec_/);
    expect((rotated.body as { secret: string }).secret).not.toBe(first.secret);
    expect((await service.call('GET', '/webhooks/w')).body).not.toHaveProperty('secret');
  });

  test('is refused with every fault of its body', async () => {
    const headers = [
      { name: 'Content-Length', value: '1' },
      { name: 'webhook-signature', value: 'v1,a' },
      { name: 'a b', value: 'c' },
      { name: 'x', value: 'a\r\nb: c' },
    ];
    const wrong = { method: 'GET', status: 'on', eventsFilter: ['x'], headers, filter: 'a:b', body: '{}' };
    const { status, body } = await create(wrong);
    expect(status).toBe(422);
    expect(fieldsOf(body).toSorted()).toEqual([
      'body',
      'eventsFilter.0',
      'filter',
      'headers.0.name',
      'headers.1.name',
      'headers.2.name',
      'headers.3.value',
      'method',
      'status',
    ]);
  });

  test.each(['http://billing.example/', 'https://127.0.0.1/', 'https://localhost/', 'https://a@b.example/'])(
    'is refused where it leads to %s',
    async (wrong) => {
      const { status, body } = await create({ url: wrong });
      expect(status).toBe(422);
      expect(fieldsOf(body)).toEqual(['url']);
    },
  );

  test('is one of at most 25 that are active', async () => {
    for (let count = 0; count < 25; count++) expect((await create()).status).toBe(201);
    const { status, body } = await create();
    expect(status).toBe(422);
    expect(fieldsOf(body)).toEqual(['status']);
    expect((await create({ status: 'inactive' })).status).toBe(201);
  });

  test('takes the permissions of webhooks', async () => {
    const key = async (acl: readonly string[]) => {
      const made = await service.call('POST', '/api-keys', { body: { type: 'secret', acl } });
      return (made.body as { secretKey: string }).secretKey;
    };
    const [reader, stranger] = [await key(['webhooks:read']), await key(['customers:write'])];
    await create({ id: 'w' });
    expect((await service.call('GET', '/webhooks/w', { key: reader })).status).toBe(200);
    expect((await service.call('DELETE', '/webhooks/w', { key: reader })).status).toBe(403);
    for (const path of ['/webhooks', '/tracking/webhooks']) {
      expect((await service.call('GET', path, { key: stranger })).status).toBe(403);
    }
  });
});
