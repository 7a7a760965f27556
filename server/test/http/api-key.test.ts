import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

interface KeyDocument {
  readonly id: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly lastUsedTime: string | null;
}

async function create(request: object, key?: string): Promise<KeyDocument> {
  const answer = await service.call('POST', '/api-keys', {
    body: { type: 'secret', ...request },
    ...(key !== undefined && { key }),
  });
  expect(answer.status).toBe(201);
  return answer.body as KeyDocument;
}

async function statusWith(key: string, path = '/customers'): Promise<number> {
  return (await service.call('GET', path, { key })).status;
}

describe('POST /api-keys', () => {
  test.each([
    ['secret', 'secretKey', 'sk'],
    ['publishable', 'publishableKey', 'pk'],
  ])('of the type %s shows the key once, as %s', async (type, member, start) => {
    const { body } = await service.call('POST', '/api-keys', { body: { type } });
    const { id } = body as KeyDocument;
    const key = String(Reflect.get(body as object, member));
    expect(key).toMatch(new RegExp(`^${start}_live_[0-9A-Za-z]{30,}[0-9A-Za-z]{6}$`));
    expect(Object.keys(body as object).filter((name) => name.endsWith('Key'))).toEqual([member]);
    for (const path of [`/api-keys/${id}`, '/api-keys?limit=1000']) {
      expect(JSON.stringify((await service.call('GET', path)).body)).not.toContain(key);
    }
    const put = await service.call('PUT', `/api-keys/${id}`, { body: {} });
    expect(JSON.stringify(put.body)).not.toContain(key);
  });

  test('keeps what its maker decides', async () => {
    const request = {
      description: 'Billing',
      acl: ['customers:read', 'lead-sources:write'],
      allowedIps: ['192.0.2.0/24', '2001:db8::1'],
      allowedOrigins: ['https://example.com'],
      expiresTime: '2030-01-01T00:00:00.000Z',
    };
    const { id } = await create(request);
    const { body } = await service.call('GET', `/api-keys/${id}`);
    expect(body).toMatchObject({ id, type: 'secret', lastUsedTime: null, ...request });
  });

  test('without acl gives the permissions of its maker', async () => {
    const { secretKey } = await create({ acl: ['api-keys:write', 'customers:read'] });
    expect(await create({}, secretKey)).toMatchObject({ acl: ['api-keys:write', 'customers:read'] });
  });

  test.each([
    ['a permission it lacks', ['customers:write']],
    ['everything', ['*']],
    ['one it has and one it lacks', ['customers:read', 'api-keys:read']],
  ])('is 403 for a maker who would give %s', async (_name, acl) => {
    const { secretKey } = await create({ acl: ['api-keys:write', 'customers:read'] });
    const body = { type: 'secret', acl };
    expect((await service.call('POST', '/api-keys', { key: secretKey, body })).status).toBe(403);
  });

  test.each([
    ['type', { type: 'other' }],
    ['type', { type: undefined }],
    ['acl.0', { acl: ['customers:delete'] }],
    ['allowedIps.1', { allowedIps: ['192.0.2.1', '192.0.2.0/33'] }],
    ['allowedIps.0', { allowedIps: ['fe80::1%eth0'] }],
    ['allowedOrigins.0', { allowedOrigins: ['example.com'] }],
    ['allowedOrigins.1', { allowedOrigins: ['https://example.com', 'https://Example.com'] }],
    ['allowedOrigins.0', { allowedOrigins: ['https://example.com:443'] }],
    ['expiresTime', { expiresTime: '2024-02-29T00:00:00Z' }],
    ['expiresTime', { expiresTime: '2024-02-30T00:00:00Z' }],
    ['description', { description: 'x'.repeat(256) }],
  ])('is 422 and names %s of %j', async (field, request) => {
    const { status, body } = await service.call('POST', '/api-keys', {
      body: { type: 'secret', ...request },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ invalidFields: [{ field }] });
  });
});

