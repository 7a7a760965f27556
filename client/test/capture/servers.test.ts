import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import {
  type Capture,
  createCapture,
  expressCapture,
  fastifyCapture,
  requestCapture,
} from '../../src/capture/index.ts';

type Body = Readonly<Record<string, string>>;

/** Headers as a page gives them. */
type Given = Readonly<Record<string, string | string[]>>;

interface Site extends AsyncDisposable {
  readonly url: string;
}

/** Pages at `/page`, a redirection to it at `/old`, a page that sets a cookie at `/own`, one that has a list of them at `/list`, one that caches may keep at `/for-all`, one that the site's network may at `/for-network`, one that only the browser may at `/for-one`. */
const paths: Readonly<Record<string, { status: number; headers?: Given }>> = {
  '/page': { status: 200 },
  '/old': { status: 302, headers: { location: '/page' } },
  '/gone': { status: 404 },
  '/own': { status: 200, headers: { 'set-cookie': 'basket=1' } },
  '/list': { status: 200, headers: { 'set-cookie': ['basket=1', 'language=en'] } },
  '/for-all': { status: 200, headers: { 'cache-control': 'public, max-age=60', 'set-cookie': 'basket=1' } },
  '/for-network': { status: 200, headers: { 'cdn-cache-control': 'max-age=60', 'set-cookie': 'basket=1' } },
  '/for-one': { status: 200, headers: { 'cache-control': 'private, max-age=60' } },
};

function answerOf(url: string) {
  return paths[new URL(url, 'http://any').pathname] ?? { status: 500 };
}

