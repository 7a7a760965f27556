import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shownEntityTag } from '../../src/http/setting-version.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const path = (id: string) => `/customers/${id}/lead-source`;

function put(id: string, source: string, headers: Readonly<Record<string, string>> = {}) {
  return service.call('PUT', path(id), { body: { source }, headers });
}

async function tagOf(id: string, root = ''): Promise<string> {
  const { headers } = await service.call('GET', root + path(id));
  return headers.get('etag') ?? '';
}

describe('the ETag of a lead source', () => {
  test('is strong, and the same under both roots', async () => {
    await put('tag', 'a');
    expect(await tagOf('tag')).toMatch(/^"[^"]+"$/);
    expect(await tagOf('tag', `/organizations/${testOrganizationId}`)).toBe(await tagOf('tag'));
  });

  test('changes with everything that GET shows', async () => {
    await put('changes', 'a');
    await put('joining', 'z');
    const tags = [await tagOf('changes')];
    await put('changes', 'b');
    tags.push(await tagOf('changes'));
    await service.call('DELETE', path('changes'));
    await put('changes', 'b');
    tags.push(await tagOf('changes'));
    await service.call('DELETE', '/customers/joining?targetCustomerId=changes');
    tags.push(await tagOf('changes'));
    expect(new Set(tags).size).toBe(4);
  });

  test('is another where the id belongs to somebody new', async () => {
    await put('again', 'a');
    const tag = await tagOf('again');
    await service.call('POST', '/customers/again/erasure');
    await put('again', 'b');
    const told = { headers: { 'If-None-Match': tag } };
    expect((await service.call('GET', path('again'), told)).status).toBe(200);
    expect((await put('again', 'c', { 'If-Match': tag })).status).toBe(412);
  });

  test('stays where only the customer changes', async () => {
    await put('stays', 'a');
    const tag = await tagOf('stays');
    await service.call('PUT', '/customers/stays', { body: { websiteId: 'main' } });
    expect(await tagOf('stays')).toBe(tag);
  });
});

