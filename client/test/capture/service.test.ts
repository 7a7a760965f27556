import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../../server/test/support/service.ts';
import { createCapture, fastifyCapture, visitorIdOf } from '../../src/capture/index.ts';

/** The service trusts the site's server, and takes two arrivals a minute from an address. */
let service: TestService;
let key: string;
beforeAll(async () => {
  service = await startTestService({
    LEADSOURCE_TRUSTED_PROXIES: '127.0.0.1',
    LEADSOURCE_CAPTURE_RATE_LIMIT: '2/86400',
  });
  const body = { type: 'publishable', description: 'The shop' };
  const made = (await service.call('POST', '/api-keys', { body })).body as { publishableKey: string };
  key = made.publishableKey;
});
afterAll(() => service[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;

/** Has visitors come to a site, each by an address and with headers of their own, and answers who got which cookie. */
async function visits(arrivals: readonly { readonly url: string; address: string; headers?: Headers }[]) {
  const lost: unknown[] = [];
  const capture = createCapture({
    url: service.url,
    key,
    origin: 'https://shop.example',
    onLost: (reason) => lost.push(reason),
  });
  await using app = fastify({ trustProxy: true });
  await app.register(fastifyCapture(capture));
  app.get('/*', (_request, reply) => reply.type('text/html').send('<h1>Shop</h1>'));
  const visitorIds: string[] = [];
  for (const { url, address, headers } of arrivals) {
    const own = { accept: 'text/html', 'user-agent': firefox, 'x-forwarded-for': address, ...headers };
    const { cookies } = await app.inject({ url, headers: own });
    visitorIds.push(visitorIdOf(cookies.map(({ name, value }) => `${name}=${value}`).join('; ')) ?? '');
    await capture.settled();
  }
  return { visitorIds, lost };
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
let customers = 0;

async function touchesOf(visitorId: string | undefined) {
  const path = `/customers/cus_${++customers}`;
  expect((await service.call('POST', `${path}/visitors`, { body: { visitorId } })).status).toBe(201);
  return (await service.call('GET', `${path}/lead-sources`)).body as readonly object[];
}

test('a page request becomes a touch of the visitor', async () => {
  const referer = 'https://www.google.com/';
  const first = { url: '/?utm_source=news&utm_medium=email', address: '203.0.113.1' };
  const { visitorIds, lost } = await visits([
    first,
    { url: '/', address: '203.0.113.2', headers: { referer } },
  ]);
  expect(lost).toEqual([]);
  expect(await touchesOf(visitorIds[0])).toMatchObject([
    { origin: 'capture', channel: 'Email', source: 'news', path: `https://shop.example${first.url}` },
  ]);
  expect(await touchesOf(visitorIds[1])).toMatchObject([{ channel: 'Organic Search', referrer: referer }]);
});

test('what is known of a visitor goes to the service alone, wherever an answer leads', async () => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lost: unknown[] = [];
  const asked: (string | undefined)[] = [];
  const capture = createCapture({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ key: 'pk_live_x', origin: 'https://shop.example', onLost: (reason) => lost.push(reason) },
    fetch: (url, request) => {
      asked.push(request?.redirect);
      return fetch(url, request);
    },
  });
  const header = (name: string) => (name === 'accept' ? 'text/html' : undefined);
  capture.arrive({ method: 'GET', target: '/', header }).send();
  await capture.settled();
  expect([paths, lost]).toEqual([['/capture'], [new Error('The service answered a hit with 307.')]]);
  // Cloudflare's workers throw at `error`.
  expect(asked).toEqual(['manual']);
  server.close();
});

test('a bot is judged by its own user agent', async () => {
  const headers = {
    'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  };
  const { visitorIds, lost } = await visits([{ url: '/?utm_source=x', address: '203.0.113.3', headers }]);
  expect([lost, await touchesOf(visitorIds[0])]).toEqual([[], []]);
});

test('a visitor is limited by the address that the site sees, and not by that of the site', async () => {
  const from = (address: string, source: string) => ({ url: `/?utm_source=${source}`, address });
  const { visitorIds, lost } = await visits([
    from('203.0.113.4', 'one'),
    from('203.0.113.4', 'two'),
    from('203.0.113.4', 'three'),
    from('203.0.113.5', 'four'),
  ]);
  expect(lost).toEqual([new Error('The service answered a hit with 429.')]);
  expect(await touchesOf(visitorIds[2])).toEqual([]);
  expect(await touchesOf(visitorIds[3])).toMatchObject([{ source: 'four' }]);
});