describe('PUT /api-keys/{id}', () => {
  test('changes a key, whose acl stays where none is sent', async () => {
    const { id } = await create({ description: 'old', acl: ['customers:read'], allowedIps: ['192.0.2.1'] });
    const { body } = await service.call('PUT', `/api-keys/${id}`, { body: { description: 'new' } });
    expect(body).toMatchObject({ description: 'new', acl: ['customers:read'], allowedIps: [] });
  });

  test('is 422 for an end that has passed, and leaves the key as it is', async () => {
    const { id } = await create({ description: 'old' });
    const body = { description: 'new', expiresTime: new Date(clock.now()).toISOString() };
    const answer = await service.call('PUT', `/api-keys/${id}`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ invalidFields: [{ field: 'expiresTime' }] });
    expect((await service.call('GET', `/api-keys/${id}`)).body).toMatchObject({ description: 'old' });
  });

  test('takes effect with the next call', async () => {
    const { id, secretKey } = await create({ acl: ['customers:read'] });
    expect(await statusWith(secretKey)).toBe(200);
    await service.call('PUT', `/api-keys/${id}`, { body: { acl: ['reports:read'] } });
    expect(await statusWith(secretKey)).toBe(403);
  });

  test('is 403 for one who would give more than they have, to others or to themselves', async () => {
    const { id, secretKey } = await create({ acl: ['api-keys:write'] });
    const body = { acl: ['*'] };
    expect((await service.call('PUT', `/api-keys/${id}`, { key: secretKey, body })).status).toBe(403);
  });

  test('is 403 for one who would lengthen or loosen a key that may do more than they', async () => {
    const { id } = await create({ acl: ['*'], allowedIps: ['192.0.2.1'] });
    const { secretKey } = await create({ acl: ['api-keys:write'] });
    const answer = await service.call('PUT', `/api-keys/${id}`, { key: secretKey, body: {} });
    expect(answer.status).toBe(403);
  });
});

describe('one who may call from some addresses alone', () => {
  const acl = ['api-keys:write', 'customers:read'];
  const allowedIps = ['127.0.0.0/8', '2001:db8::/32'];

  test.each([
    ['none stated', {}],
    ['any', { allowedIps: [] }],
    ['a wider network', { allowedIps: ['127.0.0.0/7'] }],
    ['some of theirs and another', { allowedIps: ['127.0.0.1', '192.0.2.1'] }],
  ])('is 403 for a key, and for a change of their own, with %s', async (_name, request) => {
    const { id, secretKey: key } = await create({ acl, allowedIps });
    for (const type of ['secret', 'publishable']) {
      const made = await service.call('POST', '/api-keys', { key, body: { type, acl: [], ...request } });
      expect(made.status).toBe(403);
    }
    const { status, body } = await service.call('PUT', `/api-keys/${id}`, { key, body: request });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      detail: expect.stringMatching(/^Use from .+ cannot be given by one who .+\.$/),
    });
    expect((await service.call('GET', `/api-keys/${id}`)).body).toMatchObject({ allowedIps });
  });

  test('gives addresses and networks within theirs', async () => {
    const { id, secretKey: key } = await create({ acl, allowedIps });
    const within = { allowedIps: ['127.0.0.1', '127.128.0.0/9', '2001:db8:1::/48'] };
    const child = await create(within, key);
    expect(child).toMatchObject({ acl, ...within });
    for (const changed of [child.id, id]) {
      expect((await service.call('PUT', `/api-keys/${changed}`, { key, body: within })).status).toBe(200);
    }
  });

  test('is 403 for a change of a key that may be used from more', async () => {
    const { secretKey: key } = await create({ acl, allowedIps });
    for (const wider of [[], ['127.0.0.1', '192.0.2.1']]) {
      const { id } = await create({ acl: [], allowedIps: wider });
      const body = { allowedIps: ['127.0.0.1'] };
      expect((await service.call('PUT', `/api-keys/${id}`, { key, body })).status).toBe(403);
    }
  });

  test('gives no more by a token of such a key, but not by one of another', async () => {
    const statusBy = async (key: string) => {
      const minted = await service.call('POST', '/tokens', { key, body: {} });
      const headers = { Authorization: `Bearer ${Reflect.get(minted.body as object, 'token')}` };
      const body = { type: 'secret', acl: [] };
      return (await service.call('POST', '/api-keys', { key: null, headers, body })).status;
    };
    expect(await statusBy((await create({ acl, allowedIps })).secretKey)).toBe(403);
    expect(await statusBy((await create({ acl })).secretKey)).toBe(201);
  });
});