async function listening(listener: RequestListener): Promise<Site> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const servers: Readonly<Record<string, (capture: Capture) => Promise<Site>>> = {
  async Express(capture) {
    const app = express();
    app.use(expressCapture(capture));
    // As routers do, this one takes its part of the path away.
    const router = express.Router();
    router.use((request, response) => {
      const { status, headers = {} } = answerOf(request.originalUrl);
      for (const [name, value] of Object.entries(headers)) response.append(name, value);
      response.status(status).send('<p>page</p>');
    });
    app.use(router);
    return listening(app);
  },
  async Fastify(capture) {
    const app = fastify();
    await app.register(fastifyCapture(capture));
    app.get('/*', async (request, reply) => {
      const { status, headers = {} } = answerOf(request.url);
      return reply.code(status).headers(headers).type('text/html').send('<p>page</p>');
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url, [Symbol.asyncDispose]: () => app.close() };
  },
  async 'plain Node'(capture) {
    const follow = expressCapture(capture);
    return listening((request, response) =>
      follow(request, response, () => {
        const { status, headers = {} } = answerOf(request.url ?? '');
        for (const [name, value] of Object.entries(headers)) response.appendHeader(name, value);
        response.writeHead(status).end('<p>page</p>');
      }),
    );
  },
  async 'plain Node that sets headers'(capture) {
    const follow = expressCapture(capture);
    return listening((request, response) =>
      follow(request, response, () => {
        const { status, headers = {} } = answerOf(request.url ?? '');
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        response.statusCode = status;
        response.end('<p>page</p>');
      }),
    );
  },
  async 'plain Node that writes a head'(capture) {
    const follow = expressCapture(capture);
    return listening((request, response) =>
      follow(request, response, () => {
        const { status, headers = {} } = answerOf(request.url ?? '');
        response.writeHead(status, 'Said', headers).end('<p>page</p>');
      }),
    );
  },
  async 'plain Node that writes a list of headers'(capture) {
    const follow = expressCapture(capture);
    return listening((request, response) =>
      follow(request, response, () => {
        const { status, headers = {} } = answerOf(request.url ?? '');
        const list = Object.entries(headers).flat();
        response.writeHead(status, list.length > 0 ? list : undefined).end('<p>page</p>');
      }),
    );
  },
  async 'plain Node that writes a list of pairs'(capture) {
    const follow = expressCapture(capture);
    return listening((request, response) =>
      follow(request, response, () => {
        const { status, headers = {} } = answerOf(request.url ?? '');
        const pairs = Object.entries({ ...headers, 'content-type': 'text/html' });
        // Node takes them, though its types do not say so.
        response.writeHead(status, pairs as unknown as string[]).end('<p>page</p>');
      }),
    );
  },
};

/** What reaches the service, by its visitor's address and user agent. */
async function trySite(start: (capture: Capture) => Promise<Site>, use: (url: string) => Promise<void>) {
  const hits: { readonly headers: Headers; readonly body: Body }[] = [];
  const capture = createCapture({
    url: 'https://leads.example',
    key: 'pk_live_x',
    origin: 'https://shop.example',
    fetch: async (_url, { headers, body } = {}) => {
      hits.push({ headers: new Headers(headers), body: JSON.parse(String(body)) });
      return new Response('{}', { status: 202 });
    },
  });
  {
    await using site = await start(capture);
    await use(site.url);
  }
  await capture.settled();
  return hits;
}

const asBrowser = { accept: 'text/html', 'user-agent': 'Firefox', referer: 'https://www.google.com/' };

async function visit(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const response = await fetch(url, { headers: { ...asBrowser, ...headers }, redirect: 'manual' });
  await response.text();
  return response.headers.getSetCookie();
}

describe.each(Object.entries(servers))('%s', (_name, start) => {
  test('tells of its pages, with the visitor, the address that it sees, and its own cookies kept', async () => {
    let cookies: readonly string[] = [];
    const hits = await trySite(start, async (url) => {
      await visit(`${url}/page?utm_source=x&a=%20b`);
      cookies = await visit(`${url}/own`, { 'x-forwarded-for': '198.51.100.1' });
      await visit(`${url}/gone`, { cookie: 'leadsource_visitor=a1b2c3d4' });
    });
    expect(hits.map(({ body }) => body['url'])).toEqual([
      'https://shop.example/page?utm_source=x&a=%20b',
      'https://shop.example/own',
      'https://shop.example/gone',
    ]);
    expect(hits[2]?.body).toMatchObject({ visitorId: 'a1b2c3d4', referrer: 'https://www.google.com/' });
    for (const { headers } of hits) {
      expect(headers.get('user-agent')).toBe('Firefox');
      expect(headers.get('x-forwarded-for')).toMatch(/^(::ffff:)?127\.0\.0\.1$/);
    }
    expect(cookies).toContain('basket=1');
    expect(cookies).toContainEqual(
      expect.stringMatching(`^leadsource_visitor=${hits[1]?.body['visitorId']};`),
    );
  });

  test('gives nobody the cookie of another visitor, whatever list of cookies the page has', async () => {
    await trySite(start, async (url) => {
      for (let visitor = 1; visitor <= 3; visitor += 1)
        expect(await visit(`${url}/list`)).toEqual([
          'basket=1',
          'language=en',
          expect.stringMatching(/^leadsource_visitor=/),
        ]);
    });
  });

  test('tells of the page behind a redirection alone, to a visitor who got the cookie with it', async () => {
    const hits = await trySite(start, async (url) => {
      const [cookie = ''] = await visit(`${url}/old`);
      await visit(`${url}/page`, { cookie: cookie.split(';')[0] ?? '' });
      expect(cookie).toMatch(/^leadsource_visitor=/);
    });
    expect(hits.map(({ body }) => body['url'])).toEqual(['https://shop.example/page']);
  });

  test('adds no cookie that all would get, and tells of such a page only where the visitor has one', async () => {
    const cookie = 'leadsource_visitor=a1b2c3d4';
    const hits = await trySite(start, async (url) => {
      expect(await visit(`${url}/for-all`)).toEqual(['basket=1']);
      expect(await visit(`${url}/for-network`)).toEqual(['basket=1']);
      expect(await visit(`${url}/for-all`, { cookie })).toEqual(['basket=1']);
      expect(await visit(`${url}/for-one`)).toEqual([expect.stringMatching(/^leadsource_visitor=/)]);
    });
    expect(hits.map(({ body }) => body['url'])).toEqual([
      'https://shop.example/for-all',
      'https://shop.example/for-one',
    ]);
    expect(hits[0]?.body['visitorId']).toBe('a1b2c3d4');
  });

  test('tells of nothing that is no page, and of nobody who does not want it', async () => {
    const hits = await trySite(start, async (url) => {
      await visit(`${url}/page`, { accept: 'application/json' });
      expect(await visit(`${url}/page`, { 'sec-gpc': '1' })).toEqual([]);
    });
    expect(hits).toEqual([]);
  });
});

test('Express, and Fastify, say which address a proxy that they trust forwards for', async () => {
  const trusting: readonly ((capture: Capture) => Promise<Site>)[] = [
    async (capture) => listening(express().set('trust proxy', true).use(expressCapture(capture))),
    async (capture) => {
      const app = fastify({ trustProxy: true });
      await app.register(fastifyCapture(capture));
      app.get('/*', async () => 'page');
      return {
        url: await app.listen({ host: '127.0.0.1', port: 0 }),
        [Symbol.asyncDispose]: () => app.close(),
      };
    },
  ];
  for (const start of trusting) {
    const hits = await trySite(start, async (url) => {
      await visit(`${url}/page`, { 'x-forwarded-for': '198.51.100.1' });
    });
    expect(hits.map(({ headers }) => headers.get('x-forwarded-for'))).toEqual(['198.51.100.1']);
  }
});

test('an answer that was begun before, or goes past Fastify, gives no id, so that only known visitors are told of', async () => {
  const starts: readonly ((capture: Capture) => Promise<Site>)[] = [
    async (capture) => {
      const follow = expressCapture(capture);
      return listening((request, response) => {
        response.writeHead(200).write('<p>');
        follow(request, response, () => response.end('page'));
      });
    },
    async (capture) => {
      const app = fastify();
      await app.register(fastifyCapture(capture));
      app.get('/*', (_request, reply) => void reply.hijack().raw.end('<p>page'));
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      return { url, [Symbol.asyncDispose]: () => app.close() };
    },
  ];
  for (const start of starts) {
    const hits = await trySite(start, async (url) => {
      expect(await visit(`${url}/page`)).toEqual([]);
      await visit(`${url}/page`, { cookie: 'leadsource_visitor=a1b2c3d4' });
    });
    expect(hits.map(({ body }) => body['visitorId'])).toEqual(['a1b2c3d4']);
  }
});

test('files of Express get the cookie where they are for the visitor alone', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'leadsource-site-'));
  await writeFile(join(folder.path, 'page.html'), '<p>page');
  const setHeaders = (response: ServerResponse) => response.setHeader('Cache-Control', 'private, no-cache');
  for (const [options, isGiven] of [[{}, false] as const, [{ setHeaders }, true] as const]) {
    const hits = await trySite(
      async (capture) =>
        listening(express().use(expressCapture(capture)).use(express.static(folder.path, options))),
      async (url) => expect((await visit(`${url}/page.html`)).length > 0).toBe(isGiven),
    );
    expect(hits.length > 0).toBe(isGiven);
  }
});

