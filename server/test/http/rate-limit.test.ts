import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type Answer, type CallOptions, startTestService, type TestService } from '../support/service.ts';

const windowSeconds = 600;
const clock = testClock();
let service: TestService;
let operator: Operator;
beforeAll(async () => {
  service = await startTestService(
    { LEADSOURCE_RATE_LIMIT: `3/${windowSeconds}`, LEADSOURCE_AUTH_FAILURE_LIMIT: '2/60' },
    clock.now,
  );
  operator = await operatorOf(service, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Seconds from now to the next window of that length, which starts at a multiple of it since the epoch. */
function secondsToWindow(seconds: number): number {
  return seconds - ((clock.now() / 1000) % seconds);
}

beforeEach(() => clock.advance(secondsToWindow(windowSeconds) * 1000));

function put(options: CallOptions = {}): Promise<Answer> {
  return service.call('PUT', '/customers/x/lead-source', { body: {}, ...options });
}

async function useUp(): Promise<Answer> {
  for (let call = 0; call < 3; call++) expect((await put()).status).toBe(201);
  return put();
}

function limitHeaders({ headers }: Answer): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => /rate-?limit|retry-after/.test(name)));
}

describe('every non-GET success', () => {
  test.each([
    ['PUT', '/customers/x/lead-source', {}],
    ['PUT', '/customers/x', {}],
    ['POST', '/customers', {}],
    ['POST', '/api-keys', { type: 'secret' }],
    ['POST', '/tokens', {}],
    ['DELETE', '/customers/x/lead-source', undefined],
  ])('%s %s says what is left and when the window ends', async (method, path, body) => {
    if (method === 'DELETE') await put();
    clock.advance(100_000);
    const answer = await service.call(method, path, body === undefined ? {} : { body });
    expect(answer.status).toBeLessThan(300);
    const remaining = method === 'DELETE' ? 1 : 2;
    expect(limitHeaders(answer)).toEqual({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': String(remaining),
      'ratelimit-policy': `"default";q=3;w=${windowSeconds}`,
      ratelimit: `"default";r=${remaining};t=500`,
    });
  });
});

describe('the call beyond the limit', () => {
  test('is 429 and says when to come again, in words and in every header that clients read', async () => {
    const windowEnd = clock.now() / 1000 + windowSeconds;
    clock.advance(30_000);
    const answer = await useUp();
    expect(answer.status).toBe(429);
    expect(limitHeaders(answer)).toEqual({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-retry-after': String(windowEnd),
      'retry-after': '570',
      'rate-limit-limit': '3',
      'ratelimit-policy': `"default";q=3;w=${windowSeconds}`,
      ratelimit: '"default";r=0;t=570',
    });
    expect(answer.body).toMatchObject({ detail: 'Come again in 570 seconds.' });
  });

  test('has the title "Rate Limit Exceeded" and the type about:blank', async () => {
    const { headers, body } = await useUp();
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ type: 'about:blank', title: 'Rate Limit Exceeded', status: 429 });
  });

  test('writes nothing', async () => {
    await useUp();
    await service.call('PUT', '/customers/unwritten/lead-source', { body: {} });
    expect((await service.call('GET', '/customers/unwritten')).status).toBe(404);
  });
});

test('a call is judged in this order: who calls, how often, and only then what it says', async () => {
  const invalid = { body: { source: 1 } };
  await useUp();
  expect((await put(invalid)).status).toBe(429);
  expect((await put({ ...invalid, key: 'sk_live_unknown' })).status).toBe(401);
});

test('windows are aligned to the epoch: the limit is whole again with the next one, not before', async () => {
  clock.advance((windowSeconds - 1) * 1000);
  await useUp();
  clock.advance(999);
  expect((await put()).status).toBe(429);
  clock.advance(1);
  expect(limitHeaders(await put())).toMatchObject({ 'x-ratelimit-remaining': '2' });
});

test('GET and HEAD are not counted, and still answer when the limit is used up', async () => {
  await put();
  for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
    const { status, headers } = await service.call(method, '/customers/x/lead-source');
    expect([status, headers.has('x-ratelimit-limit')]).toEqual([200, false]);
  }
  expect(limitHeaders(await put())).toMatchObject({ 'x-ratelimit-remaining': '1' });
  await put();
  expect((await put()).status).toBe(429);
  expect((await service.call('GET', '/customers/x')).status).toBe(200);
});

test('calls that are refused after their caller is known count, too', async () => {
  expect((await put({ body: { source: 1 } })).status).toBe(422);
  expect((await put({ body: '{' })).status).toBe(400);
  expect(limitHeaders(await put())).toMatchObject({ 'x-ratelimit-remaining': '0' });
});