describe('DELETE /api-keys/{id}', () => {
  test('revokes a key at once and for good', async () => {
    const { id, secretKey } = await create({});
    expect(await statusWith(secretKey)).toBe(200);
    expect((await service.call('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await statusWith(secretKey)).toBe(401);
    expect((await service.call('GET', `/api-keys/${id}`)).status).toBe(404);
    expect((await service.call('DELETE', `/api-keys/${id}`)).status).toBe(404);
  });
});

test('a key outlives the key that made it', async () => {
  const maker = await create({ acl: ['api-keys:write', 'customers:read'] });
  const { secretKey } = await create({}, maker.secretKey);
  await service.call('DELETE', `/api-keys/${maker.id}`);
  expect(await statusWith(secretKey)).toBe(200);
});

test('api-keys:write alone revokes a key that may do more', async () => {
  const { id } = await create({ acl: ['*'] });
  const { secretKey } = await create({ acl: ['api-keys:write'] });
  expect((await service.call('DELETE', `/api-keys/${id}`, { key: secretKey })).status).toBe(204);
});

describe('a secret key', () => {
  test('is refused from the moment it expires', async () => {
    const expiresTime = new Date(clock.now() + 60_000).toISOString();
    const { secretKey } = await create({ expiresTime });
    clock.advance(59_999);
    expect(await statusWith(secretKey)).toBe(200);
    clock.advance(1);
    expect(await statusWith(secretKey)).toBe(401);
  });

  test.each([
    [['127.0.0.1'], 200],
    [['127.0.0.0/8', '192.0.2.1'], 200],
    [['192.0.2.0/24'], 403],
    [['::1'], 403],
    [[], 200],
  ])('with allowedIps %j answers 127.0.0.1 with %i', async (allowedIps, status) => {
    const { secretKey } = await create({ allowedIps });
    expect(await statusWith(secretKey)).toBe(status);
  });

  test('is not fooled about the address by headers that no trusted proxy sent', async () => {
    const { secretKey } = await create({ allowedIps: ['192.0.2.1'] });
    const headers = { 'X-Forwarded-For': '192.0.2.1', Forwarded: 'for=192.0.2.1' };
    expect((await service.call('GET', '/customers', { key: secretKey, headers })).status).toBe(403);
  });

  test('is judged by the address that a trusted proxy forwards for', async () => {
    await using behind = await startTestService({ LEADSOURCE_TRUSTED_PROXIES: '127.0.0.1' });
    const body = { type: 'secret', allowedIps: ['192.0.2.0/24'] };
    const created = await behind.call('POST', '/api-keys', { body });
    const { secretKey: key } = created.body as KeyDocument;
    const statusFrom = async (address: string) =>
      (await behind.call('GET', '/customers', { key, headers: { 'X-Forwarded-For': address } })).status;
    expect(await statusFrom('192.0.2.7')).toBe(200);
    expect(await statusFrom('192.0.2.7:4711')).toBe(200);
    expect(await statusFrom('198.51.100.7')).toBe(403);
    expect(await statusFrom('198.51.100.7:4711')).toBe(403);
    // What the client itself wrote before the proxy's entry counts for nothing.
    expect(await statusFrom('192.0.2.7, 198.51.100.7')).toBe(403);
  });

  test('shows when it was last used, written at most once a minute', async () => {
    const { id, secretKey } = await create({ acl: ['customers:read'] });
    const firstUse = new Date(clock.now()).toISOString();
    const noted = async () => {
      const { body } = await service.call('GET', `/api-keys/${id}`);
      return (body as KeyDocument).lastUsedTime;
    };
    // Nobody who calls waits for the note of it.
    const usedTime = () => expect.poll(noted, { interval: 5 });
    await statusWith(secretKey);
    await usedTime().toBe(firstUse);
    clock.advance(59_999);
    await statusWith(secretKey);
    clock.advance(1);
    await statusWith(secretKey);
    // Had the call before been noted, this one would not have been.
    await usedTime().toBe(new Date(clock.now()).toISOString());
  });

  test('works under both roots', async () => {
    const { secretKey } = await create({ acl: ['customers:read'] });
    expect(await statusWith(secretKey, `/organizations/${testOrganizationId}/customers`)).toBe(200);
  });
});

test('GET /api-keys lists the newest first, by the page', async () => {
  for (const description of ['older', 'newer']) {
    clock.advance(1000);
    await create({ description });
  }
  const { body, headers } = await service.call('GET', '/api-keys?limit=2');
  expect(body).toMatchObject([{ description: 'newer' }, { description: 'older' }]);
  expect(Number(headers.get('pagination-total'))).toBeGreaterThan(2);
});