describe('GET with If-None-Match', () => {
  test.each([
    ['the tag', (tag: string) => tag, 304],
    ['the tag as a weak one', (tag: string) => `W/${tag}`, 304],
    ['a list with the tag', (tag: string) => `"other", ${tag}`, 304],
    ['*', () => '*', 304],
    ['another tag', () => '"other"', 200],
  ])('%s answers %s', async (_name, write, status) => {
    await put('read', 'a');
    const tag = await tagOf('read');
    const answer = await service.call('GET', path('read'), { headers: { 'If-None-Match': write(tag) } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('etag')).toBe(tag);
    expect(answer.body === null).toBe(status === 304);
  });
});

describe.each(['GET', 'HEAD'])('a 304 to %s', (method) => {
  test.each([
    path('unchanged'),
    `/organizations/${testOrganizationId}${path('unchanged')}`,
    '/',
    '/icon.svg',
    '/capture.js',
    '/docs/static/index.css',
  ])('of %s says neither type nor length of what it does not bring', async (target) => {
    await put('unchanged', 'a');
    const ask = (headers: Readonly<Record<string, string>> = {}) =>
      fetch(service.url + target, { method, headers: { 'REB-APIKEY': service.secretKey, ...headers } });
    const tag = (await ask()).headers.get('etag') ?? '';
    const { status, headers } = await ask({ 'If-None-Match': tag });
    expect([status, headers.get('etag')]).toEqual([304, tag]);
    for (const name of ['content-length', 'content-type', 'transfer-encoding'])
      expect(headers.get(name)).toBeNull();
  });
});

const settingPaths = [
  '/channel-rules',
  '/landing-settings',
  '/attribution-settings',
  '/privacy-settings',
  '/affiliate-settings',
];

describe.each(settingPaths)('the ETag of %s', (at) => {
  const readWith = (headers: Readonly<Record<string, string>> = {}) => service.call('GET', at, { headers });
  const tagNow = async () => (await readWith()).headers.get('etag') ?? '';

  test('answers 304 to whoever names it, and 200 to whoever names another', async () => {
    const tag = await tagNow();
    for (const tags of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const answer = await readWith({ 'If-None-Match': tags });
      expect([answer.status, answer.body, answer.headers.get('etag')]).toEqual([304, null, tag]);
    }
    expect((await readWith({ 'If-None-Match': '"other"' })).status).toBe(200);
    const { status, body } = await readWith({ 'If-None-Match': `"${tag}` });
    expect([status, typeof body]).toEqual([200, 'object']);
  });

  const versionNow = async () => ((await readWith()).body as { version: number }).version;

  test.each([
    { method: 'PUT', done: 200 },
    { method: 'DELETE', done: 204 },
  ])('is a precondition of $method as the version alone is', async ({ method, done }) => {
    const { version: _none, ...shown } = (await readWith()).body as { version: number };
    const body = method === 'PUT' ? shown : undefined;
    const change = async (name: string, tag: string) =>
      (await service.call(method, at, { body, headers: { [name]: tag } })).status;
    for (const tagOf of [tagNow, async () => `"${await versionNow()}"`]) {
      expect(await change('If-Match', await tagOf())).toBe(done);
      expect(await change('If-None-Match', await tagOf())).toBe(412);
    }
    expect(await change('If-Match', (await tagNow()).replace('"', '"9'))).toBe(412);
  });
});

test('the ETag of settings is another where they are shown otherwise within a version', () => {
  const shown = [true, false].map((isApplied) => ({ version: 2, isApplied }));
  const tags = shown.map(shownEntityTag);
  expect(new Set(tags).size).toBe(2);
});

describe('PUT with If-Match', () => {
  test('writes where the tag is current, and is 412 where it is not', async () => {
    await put('matched', 'a');
    const tag = await tagOf('matched');
    expect((await put('matched', 'b', { 'If-Match': tag })).status).toBe(201);
    expect((await put('matched', 'c', { 'If-Match': tag })).status).toBe(412);
    expect((await service.call('GET', path('matched'))).body).toMatchObject({ source: 'b' });
  });

  test('is 412 even for an equal body', async () => {
    await put('equal', 'a');
    expect((await put('equal', 'a', { 'If-Match': '"other"' })).status).toBe(412);
  });

  test('is 412 for a weak tag, since If-Match compares strongly', async () => {
    await put('weak', 'a');
    expect((await put('weak', 'b', { 'If-Match': `W/${await tagOf('weak')}` })).status).toBe(412);
  });

  test('* is 412 for a customer without a lead source, who is not created by it', async () => {
    expect((await put('nobody', 'a', { 'If-Match': '*' })).status).toBe(412);
    expect((await service.call('GET', '/customers/nobody')).status).toBe(404);
  });

  test('an invalid body is 422 before the precondition is judged', async () => {
    const headers = { 'If-Match': '"other"' };
    const answer = await service.call('PUT', path('order'), { body: { source: 1 }, headers });
    expect(answer.status).toBe(422);
  });
});

describe('PUT with If-None-Match', () => {
  test('* writes the first lead source only', async () => {
    expect((await put('fresh', 'a', { 'If-None-Match': '*' })).status).toBe(201);
    expect((await put('fresh', 'b', { 'If-None-Match': '*' })).status).toBe(412);
    expect((await put('fresh', 'a', { 'If-None-Match': '*' })).status).toBe(412);
    await service.call('DELETE', path('fresh'));
    expect((await put('fresh', 'b', { 'If-None-Match': '*' })).status).toBe(201);
  });
});

describe('DELETE with If-Match', () => {
  test('is 412 for a tag that is not current, and deletes with the one that is', async () => {
    await put('deleted', 'a');
    const refused = await service.call('DELETE', path('deleted'), { headers: { 'If-Match': '"other"' } });
    expect(refused.status).toBe(412);
    const headers = { 'If-Match': await tagOf('deleted') };
    expect((await service.call('DELETE', path('deleted'), { headers })).status).toBe(204);
  });

  test('is 404 where there is no lead source', async () => {
    const headers = { 'If-Match': '"other"' };
    expect((await service.call('DELETE', path('unknown'), { headers })).status).toBe(404);
  });
});

test('of many clients that each send the tag they read, exactly one writes', async () => {
  await put('contended', 'start');
  const tag = await tagOf('contended');
  const statuses = await Promise.all(
    Array.from({ length: 20 }, (_, index) => put('contended', `by ${index}`, { 'If-Match': tag })),
  );
  expect(statuses.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(statuses.filter(({ status }) => status === 412)).toHaveLength(19);
});

test('what a credential lets its sender read, no shared cache keeps for others', async () => {
  await put('private', 'a');
  const etag = await tagOf('private');
  const kept = async (method: string, target: string, headers = {}) => {
    const answer = await service.call(method, target, { headers });
    return [answer.status, answer.headers.get('cache-control')];
  };
  const mine = 'private, no-cache';
  expect(await kept('GET', path('private'))).toEqual([200, mine]);
  expect(await kept('GET', path('private'), { 'If-None-Match': etag })).toEqual([304, mine]);
  expect(await kept('HEAD', '/customers')).toEqual([200, mine]);
  expect(await kept('GET', '/exports/touches')).toEqual([200, mine]);
  expect(await kept('GET', '/customers/unknown')).toEqual([404, mine]);
  expect(await kept('GET', '/organizations/other/customers')).toEqual([404, mine]);
});
