import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture, freshVisitor, publishableKey } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { startTestServiceOn, type TestDatabase, type TestService, testDatabase } from '../support/service.ts';

/** Whoever has put the capture tag on a site watches the last use of its key, to see the first visit arrive. */
const clock = testClock();
const url = 'https://shop.example/?utm_source=newsletter';
const start = () => startTestServiceOn(database, { LEADSOURCE_CAPTURE_RATE_LIMIT: 'off' }, clock.now);
let database: TestDatabase;
let service: TestService;
beforeAll(async () => {
  database = await testDatabase();
  service = await start();
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  await database?.drop();
});

const now = () => new Date(clock.now()).toISOString();

/** When the service says that the key was last used, once all that was handed over before is written. */
async function lastUse(id: string): Promise<string | null> {
  await service.call('PUT', '/customers/other', { body: { customFields: { at: clock.now() } } });
  const { body } = await service.call('GET', `/api-keys/${id}`);
  return (body as { lastUsedTime: string | null }).lastUsedTime;
}

test('what is not recorded does not count as a use of the key', async () => {
  const { id, key } = await publishableKey(service, { allowedOrigins: ['https://shop.example'] });
  const visitorId = freshVisitor();
  const reasonOf = async (body: object, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await capture(service, key, { visitorId, url, ...body }, { headers });
    return answer.headers.get('x-leadsource-ignored') ?? answer.status;
  };
  expect(await reasonOf({}, { Origin: 'https://elsewhere.example' })).toBe('origin');
  expect(await reasonOf({ consent: 'denied' })).toBe('consent');
  expect(await reasonOf({}, { 'Sec-GPC': '1' })).toBe('consent');
  expect(await reasonOf({}, { 'User-Agent': 'Googlebot/2.1' })).toBe('bot');
  const onward = { url: 'https://shop.example/basket', referrer: 'https://shop.example/' };
  expect(await reasonOf(onward)).toBe('internal');
  expect(await reasonOf({ occurredTime: 'never' })).toBe(422);
  expect(await lastUse(id)).toBeNull();
  expect(await reasonOf({})).toBe(202);
  const seen = now();
  expect(await lastUse(id)).toBe(seen);
  clock.advance(20_000);
  expect(await reasonOf({})).toBe('duplicate');
  clock.advance(60_000);
  expect(await reasonOf(onward)).toBe('internal');
  expect(await lastUse(id)).toBe(seen);
});

test('a visit soon after another shows at the end of the minute, the latest of several', async () => {
  const { id, key } = await publishableKey(service);
  const visit = () => capture(service, key, { visitorId: freshVisitor(), url });
  await visit();
  const first = now();
  clock.advance(20_000);
  await visit();
  clock.advance(20_000);
  await visit();
  const last = now();
  clock.advance(19_999);
  expect(await lastUse(id)).toBe(first);
  clock.advance(1);
  await expect.poll(() => lastUse(id)).toBe(last);
});

test('a visit that waits to be shown is written down before the service ends', async () => {
  const { id, key } = await publishableKey(service);
  const visit = () => capture(service, key, { visitorId: freshVisitor(), url });
  await visit();
  clock.advance(1_000);
  await visit();
  await service[Symbol.asyncDispose]();
  service = await start();
  expect(await lastUse(id)).toBe(now());
});
