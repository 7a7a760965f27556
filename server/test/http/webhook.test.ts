import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type CallOptions, startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let operator: Operator;
beforeAll(async () => {
  service = await startTestService();
  operator = await operatorOf(service);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Of an organization of its own for each test. */
let ownKey: string;
let organizations = 0;
beforeEach(async () => {
  ownKey = (await operator.createOrganization({ id: `org_${++organizations}` })).key;
});

function call(method: string, path: string, options: CallOptions = {}) {
  return service.call(method, path, { key: ownKey, ...options });
}

const url = 'https://billing.example/hooks';

function create(body: object = {}) {
  return call('POST', '/webhooks', { body: { url, ...body } });
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
    const read = await call('GET', `/webhooks/${id}`);
    expect(read).toMatchObject({ status: 200, body: { id, ...shown } });
    expect(JSON.stringify(read.body)).not.toContain('whsec');
    const list = await call('GET', '/webhooks');
    expect(list.body).toEqual([read.body]);
    expect(list.headers.get('pagination-total')).toBe('1');
  });

  test('is put under an id of the caller: 201 with its secret first, 200 without one later', async () => {
    const headers = [{ name: 'Authorization', value: 'Basic YTpi', status: 'inactive' }];
    const body = { url, eventsFilter: ['customer-merged'], headers };
    const created = await call('PUT', '/webhooks/billing', { body });
    expect(created.status).toBe(201);
    expect(created.body).toHaveProperty('secret');
    const replaced = await call('PUT', '/webhooks/billing', { body: { url, status: 'inactive' } });
    expect(replaced).toMatchObject({
      status: 200,
      body: { status: 'inactive', headers: [], eventsFilter: [] },
    });
    expect(replaced.body).not.toHaveProperty('secret');
    expect((await create({ id: 'billing' })).status).toBe(409);
  });

  test('is deleted once', async () => {
    await create({ id: 'w' });
    expect((await call('DELETE', '/webhooks/w')).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await call(method, '/webhooks/w')).status).toBe(404);
    expect((await call('POST', '/webhooks/w/secret')).status).toBe(404);
  });

  test('is given another secret, which is shown this once', async () => {
    const first = (await create({ id: 'w' })).body as { secret: string };
    const rotated = await call('POST', '/webhooks/w/secret');
    expect(rotated.status).toBe(201);
    expect((rotated.body as { secret: string }).secret).toMatch(/^whsec_/);
    expect((rotated.body as { secret: string }).secret).not.toBe(first.secret);
    expect((await call('GET', '/webhooks/w')).body).not.toHaveProperty('secret');
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
      const made = await call('POST', '/api-keys', { body: { type: 'secret', acl } });
      return (made.body as { secretKey: string }).secretKey;
    };
    const [reader, stranger] = [await key(['webhooks:read']), await key(['customers:write'])];
    await create({ id: 'w' });
    expect((await call('GET', '/webhooks/w', { key: reader })).status).toBe(200);
    expect((await call('DELETE', '/webhooks/w', { key: reader })).status).toBe(403);
    for (const path of ['/webhooks', '/tracking/webhooks']) {
      expect((await call('GET', path, { key: stranger })).status).toBe(403);
    }
  });
});
