import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultLandingSettings } from '../../src/domain/landing-settings.ts';
import { testClock } from '../support/clock.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type CallOptions, startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
let operator: Operator;
let key: string;
let organizations = 0;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  operator = await operatorOf(service, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(async () => {
  key = (await operator.createOrganization({ id: `org_${++organizations}` })).key;
});

function call(method: string, path: string, options: CallOptions = {}) {
  return service.call(method, path, { key, ...options });
}

function put(body: object, headers: Readonly<Record<string, string>> = {}) {
  return call('PUT', '/landing-settings', { body, headers });
}

async function inForce(): Promise<object> {
  const { status, body } = await call('GET', '/landing-settings');
  expect(status).toBe(200);
  return body as object;
}

describe('/landing-settings', () => {
  const first = {
    ...defaultLandingSettings,
    version: 1,
    isDefault: true,
    actor: null,
    createdTime: null,
  };

  test('are the default ones where none were put', async () => {
    expect(await inForce()).toEqual(first);
    expect((await call('GET', '/landing-settings/versions/1')).body).toEqual(first);
  });

  test('are changed in what is put, and the rest is as by default', async () => {
    const { status, body, headers } = await put({
      ownHosts: ['shop.example'],
      parameterFamilies: ['matomo'],
      urlPolicy: { query: 'strip' },
    });
    expect(status).toBe(200);
    expect(headers.get('etag')).toMatch(/^"2-[\w-]{22}"$/);
    expect(body).toEqual({
      ...first,
      version: 2,
      isDefault: false,
      ownHosts: ['shop.example'],
      parameterFamilies: ['matomo'],
      urlPolicy: { ...defaultLandingSettings.urlPolicy, query: 'strip' },
      actor: expect.stringMatching(/^key_/),
      createdTime: new Date(clock.now()).toISOString(),
    });
    expect(await inForce()).toEqual(body);
  });

  test('can be read, changed and sent back', async () => {
    const before = await inForce();
    expect((await put(before)).body).toMatchObject({ version: 1, isDefault: true });
    expect((await put({ ...before, ownHosts: ['shop.example'] })).body).toMatchObject({ version: 2 });
    expect((await put({ ...before, ownHosts: ['other.example'] })).status).toBe(409);
  });

  test('go back to the default by DELETE, and every version stays to be read', async () => {
    await put({ excludedHosts: [] });
    expect((await call('DELETE', '/landing-settings', { headers: { 'If-Match': '"1"' } })).status).toBe(412);
    expect((await call('DELETE', '/landing-settings')).status).toBe(204);
    expect(await inForce()).toMatchObject({ version: 3, isDefault: true });
    expect((await call('GET', '/landing-settings/versions/2')).body).toMatchObject({ excludedHosts: [] });
    expect((await call('GET', '/landing-settings/versions/4')).status).toBe(404);
    const { body } = await call('GET', '/setting-changes?limit=2');
    expect(body).toMatchObject(
      ['3', '2'].map((subject) => ({ action: 'landing-settings-changed', subject })),
    );
  });

  test('that are wrong are told all their faults', async () => {
    const answer = await put({ version: 'x', ownHosts: ['https://shop.example'], urlPolicy: { query: 1 } });
    expect(answer.status).toBe(422);
    const { invalidFields } = answer.body as { invalidFields: { field: string }[] };
    expect(invalidFields.map(({ field }) => field)).toEqual(['version', 'ownHosts.0', 'urlPolicy.query']);
  });

  test('count for channels at once, in the past as well', async () => {
    const body = { referrer: 'https://blog.shop.example/post' };
    await call('PUT', '/customers/a/lead-source', { body });
    const channel = async () => {
      const answer = await call('GET', '/customers/a/lead-sources');
      return (answer.body as { channel: string }[])[0]?.channel;
    };
    expect(await channel()).toBe('Referral');
    await put({ ownHosts: ['shop.example'] });
    expect(await channel()).toBe('Direct');
  });

  test('take the permissions of settings', async () => {
    const made = await call('POST', '/api-keys', { body: { type: 'secret', acl: ['settings:read'] } });
    const { secretKey } = made.body as { secretKey: string };
    expect((await call('GET', '/landing-settings', { key: secretKey })).status).toBe(200);
    expect((await call('PUT', '/landing-settings', { key: secretKey, body: {} })).status).toBe(403);
  });
});

describe('the policy for URLs', () => {
  const path = 'https://me:secret@shop.example/pay?token=abc&utm_source=ad&page=2#section';
  const referrer = 'https://search.example/?q=shoes&session_id=abc';
  const kept = { path: 'https://shop.example/pay?utm_source=ad', referrer: 'https://search.example/' };

  async function leadSourceOf(id: string): Promise<unknown> {
    return (await call('GET', `/customers/${id}/lead-source`)).body;
  }

  test('leaves what callers write as it is, unless the organization wants it otherwise', async () => {
    await put({ urlPolicy: { query: 'strip' } });
    await call('PUT', '/customers/c/lead-source', { body: { path, referrer } });
    expect(await leadSourceOf('c')).toMatchObject({ path, referrer });
  });

  test('then holds for every way to write one', async () => {
    await put({ urlPolicy: { appliesToApi: true } });
    const body = { path, referrer };
    await call('PUT', '/customers/put/lead-source', { body });
    await call('POST', '/customers/post/lead-sources', { body });
    await call('PUT', '/customers/saved', { body: { leadSource: body } });
    await call('POST', '/lead-sources', {
      body: [{ customerId: 'imported', occurredTime: '2026-01-01T00:00:00Z', ...body }],
    });
    for (const id of ['put', 'post', 'saved', 'imported']) expect(await leadSourceOf(id)).toMatchObject(kept);
  });

  test('holds before a PUT is compared, and before a touch is told again', async () => {
    await put({ urlPolicy: { appliesToApi: true } });
    const told = { body: { id: 'told', path, referrer } };
    expect((await call('POST', '/customers/c/lead-sources', told)).status).toBe(201);
    expect((await call('POST', '/customers/c/lead-sources', told)).status).toBe(200);
    clock.advance(1000);
    const other = path.replace('abc', 'def');
    await call('PUT', '/customers/c/lead-source', { body: { path: other, referrer } });
    expect((await call('GET', '/customers/c/lead-sources')).headers.get('pagination-total')).toBe('1');
  });

  test('makes nothing too long, and asks for true or false', async () => {
    await put({ urlPolicy: { query: 'keep', appliesToApi: true } });
    const long = `https://shop.example/?a=${'x'.repeat(470)}&token=1`;
    const answer = await call('PUT', '/customers/c/lead-source', { body: { path: long } });
    expect(answer.status).toBe(201);
    expect((answer.body as { path: string }).path).toMatch(/&token=reda?c?t?e?d?$/);
    const refused = await put({ urlPolicy: { appliesToApi: 'yes' } });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ invalidFields: [{ field: 'urlPolicy.appliesToApi' }] });
  });
});
