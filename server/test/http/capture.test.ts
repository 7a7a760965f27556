import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browser, capture, freshVisitor, publishableKey, touchesOf } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { processorMilliseconds } from '../support/processor-time.ts';
import { type Answer, startTestService, type TestService, testOrganizationId } from '../support/service.ts';

const clock = testClock();
const url = 'https://shop.example/?utm_source=newsletter&utm_medium=email';
let service: TestService;
let key: string;
let keyId: string;
beforeAll(async () => {
  service = await startTestService({ LEADSOURCE_CAPTURE_RATE_LIMIT: 'off' }, clock.now);
  ({ id: keyId, key } = await publishableKey(service));
});
afterAll(() => service[Symbol.asyncDispose]());

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

async function expectIgnored(answer: Answer, reason: string): Promise<void> {
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({ recorded: false });
  expect(answer.headers.get('x-leadsource-ignored')).toBe(reason);
}

describe('POST /capture', () => {
  test('records what a page saw, by the key in its body, and concludes from it', async () => {
    const visitorId = freshVisitor();
    const answer = await capture(service, key, { visitorId, url: `${url}&gclid=Abc`, referrer: '' });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ recorded: true, visitorId });
    expect(answer.headers.get('x-leadsource-ignored')).toBeNull();
    expect(await touchesOf(service, visitorId)).toMatchObject([
      {
        source: 'newsletter',
        medium: 'email',
        clickId: 'Abc',
        path: `${url}&gclid=Abc`,
        referrer: null,
        origin: 'capture',
        actor: keyId,
        channel: 'Email',
        occurredTime: iso(clock.now()),
      },
    ]);
  });

  test('takes the key raw in Authorization too, which decides, and JSON, and a secret key beside it does nothing', async () => {
    const visitorId = freshVisitor();
    const headers = { Authorization: key, 'Content-Type': 'application/json', 'REB-APIKEY': 'nonsense' };
    const body = { key: 'nonsense', visitorId, url, referrer: 'https://www.google.com/' };
    expect((await capture(service, null, body, { headers })).status).toBe(202);
    expect(await touchesOf(service, visitorId)).toHaveLength(1);
  });

  test('answers under the root that names the organization, also with a slash, and 404 under another', async () => {
    const body = { visitorId: freshVisitor(), url };
    const here = { path: `/organizations/${testOrganizationId}/capture` };
    expect((await capture(service, key, body, here)).body).toMatchObject({ recorded: true });
    const slash = await capture(service, key, { ...body, url: `${url}&2` }, { path: '/capture/' });
    expect(slash.body).toMatchObject({ recorded: true });
    expect((await capture(service, key, body, { path: '/organizations/org_other/capture' })).status).toBe(
      404,
    );
  });

  test('a visit by a search is organic, a direct one takes nothing away', async () => {
    const visitorId = freshVisitor();
    await capture(service, key, {
      visitorId,
      url: 'https://shop.example/',
      referrer: 'https://www.bing.com/',
    });
    // At once: who comes to the same page from elsewhere does not only tell the same again.
    await capture(service, key, { visitorId, url: 'https://shop.example/' });
    const touches = await touchesOf(service, visitorId);
    expect(touches.map(({ source, medium, position }) => [source, medium, position])).toEqual([
      ['Bing', 'organic', 'original'],
      [null, null, 'intermediary'],
    ]);
  });

  test.each([
    ['23 hours back', -23 * 3_600_000, -23 * 3_600_000],
    ['24 hours back', -24 * 3_600_000, -24 * 3_600_000],
    ['a millisecond more than that back', -24 * 3_600_000 - 1, 0],
    ['25 hours back', -25 * 3_600_000, 0],
    ['60 seconds ahead', 60_000, 0],
    ['a year ahead', 365 * 86_400_000, 0],
  ])('a moment %s counts', async (_words, told, counts) => {
    const visitorId = freshVisitor();
    const now = clock.now();
    await capture(service, key, { visitorId, url, occurredTime: iso(now + told) });
    expect(await touchesOf(service, visitorId)).toMatchObject([
      { occurredTime: iso(now + counts), recordedTime: iso(now) },
    ]);
  });
});