test('all keys and tokens of an organization count together, other organizations on their own', async () => {
  const minted = await service.call('POST', '/tokens', { body: {} });
  const headers = { Authorization: `Bearer ${(minted.body as { token: string }).token}` };
  await put({ headers });
  expect(limitHeaders(await put())).toMatchObject({ 'x-ratelimit-remaining': '0' });
  const { key } = await operator.createOrganization({ id: 'org_other' });
  expect(limitHeaders(await put({ key }))).toMatchObject({ 'x-ratelimit-remaining': '2' });
});

test('an organization may have a limit of its own, or none', async () => {
  const { id, key } = await operator.createOrganization({
    id: 'org_generous',
    rateLimit: { calls: 9, windowSeconds: 60 },
  });
  expect(limitHeaders(await put({ key }))).toMatchObject({ 'ratelimit-policy': '"default";q=9;w=60' });
  await operator.setRateLimit(id, 'off');
  clock.advance(1000);
  expect(limitHeaders(await put({ key }))).toEqual({});
  await operator.setRateLimit(id, null);
  clock.advance(1000);
  expect(limitHeaders(await put({ key }))).toMatchObject({ 'x-ratelimit-limit': '3' });
});

test('LEADSOURCE_RATE_LIMIT=off counts nothing and says nothing', async () => {
  await using unlimited = await startTestService({ LEADSOURCE_RATE_LIMIT: 'off' });
  const answer = await unlimited.call('POST', '/customers', { body: {} });
  expect(limitHeaders(answer)).toEqual({});
});

describe('failed authentication', () => {
  const stranger = { key: 'sk_live_unknown' };

  test('does not count against the organization', async () => {
    await put(stranger);
    expect(limitHeaders(await put())).toMatchObject({ 'x-ratelimit-remaining': '2' });
  });

  test('is throttled per address by a limit of its own, for GET as well', async () => {
    expect((await put(stranger)).status).toBe(401);
    expect((await service.call('GET', '/customers', stranger)).status).toBe(401);
    const answer = await service.call('GET', '/customers', stranger);
    expect(answer.status).toBe(429);
    expect(limitHeaders(answer)).toEqual({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-retry-after': String(clock.now() / 1000 + secondsToWindow(60)),
      'retry-after': String(secondsToWindow(60)),
      'rate-limit-limit': '2',
      'ratelimit-policy': '"default";q=2;w=60',
      ratelimit: `"default";r=0;t=${secondsToWindow(60)}`,
    });
    clock.advance(60_000);
    expect((await put(stranger)).status).toBe(401);
  });

  test('is counted for all IPv6 addresses of a subscriber together', async () => {
    const settings = { LEADSOURCE_AUTH_FAILURE_LIMIT: '2/60', LEADSOURCE_TRUSTED_PROXIES: '127.0.0.1' };
    await using proxied = await startTestService(settings, clock.now);
    const statusFrom = async (address: string) => {
      const headers = { 'X-Forwarded-For': address };
      return (await proxied.call('GET', '/customers', { ...stranger, headers })).status;
    };
    expect(await statusFrom('2001:db8:1:2::1')).toBe(401);
    expect(await statusFrom('2001:db8:1:2:ffff::2')).toBe(401);
    expect(await statusFrom('2001:db8:1:2::3')).toBe(429);
    expect(await statusFrom('2001:db8:1:3::1')).toBe(401);
  });

  test('is throttled together with calls from where a key may not be used, which do not count otherwise', async () => {
    const created = await service.call('POST', '/api-keys', {
      body: { type: 'secret', allowedIps: ['192.0.2.1'] },
    });
    const { secretKey: key } = created.body as { secretKey: string };
    const statuses: number[] = [];
    for (let call = 0; call < 3; call++) statuses.push((await put({ key })).status);
    expect(statuses).toEqual([403, 403, 429]);
    expect((await put(stranger)).status).toBe(429);
    expect((await put()).headers.get('x-ratelimit-remaining')).toBe('1');
  });

  test('is throttled together with that of captures', async () => {
    const body = { key: 'pk_live_unknown', visitorId: 'visitor-1', url: 'https://shop.example/' };
    const capture = async () => (await service.call('POST', '/capture', { body, key: null })).status;
    expect(await capture()).toBe(401);
    expect((await put(stranger)).status).toBe(401);
    expect(await capture()).toBe(429);
    expect((await put(stranger)).status).toBe(429);
  });

  test('does not keep those out who have good credentials at the same address', async () => {
    for (let call = 0; call < 4; call++) await put(stranger);
    expect((await put()).status).toBe(201);
  });
});
