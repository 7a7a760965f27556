import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService, testSecretKey } from '../support/service.ts';
import { sendBytes, wireBytes } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const anonymously = { key: null };

test.each([
  '/health/live',
  '/health/ready',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/.well-known/jwks.json',
  '/capture.js',
  '/',
])('%s needs no credential, and a bad one does no harm', async (path) => {
  expect((await service.call('GET', path, anonymously)).status).toBe(200);
  expect((await service.call('GET', path, { key: 'sk_live_unknown' })).status).toBe(200);
});

test.each(['/health/live', '/health/ready'])('%s says ok', async (path) => {
  const { body, headers } = await service.call('GET', path, anonymously);
  expect(body).toEqual({ status: 'ok' });
  expect(headers.get('content-type')).toContain('application/json');
});

describe.each([
  '/health/live',
  '/health/ready',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/docs/json',
  '/docs/static/index.css',
  '/.well-known/jwks.json',
  '/capture.js',
  '/',
  '/icon.svg',
])('%s', (path) => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('allows GET and HEAD, not %s', async (method) => {
    const { status, headers } = await service.call(method, path, anonymously);
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('is at no other root', async () => {
    for (const method of ['GET', 'POST']) {
      const target = `/organizations/${service.organizationId}${path}`;
      expect((await service.call(method, target, anonymously)).status).toBe(404);
    }
  });
});

describe('GET /metrics', () => {
  test('is in the exposition format of Prometheus', async () => {
    const { body, headers } = await service.call('GET', '/metrics', anonymously);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of String(body).trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? -?[\d.e+-]+(Inf|NaN)?|)$/);
    }
  });

  test('counts requests by route and never by what stands in their path', async () => {
    await service.call('PUT', '/customers/some-customer/lead-source', { body: {} });
    await service.call('GET', '/nowhere/some-path', anonymously);
    const { body } = await service.call('GET', '/metrics', anonymously);
    expect(body).toMatch(/method="PUT",route="\/customers\/:id\/lead-source",status="201"\} 1/);
    expect(body).not.toMatch(/some-customer|some-path/);
  });

  test('holds no credential', async () => {
    const { body } = await service.call('GET', '/metrics', anonymously);
    expect(body).not.toContain(testSecretKey);
    expect(body).not.toMatch(/[sp]k_(live|sandbox)_/);
  });
});

describe('GET /capture.js', () => {
  const ask = (headers: Readonly<Record<string, string>>) =>
    service.call('GET', '/capture.js', { ...anonymously, headers });

  test('is the script, for pages of every origin, kept for long', async () => {
    const { body, headers } = await ask({});
    expect(body).toBe(readFileSync(join(import.meta.dirname, '../../../capture/dist/capture.js'), 'utf8'));
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=86400, stale-while-revalidate=604800',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    });
  });

  test.each([
    ['gzip', 'gzip'],
    ['br, gzip;q=0.5', 'gzip'],
    ['gzip;q=0, br', null],
    ['gzip; q=0.00', null],
    ['identity', null],
  ])('is packed for who accepts "%s" as %s', async (accepted, encoding) => {
    const { headers } = await ask({ 'accept-encoding': accepted });
    expect(headers.get('content-encoding')).toBe(encoding);
  });

  test('is not sent again to who has it, in the same encoding', async () => {
    const identity = { 'accept-encoding': 'identity' };
    const etag = (await ask(identity)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const tags of [etag, `"other", W/${etag}`, '*']) {
      const again = await ask({ ...identity, 'if-none-match': tags });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, null, etag]);
    }
    expect((await ask({ 'accept-encoding': 'gzip', 'if-none-match': etag })).status).toBe(200);
    expect((await ask({ ...identity, 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('GET /docs', () => {
  /** What the page makes a browser load, each as a path of the service. */
  async function parts(): Promise<readonly string[]> {
    const { body } = await service.call('GET', '/docs', anonymously);
    return [...String(body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target);
  }

  /** What a style sheet makes a browser load besides. */
  const namedBy = (css: string): readonly string[] =>
    [...css.matchAll(/(?:url\(|@import)\s*["']?([^)"'\s]*)/g)].map(([, target = '']) => target);
  const isElsewhere = (target: string): boolean => !target.startsWith('data:') && !target.startsWith('#');

  test('is a page whose every part is served from here', async () => {
    const targets = await parts();
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets) {
      expect(target).toMatch(/^\/docs\/static\/[\w.-]+$/);
      const answer = await fetch(service.url + target);
      expect(answer.status, target).toBe(200);
      const text = await answer.text();
      expect(text.length).toBeGreaterThan(0);
      if (target.endsWith('.css')) expect(namedBy(text).filter(isElsewhere)).toEqual([]);
    }
  });

  test('shows the document of this service', async () => {
    const initializer = await (await fetch(`${service.url}/docs/static/swagger-initializer.js`)).text();
    expect(initializer).toContain("resolveUrl('./json')");
    expect(initializer).not.toMatch(/https?:\/\/(?!stackoverflow\.com)/);
    const shown = (await (await fetch(`${service.url}/docs/json`)).json()) as { servers: unknown };
    const told = (await service.call('GET', '/openapi.json', anonymously)).body as { servers: object[] };
    expect(shown).toEqual({ ...told, servers: expect.any(Array) });
    // By whatever name the page was opened: it may call no other host.
    expect(shown.servers).toMatchObject([{ url: '/' }, { url: '/organizations/{organizationId}' }]);
    expect(told.servers[0]).toMatchObject({ url: 'http://leadsource.test' });
  });

  test.each([
    '/docs/static/%2e%2e/x',
    '/docs/static/../../package.json',
    '/docs/static/..%2f..%2fpackage.json',
    '/docs/static/%2e%2e%5cx',
    '/docs/static/%00',
    '/docs/static/index.html%00.css',
    '/docs/static//etc/passwd',
    '/docs/static/%2fetc%2fpasswd',
    '/docs/static/%',
    '/docs/static/%ff',
    '/docs/static/',
    '/docs/static',
    '/docs/static/.',
    `/docs/static/${'a'.repeat(5000)}`,
    '/docs/static/unknown.js',
  ])('%s is refused as a problem of the request', async (target) => {
    const request = wireBytes({ method: 'GET', target, key: null });
    const { status, headers, json } = await sendBytes(service, request);
    expect([400, 403, 404, 414]).toContain(status);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json).toMatchObject({ status });
  });

  test('forbids the browser to ask any other host', async () => {
    const { headers } = await service.call('GET', '/docs', anonymously);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    for (const directive of policy.split(';')) {
      expect(directive.trim()).toMatch(/^[\w-]+( '(none|self|unsafe-inline)'| data:)+$/);
    }
    expect(policy).toMatch(/script-src 'self'(;|$)/);
  });
});

describe('errors at any path', () => {
  test.each([
    ['GET', '/assets/', 404],
    ['GET', '/nowhere', 404],
    ['POST', '/customers/x/lead-source', 405],
    ['GET', '/customers/%', 400],
  ])('%s %s is a problem of status %i, with its path and without its query', async (method, path, status) => {
    const answer = await service.call(method, `${path}?secret=1`, anonymously);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    const { title, detail, ...rest } = answer.body as { title: string; detail: string };
    expect(rest).toEqual({ type: 'about:blank', status, instance: path });
    expect(title).not.toBe('');
    expect(detail).not.toBe('');
  });

  test('the id of a request stands in X-Request-Id only', async () => {
    const { headers, body } = await service.call('GET', '/nowhere', anonymously);
    expect(JSON.stringify(body)).not.toContain(headers.get('x-request-id'));
  });
});