describe('what is not to be recorded is answered 202 with its reason', () => {
  test.each([
    ['consent', { consent: 'denied' }, {}],
    ['consent', { consent: 'granted' }, { 'Sec-GPC': '1' }],
    ['bot', {}, { 'User-Agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }],
    ['internal', { url: 'https://shop.example/cart', referrer: 'https://shop.example/' }, {}],
    ['internal', { url: 'https://shop.example/paid', referrer: 'https://www.paypal.com/checkout' }, {}],
    ['internal', { url: 'about:srcdoc', referrer: 'https://shop.example/' }, {}],
  ])('%s, as for %j with %j', async (reason, members, headers) => {
    const visitorId = freshVisitor();
    const answer = await capture(service, key, { visitorId, url, ...members }, { headers });
    await expectIgnored(answer, reason);
    expect(answer.body).toEqual({ recorded: false, visitorId });
    expect(await touchesOf(service, visitorId)).toEqual([]);
  });

  test('duplicate, where the same was told a moment ago, also by a script and a server at once', async () => {
    const body = { visitorId: freshVisitor(), url, consent: 'granted' };
    const answers = await Promise.all([capture(service, key, body), capture(service, key, body)]);
    const ignored = answers.filter(({ headers }) => headers.get('x-leadsource-ignored') === 'duplicate');
    expect(ignored).toHaveLength(1);
    expect(await touchesOf(service, body.visitorId)).toHaveLength(1);
  });

  test.each(['#reviews', '#/products', '#'])(
    'duplicate, where a page that ends with %s was told by a script and a server',
    async (fragment) => {
      const visitorId = freshVisitor();
      expect((await capture(service, key, { visitorId, url })).body).toMatchObject({ recorded: true });
      await expectIgnored(await capture(service, key, { visitorId, url: url + fragment }), 'duplicate');
      const campaign = `${url}${fragment}?utm_source=other`;
      expect((await capture(service, key, { visitorId, url: campaign })).body).toMatchObject({
        recorded: true,
      });
    },
  );

  test('a fragment of any length is read in no time', async () => {
    const long = `${url}${'#'.repeat(15_000)}?utm_source=a`;
    const visit = () => capture(service, key, { visitorId: freshVisitor(), url: long });
    expect(await processorMilliseconds(visit)).toBeLessThan(5_000);
  });

  test('what is longer than its field is recorded as far as it fits, and named', async () => {
    const visitorId = freshVisitor();
    const long = `${url}&utm_term=${'t'.repeat(600)}&gclid=${'g'.repeat(700)}`;
    await capture(service, key, { visitorId, url: long });
    const [touch] = await touchesOf(service, visitorId);
    expect(touch).toMatchObject({ term: 't'.repeat(512), truncated: ['term', 'clickId', 'path'] });
    const whole = freshVisitor();
    await capture(service, key, { visitorId: whole, url });
    expect((await touchesOf(service, whole))[0]).not.toHaveProperty('truncated');
  });

  test('a campaign begins a visit anew, whatever page it comes from', async () => {
    const body = { visitorId: freshVisitor(), url, referrer: 'https://shop.example/' };
    expect((await capture(service, key, body)).body).toMatchObject({ recorded: true });
  });

  test('hosts that an organization excludes are internal from the next arrival on', async () => {
    const body = { url: 'https://shop.example/', referrer: 'https://pay.example/' };
    const before = await capture(service, key, { ...body, visitorId: freshVisitor() });
    expect(before.body).toMatchObject({ recorded: true });
    await service.call('PUT', '/landing-settings', { body: { excludedHosts: ['pay.example'] } });
    await expectIgnored(await capture(service, key, { ...body, visitorId: freshVisitor() }), 'internal');
    await service.call('DELETE', '/landing-settings');
  });
});

describe('pages of other origins', () => {
  const origin = 'https://shop.example';

  test('may capture by a key without origins, and read the answer', async () => {
    const body = { visitorId: freshVisitor(), url };
    const { headers } = await capture(service, key, body, { headers: { Origin: origin } });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-expose-headers')).toMatch(/X-Leadsource-Ignored/);
    expect(headers.get('vary')).toMatch(/origin/i);
  });

  test('may not by a key for others, which says so; servers name none and may', async () => {
    const own = await publishableKey(service, { allowedOrigins: [origin] });
    const from = (named: string | null) =>
      capture(
        service,
        own.key,
        { visitorId: freshVisitor(), url },
        named === null ? {} : { headers: { Origin: named } },
      );
    expect((await from(origin)).body).toMatchObject({ recorded: true });
    expect((await from(null)).body).toMatchObject({ recorded: true });
    for (const other of [
      'https://evil.example',
      'http://shop.example',
      'https://shop.example:8443',
      'null',
    ]) {
      const answer = await from(other);
      await expectIgnored(answer, 'origin');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('ask first where they must, without a key', async () => {
    const asked = await fetch(`${service.url}/capture`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type, authorization',
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-methods')).toBe('POST');
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/content-type, authorization/i);
  });

  test('can read refusals too', async () => {
    const { status, headers } = await capture(service, key, {}, { headers: { Origin: origin } });
    expect(status).toBe(422);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
  });
});

test('arrivals are limited by address and key, and not counted with other calls', async () => {
  const limits = { LEADSOURCE_CAPTURE_RATE_LIMIT: '2/60', LEADSOURCE_RATE_LIMIT: '100/600' };
  await using limited = await startTestService(limits, clock.now);
  const [one, other] = [await publishableKey(limited), await publishableKey(limited)];
  const tell = (pk: string) => capture(limited, pk, { visitorId: freshVisitor(), url });
  const first = await tell(one.key);
  expect(first.headers.get('x-ratelimit-limit')).toBe('2');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
  await tell(one.key);
  const refused = await tell(one.key);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('rate-limit-limit')).toBe('2');
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect((await tell(other.key)).status).toBe(202);
  const call = await limited.call('PUT', '/customers/c/lead-source', { body: {} });
  expect(call.headers.get('x-ratelimit-remaining')).toBe('97');
  clock.advance(60_000);
  expect((await tell(one.key)).status).toBe(202);
});

test('whoever does not call itself a bot is recorded, also one that does not say what it is', async () => {
  for (const userAgent of [browser, '']) {
    const answer = await capture(
      service,
      key,
      { visitorId: freshVisitor(), url },
      { headers: { 'User-Agent': userAgent } },
    );
    expect(answer.body).toMatchObject({ recorded: true });
  }
});