test('a head that is written as a list takes the place of what was set before, as without the middleware', async () => {
  await trySite(
    async (capture) => {
      const follow = expressCapture(capture);
      return listening((request, response) =>
        follow(request, response, () => {
          response.setHeader('x-own', 'set').writeHead(200, ['x-own', 'written']).end();
        }),
      );
    },
    async (url) => {
      const { headers } = await fetch(`${url}/page`, { headers: asBrowser });
      expect([headers.get('x-own'), headers.getSetCookie().length]).toEqual(['written', 1]);
    },
  );
});

describe('a server of plain requests', () => {
  async function answered(
    response: Response,
    request = new Request('http://10.0.0.1/page?a=b#c', { headers: asBrowser }),
  ) {
    let answer = response;
    const hits = await trySite(
      async (capture) => {
        answer = requestCapture(capture)(request, response, { address: '203.0.113.9' });
        return { url: '', [Symbol.asyncDispose]: async () => {} };
      },
      async () => {},
    );
    return { answer, hits };
  }

  test('answers the same, with the cookie, and tells of the page', async () => {
    const { answer, hits } = await answered(new Response('page', { status: 404, headers: { 'x-own': '1' } }));
    expect([answer.status, await answer.text(), answer.headers.get('x-own')]).toEqual([404, 'page', '1']);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(`^leadsource_visitor=${hits[0]?.body['visitorId']};`),
    ]);
    expect(hits[0]?.body['url']).toBe('https://shop.example/page?a=b');
    expect(hits[0]?.headers.get('x-forwarded-for')).toBe('203.0.113.9');
  });

  const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();

  test.each([
    { 'cache-control': 'public, max-age=60' },
    { 'cache-control': 's-maxage=60' },
    { 'cache-control': 'max-age=60' },
    { 'cache-control': 'max-age=0060, must-revalidate' },
    { expires: tomorrow },
    { expires: tomorrow, 'cache-control': 'must-revalidate' },
    { 'cache-control': 'private', 'surrogate-control': 'max-age=60' },
    { 'cache-control': 'no-store', 'cdn-cache-control': 'max-age=60' },
    { 'cache-control': 'max-age=0', 'cdn-cache-control': 'public, max-age=60' },
  ] as Record<string, string>[])(
    'gives no cookie to an answer that a shared cache may keep: %j',
    async (headers) => {
      const response = new Response('page', { headers });
      const { answer, hits } = await answered(response);
      expect(answer).toBe(response);
      expect(hits).toEqual([]);
      const known = { ...asBrowser, cookie: 'leadsource_visitor=a1b2c3d4' };
      const again = await answered(response, new Request('http://10.0.0.1/page', { headers: known }));
      expect(again.answer).toBe(response);
      expect(again.hits.map(({ body }) => body['visitorId'])).toEqual(['a1b2c3d4']);
    },
  );

  test.each([
    { expires: '0' },
    { expires: new Date(0).toUTCString(), 'cdn-cache-control': 'no-store' },
    { expires: tomorrow, 'cache-control': 'private' },
    { expires: tomorrow, 'cache-control': 'max-age=0' },
    { 'cache-control': 'private, max-age=60', 'surrogate-control': 'max-age=0' },
  ] as Record<string, string>[])('gives the cookie to one that none may keep: %j', async (headers) => {
    const { answer } = await answered(new Response('page', { headers }));
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  });

  test.each([304, 400])(
    'tells of a page of %i, which the browser shows, be it one that it has',
    async (status) => {
      const { hits, answer } = await answered(new Response(null, { status }));
      expect([hits.length, answer.status]).toEqual([1, status]);
    },
  );

  test('does not tell of a redirection', async () => {
    const { hits, answer } = await answered(Response.redirect('https://shop.example/page'));
    expect([hits, answer.status]).toEqual([[], 302]);
  });

  test('leaves an answer that changes the protocol as it is, although a cookie would be removed', async () => {
    // Deno and others make such a response, which the constructor here refuses.
    const response = Object.defineProperty(new Response(null), 'status', { value: 101 });
    const headers = { 'sec-gpc': '1', cookie: 'leadsource_visitor=0123456789abcdef' };
    const request = new Request('http://10.0.0.1/live', { headers });
    expect((await answered(response, request)).answer).toBe(response);
  });
});
