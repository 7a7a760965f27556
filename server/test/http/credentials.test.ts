import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import {
  startTestService,
  type TestService,
  testDatabase,
  testOrganizationId,
  testSecretKey,
} from '../support/service.ts';

const clock = testClock();
let service: TestService;
let operator: Operator;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  operator = await operatorOf(service, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

async function create(request: object = {}): Promise<{ id: string; key: string }> {
  const { body } = await service.call('POST', '/api-keys', { body: { type: 'secret', ...request } });
  const { id, secretKey, publishableKey } = body as Readonly<Record<string, string>>;
  return { id: id ?? '', key: secretKey ?? publishableKey ?? '' };
}

async function tokenWith(permissions: readonly string[]): Promise<string> {
  const { body } = await service.call('POST', '/tokens', { body: { permissions } });
  return `Bearer ${(body as { token: string }).token}`;
}

async function expired(): Promise<string> {
  const { key } = await create({ expiresTime: new Date(clock.now() + 1).toISOString() });
  clock.advance(1);
  return key;
}

async function revoked(): Promise<string> {
  const { id, key } = await create();
  await service.call('DELETE', `/api-keys/${id}`);
  return key;
}

async function ofOtherEnvironment(): Promise<string> {
  const { id, key } = await operator.createOrganization({ id: 'org_switched' });
  await operator.setEnvironment(id, 'sandbox');
  return key;
}

describe('a caller without good credentials', () => {
  test.each<[string, () => Promise<Readonly<Record<string, string>>>]>([
    ['no credential', async () => ({})],
    ['an empty key', async () => ({ 'REB-APIKEY': '' })],
    ['an unknown key', async () => ({ 'REB-APIKEY': `${testSecretKey.slice(0, -1)}1` })],
    ['a key of 10 KB', async () => ({ 'REB-APIKEY': 'x'.repeat(10_000) })],
    ['an expired key', async () => ({ 'REB-APIKEY': await expired() })],
    ['a revoked key', async () => ({ 'REB-APIKEY': await revoked() })],
    ['a key of the other environment', async () => ({ 'REB-APIKEY': await ofOtherEnvironment() })],
    ['a publishable key', async () => ({ 'REB-APIKEY': (await create({ type: 'publishable' })).key })],
    [
      'a publishable key in Authorization',
      async () => ({ Authorization: (await create({ type: 'publishable' })).key }),
    ],
    ['a secret key in Authorization', async () => ({ Authorization: testSecretKey })],
    ['a secret key as a bearer token', async () => ({ Authorization: `Bearer ${testSecretKey}` })],
    ['a secret key as a password', async () => ({ Authorization: `Basic ${btoa(`${testSecretKey}:`)}` })],
    ['a secret key in a cookie', async () => ({ Cookie: `REB-APIKEY=${testSecretKey}` })],
    ['a malformed token', async () => ({ Authorization: 'Bearer a.b.c' })],
    ['a scheme without a token', async () => ({ Authorization: 'Bearer' })],
  ])('with %s is answered 401 with one and the same body', async (_name, write) => {
    const headers = await write();
    const answer = await service.call('GET', '/customers', { key: null, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'Valid credentials are required.',
      instance: '/customers',
    });
  });

  test('a key in the query is no credential', async () => {
    const path = `/customers?REB-APIKEY=${testSecretKey}&key=${testSecretKey}`;
    const answer = await service.call('GET', path, { key: null });
    expect(answer.status).toBe(401);
    expect(JSON.stringify(answer.body)).not.toContain(testSecretKey);
  });

  test.each([
    ['that is not JSON', '{'],
    ['over the limit', `"${'x'.repeat(70_000)}"`],
    ['that is invalid', '{"source":1}'],
  ])('is refused before a body is read: one %s changes nothing of the answer', async (_name, body) => {
    const options = { key: 'sk_live_unknown', body };
    expect((await service.call('PUT', '/customers/x/lead-source', options)).status).toBe(401);
  });
});

describe('a good credential', () => {
  test.each(['REB-APIKEY', 'reb-apikey', 'Reb-ApiKey'])('is taken from %s', async (name) => {
    const answer = await service.call('GET', '/customers', { key: null, headers: { [name]: testSecretKey } });
    expect(answer.status).toBe(200);
  });

  test.each(['Bearer', 'bearer', 'BEARER'])('may be a token after "%s"', async (scheme) => {
    const headers = { Authorization: (await tokenWith(['*'])).replace('Bearer', scheme) };
    expect((await service.call('GET', '/customers', { key: null, headers })).status).toBe(200);
  });

  test('is 403, not 401, where it does not permit the call, for every operation', async () => {
    const { key } = await create({ acl: [] });
    const operations = service.contract.operations().filter(({ takesSecretKey }) => takesSecretKey);
    expect(operations.length).toBeGreaterThan(10);
    for (const { method, path } of operations) {
      const options = method === 'PUT' || method === 'POST' ? { key, body: {} } : { key };
      const answer = await service.call(method, path.replace('{id}', 'x'), options);
      expect(answer.status, `${method} ${path}`).toBe(403);
      expect(answer.headers.has('www-authenticate')).toBe(false);
    }
  });

  test.each([
    ['GET', '/customers?expand=leadSource', undefined, 'lead-sources:read'],
    ['GET', '/customers?filter=leadSource.source:a', undefined, 'lead-sources:read'],
    ['GET', '/customers?filter=original.source:a', undefined, 'lead-sources:read'],
    ['PUT', '/customers/mixed', { leadSource: {} }, 'lead-sources:write'],
    ['POST', '/customers', { leadSource: {} }, 'lead-sources:write'],
    ['PUT', '/customers/mixed?expand=leadSource', {}, 'lead-sources:read'],
  ])(
    'for customers alone does not permit %s %s %j, which takes %s as well',
    async (method, path, body, more) => {
      const customers = ['customers:read', 'customers:write'];
      const options = body === undefined ? {} : { body };
      const narrow = await create({ acl: customers });
      expect((await service.call(method, path, { key: narrow.key, ...options })).status).toBe(403);
      const enough = await create({ acl: [...customers, more] });
      expect((await service.call(method, path, { key: enough.key, ...options })).status).toBeLessThan(300);
    },
  );
});

test('a key that an operator makes beside the running service works at once, so that a lost one can be replaced', async () => {
  const key = await operator.createKey(testOrganizationId, 'secret', ['*']);
  expect((await service.call('GET', '/customers', { key })).status).toBe(200);
});

describe('both headers at once', () => {
  test.each([
    ['a good token with a bad key', ['*'], 'sk_live_unknown', 200],
    ['a narrower token with a key that may do everything', ['lead-sources:read'], testSecretKey, 403],
    ['a token that may more than the key', ['*'], 'narrow', 200],
  ])('the token decides: %s', async (_name, permissions, key, status) => {
    const used = key === 'narrow' ? (await create({ acl: ['lead-sources:read'] })).key : key;
    const headers = { Authorization: await tokenWith(permissions) };
    expect((await service.call('GET', '/customers', { key: used, headers })).status).toBe(status);
  });

  test('a bad token is refused though the key is good', async () => {
    const headers = { Authorization: 'Bearer a.b.c' };
    expect((await service.call('GET', '/customers', { headers })).status).toBe(401);
  });
});

describe('LEADSOURCE_SECRET_KEY', () => {
  test('may be any key of 32 characters or more', async () => {
    const key = 'correct-horse-battery-staple-so!';
    await using custom = await startTestService({ LEADSOURCE_SECRET_KEY: key });
    expect(key).toHaveLength(32);
    expect((await custom.call('GET', '/customers', { key })).status).toBe(200);
    expect((await custom.call('GET', '/customers')).status).toBe(401);
  });

  test('and LEADSOURCE_ORGANIZATION_ID are read at the first start only', async () => {
    const { url: DATABASE_URL, drop } = await testDatabase();
    {
      await using first = await startTestService({ DATABASE_URL });
      expect((await first.call('POST', '/customers', { body: { id: 'kept' } })).status).toBe(201);
    }
    const later = 'sk_live_anotherKeyThatComesTooLate00000000000';
    const settings = { LEADSOURCE_SECRET_KEY: later, LEADSOURCE_ORGANIZATION_ID: 'org_late' };
    {
      await using second = await startTestService({ DATABASE_URL, ...settings });
      expect((await second.call('GET', '/customers', { key: later })).status).toBe(401);
      const { body } = await second.call('GET', '/customers/kept');
      expect(body).toMatchObject({ organizationId: testOrganizationId });
    }
    await drop();
  });
});
