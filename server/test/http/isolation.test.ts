import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Operator, operatorOf } from '../support/operator.ts';
import {
  type Answer,
  type CallOptions,
  startTestService,
  type TestService,
  testOrganizationId,
} from '../support/service.ts';

/** Headers that tell of the moment or of the connection, not of the resource. */
const ofTheMoment = new Set(['date', 'x-request-id', 'connection', 'keep-alive', 'content-length']);
const bodies: Readonly<Record<string, unknown>> = {
  '/api-keys': { type: 'secret' },
  '/tokens': { subject: 'someone' },
};

let service: TestService;
let operator: Operator;
let stranger: string;
let keyId: string;
beforeAll(async () => {
  service = await startTestService();
  operator = await operatorOf(service);
  stranger = (await operator.createOrganization({ id: 'org_stranger' })).key;
  await service.call('PUT', '/customers/theirs', { body: { leadSource: { source: 'secret-source' } } });
  const { body } = await service.call('POST', '/api-keys', { body: { type: 'secret' } });
  keyId = (body as { id: string }).id;
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** An answer without what may differ between two that must be alike. */
function essence({ status, headers, body }: Answer, named: string): unknown {
  const { instance: _instance, ...rest } = (body ?? {}) as { instance?: string };
  const kept = [...headers].filter(([name]) => !ofTheMoment.has(name));
  // What the caller wrote of the resource's name comes back in links and may differ, nothing else.
  return JSON.parse(JSON.stringify({ status, kept, rest }).replaceAll(named, '{name}'));
}

function optionsFor(method: string, path: string): CallOptions {
  const hasBody = method === 'PUT' || method === 'POST';
  return { key: stranger, ...(hasBody && { body: bodies[path] ?? {} }) };
}

function organizationRoutes(): { method: string; path: string }[] {
  return service.contract.operations().filter(({ takesSecretKey }) => takesSecretKey);
}

describe('to the credentials of another organization', () => {
  test('every route under the root of an organization answers as under that of an unknown one', async () => {
    const routes = organizationRoutes();
    expect(routes.length).toBeGreaterThan(10);
    for (const { method, path } of routes) {
      const query = method === 'DELETE' && path === '/customers/{id}' ? '?targetCustomerId=x' : '';
      const target = path.replace('{id}', path.startsWith('/api-keys') ? keyId : 'theirs') + query;
      const options = optionsFor(method, path);
      const theirs = await service.call(method, `/organizations/${testOrganizationId}${target}`, options);
      const unknown = await service.call(method, `/organizations/org_unknown${target}`, options);
      expect(theirs.status, `${method} ${path}`).toBe(404);
      expect(essence(theirs, testOrganizationId), `${method} ${path}`).toEqual(
        essence(unknown, 'org_unknown'),
      );
    }
  });

  test.each([
    ['GET', '/customers/{id}', 404],
    ['GET', '/customers/{id}?expand=leadSource', 404],
    ['GET', '/customers/{id}/lead-source', 404],
    ['GET', '/customers/{id}/lead-sources', 404],
    ['DELETE', '/customers/{id}/lead-source', 404],
    ['DELETE', '/customers/{id}?targetCustomerId=mine', 404],
    ['DELETE', '/customers/mine?targetCustomerId={id}', 404],
  ])('%s %s answers for a customer of theirs as for an unknown one', async (method, path, status) => {
    await service.call('PUT', '/customers/mine', { key: stranger, body: {} });
    const theirs = await service.call(method, path.replace('{id}', 'theirs'), { key: stranger });
    const unknown = await service.call(method, path.replace('{id}', 'nobody'), { key: stranger });
    expect(theirs.status).toBe(status);
    expect(essence(theirs, 'theirs')).toEqual(essence(unknown, 'nobody'));
  });

  test.each([
    ['GET', undefined],
    ['PUT', {}],
    ['DELETE', undefined],
  ])('%s /api-keys/{id} answers for a key of theirs as for an unknown one', async (method, body) => {
    const options = { key: stranger, ...(body !== undefined && { body }) };
    const theirs = await service.call(method, `/api-keys/${keyId}`, options);
    const unknown = await service.call(method, '/api-keys/key_unknown', options);
    expect(theirs.status).toBe(404);
    expect(essence(theirs, keyId)).toEqual(essence(unknown, 'key_unknown'));
  });

  test('lists and filters show nothing of theirs', async () => {
    for (const path of [
      '/customers?limit=1000',
      '/customers?filter=leadSource.source:secret-source&expand=leadSource',
      '/customers?filter=original.source:secret-source',
      '/customers?filter=id:theirs',
    ]) {
      const { body, headers } = await service.call('GET', path, { key: stranger });
      expect(JSON.stringify(body), path).not.toMatch(/theirs|secret-source/);
      if (path.includes('filter')) expect(headers.get('pagination-total')).toBe('0');
    }
    const keys = await service.call('GET', '/api-keys?limit=1000', { key: stranger });
    expect(JSON.stringify(keys.body)).not.toContain(keyId);
    expect(keys.headers.get('pagination-total')).toBe('1');
  });

  test('a customer of the same id is another customer', async () => {
    const before = await service.call('GET', '/customers/theirs/lead-source');
    const path = '/customers/theirs/lead-source';
    const put = await service.call('PUT', path, { key: stranger, body: { source: 'ours' } });
    expect(put.body).toMatchObject({ source: 'ours', original: { source: 'ours' } });
    expect((await service.call('GET', path)).body).toEqual(before.body);
    const mine = await service.call('GET', '/customers/theirs', { key: stranger });
    expect(mine.body).toMatchObject({ organizationId: 'org_stranger' });
    expect((await service.call('DELETE', path, { key: stranger })).status).toBe(204);
    expect((await service.call('GET', path)).body).toEqual(before.body);
  });

  test('a token speaks for the organization of its maker alone', async () => {
    const minted = await service.call('POST', '/tokens', { key: stranger, body: {} });
    const headers = { Authorization: `Bearer ${(minted.body as { token: string }).token}` };
    // The key of the other organization comes along, and must not count.
    const answer = await service.call('GET', `/organizations/${testOrganizationId}/customers/theirs`, {
      headers,
    });
    expect(answer.status).toBe(404);
    const listed = await service.call('GET', '/customers?limit=1000', { headers });
    expect(JSON.stringify(listed.body)).not.toContain(testOrganizationId);
  });
});

test('an unknown caller is refused alike under the root of a known and of an unknown organization', async () => {
  for (const { method, path } of organizationRoutes()) {
    const target = path.replace('{id}', 'theirs');
    const options = { ...optionsFor(method, path), key: 'sk_live_unknown' };
    const known = await service.call(method, `/organizations/${testOrganizationId}${target}`, options);
    const unknown = await service.call(method, `/organizations/org_unknown${target}`, options);
    expect(known.status, `${method} ${path}`).toBe(401);
    expect(essence(known, testOrganizationId)).toEqual(essence(unknown, 'org_unknown'));
  }
});
