import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService, testSecretKey } from '../support/service.ts';
import { expectFacts, expectProblem, expectUnknown, freshId } from '../support/verdicts.ts';
import { sendBytes, sendWire, type WireAnswer } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const target = '/customers/nobody/lead-source';
const body = '{"source":"a"}';
const plainHeaders = [
  'Host: leadsource.test',
  `REB-APIKEY: ${testSecretKey}`,
  `Content-Length: ${body.length}`,
];

/** A PUT of a new customer in so many words: its request line, its headers, what follows them. */
interface Words {
  readonly requestLine?: string;
  readonly headers?: readonly string[];
  readonly rest?: string;
}

function write({ requestLine = `PUT ${target} HTTP/1.1`, headers = plainHeaders, rest = body }: Words) {
  return sendBytes(service, [requestLine, ...headers, '', rest].join('\r\n'));
}

/** A well-formed problem with an id, no word about the inside, and nothing written. */
async function expectRefused(answer: WireAnswer, status: number): Promise<void> {
  expectProblem({ status: answer.status, body: answer.json }, status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['x-request-id']).toMatch(/^[\w-]{16,}$/);
  expect(answer.headers['connection']).toBe('close');
  expect(answer.body).not.toMatch(/node_modules|\.ts\b|Error:|HPE_|FST_/);
  await expectUnknown(service, 'nobody');
  expect((await service.call('GET', '/health/live')).status).toBe(200);
}

const without = (name: string) => plainHeaders.filter((header) => !header.startsWith(`${name}:`));
const chunked = [...without('Content-Length'), 'Transfer-Encoding: chunked'];

describe('a request whose frame is in doubt is refused by the whole service, and its connection closed', () => {
  test.each([
    ['no Host', 400, { headers: without('Host') }],
    ['two Hosts', 400, { headers: ['Host: leadsource.test', ...plainHeaders] }],
    ['an empty Host', 400, { headers: ['Host:', ...without('Host')] }],
    ['a Host with a path', 400, { headers: ['Host: leadsource.test/a', ...without('Host')] }],
    ['a Host with userinfo', 400, { headers: ['Host: a@leadsource.test', ...without('Host')] }],
    ['Content-Length with Transfer-Encoding', 400, { headers: [...chunked, 'Content-Length: 14'] }],
    ['two lengths', 400, { headers: [...plainHeaders, 'Content-Length: 14'] }],
    ['two different lengths', 400, { headers: [...plainHeaders, 'Content-Length: 2'] }],
    ['a list of lengths', 400, { headers: [...without('Content-Length'), 'Content-Length: 14, 14'] }],
    ['length +2', 400, { headers: [...without('Content-Length'), 'Content-Length: +2'] }],
    ['length 0x2', 400, { headers: [...without('Content-Length'), 'Content-Length: 0x2'] }],
    ['length -1', 400, { headers: [...without('Content-Length'), 'Content-Length: -1'] }],
    [
      'an endless length',
      400,
      { headers: [...without('Content-Length'), `Content-Length: ${'9'.repeat(30)}`] },
    ],
    ['gzip, chunked', 501, { headers: [...without('Content-Length'), 'Transfer-Encoding: gzip, chunked'] }],
    ['identity', 501, { headers: [...without('Content-Length'), 'Transfer-Encoding: identity'] }],
    ['a chunk without a size', 400, { headers: chunked, rest: 'x\r\n{}\r\n0\r\n\r\n' }],
    ['a chunk longer than its size', 400, { headers: chunked, rest: '1\r\n{}\r\n0\r\n\r\n' }],
    ['a chunk of endless size', 400, { headers: chunked, rest: `${'f'.repeat(20)}\r\n{}\r\n0\r\n\r\n` }],
    ['a negative chunk', 400, { headers: chunked, rest: '-1\r\n{}\r\n0\r\n\r\n' }],
    ['a folded header', 400, { headers: ['X-Folded: a', ' b', ...plainHeaders] }],
    ['a space before the colon', 400, { headers: ['X-Spaced : a', ...plainHeaders] }],
    ['a header without a name', 400, { headers: [': a', ...plainHeaders] }],
    ['NUL in a header', 400, { headers: ['X-Nul: a\0b', ...plainHeaders] }],
    ['NUL in a name', 400, { headers: ['X-\0Nul: a', ...plainHeaders] }],
    ['a bare CR in a header', 400, { headers: ['X-Bare: a\rb', ...plainHeaders] }],
    [
      '101 headers',
      431,
      { headers: [...plainHeaders, ...Array.from({ length: 98 }, (_, n) => `X-${n}: a`)] },
    ],
    ['2,500 headers', 431, { headers: [...plainHeaders, ...Array.from({ length: 2500 }, () => 'X: a')] }],
    ['headers over 16 KiB', 431, { headers: [...plainHeaders, `X-Long: ${'a'.repeat(16 * 1024)}`] }],
    ['a target over 8 KiB', 414, { requestLine: `PUT ${target}?${'a'.repeat(8 * 1024)} HTTP/1.1` }],
    ['a fragment', 400, { requestLine: `PUT ${target}#y HTTP/1.1` }],
    ['no slash', 400, { requestLine: 'PUT customers/nobody/lead-source HTTP/1.1' }],
    ['an asterisk', 400, { requestLine: 'PUT * HTTP/1.1' }],
    ['a file URL', 400, { requestLine: 'GET file:///etc/passwd HTTP/1.1' }],
    ['a space in the target', 400, { requestLine: 'PUT /customers/no body/lead-source HTTP/1.1' }],
    ['TRACE', 501, { requestLine: `TRACE ${target} HTTP/1.1` }],
    ['PROPFIND', 501, { requestLine: `PROPFIND ${target} HTTP/1.1` }],
    ['FOO', 501, { requestLine: `FOO ${target} HTTP/1.1` }],
    ['a method in lower case', 501, { requestLine: `put ${target} HTTP/1.1` }],
    ['HTTP/2.0', 505, { requestLine: `PUT ${target} HTTP/2.0` }],
  ] satisfies [string, number, Words][])('%s', async (_, status, words) => {
    await expectRefused(await write(words), status);
  });

  test('line feeds alone', async () => {
    const lines = [`PUT ${target} HTTP/1.1`, ...plainHeaders, '', body];
    await expectRefused(await sendBytes(service, lines.join('\n')), 400);
  });

  test.each([
    '\0\0\0\0\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    'hello\r\n\r\n',
    '{}\r\n\r\n',
  ])('bytes that are no HTTP: %j', async (bytes) => {
    const answer = await sendBytes(service, bytes);
    await expectRefused(answer, answer.status);
    expect([400, 501]).toContain(answer.status);
  });
});

test('100 headers are allowed', async () => {
  const more = Array.from({ length: 96 }, (_, number) => `X-${number}: a`).concat('Connection: close');
  const known = `/customers/${freshId()}/lead-source`;
  const answer = await write({ requestLine: `PUT ${known} HTTP/1.1`, headers: [...plainHeaders, ...more] });
  expect(answer.status).toBe(201);
});

describe('a target that is a whole URL', () => {
  test.each(['http://leadsource.test', 'http://evil.example:1', 'HTTPS://evil.example', 'http://[::1]:80'])(
    'means its path, whatever its host (%s)',
    async (origin) => {
      const known = `/customers/${freshId()}/lead-source`;
      const headers = [...plainHeaders, 'Connection: close'];
      const answer = await write({ requestLine: `PUT ${origin}${known} HTTP/1.1`, headers });
      expect(answer.status).toBe(201);
      expect(answer.headers['location']).toBe(`http://leadsource.test${known}`);
      expectFacts((await service.call('GET', known)).body, { source: 'a' });
    },
  );
});

describe('a path with dots is not walked', () => {
  test.each([
    '/a/../customers/nobody/lead-source',
    '/a/../b',
    '/./customers/nobody/lead-source',
    '/..',
    '/../../etc/passwd',
  ])('%s', async (path) => {
    const answer = await sendWire(service, { target: path, body });
    await expectRefused(answer, 404);
  });
});

describe('a method that a path does not have is refused with those that it has', () => {
  test.each([
    ['/customers/nobody/lead-source', 'GET, HEAD, PUT, DELETE', ['POST', 'PATCH', 'OPTIONS']],
    ['/customers/nobody/lead-sources', 'GET, HEAD, POST', ['PUT', 'PATCH', 'DELETE']],
    ['/customers/nobody/lead-sources/tch_1', 'DELETE', ['GET', 'HEAD', 'POST', 'PUT', 'PATCH']],
    ['/customers/nobody/timeline', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'PATCH']],
    ['/lead-sources', 'POST', ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']],
    ['/customers/nobody', 'GET, HEAD, PUT, DELETE', ['POST', 'PATCH']],
    ['/customers', 'GET, HEAD, POST', ['PUT', 'DELETE', 'PATCH']],
    ['/api-keys', 'GET, HEAD, POST', ['PUT', 'DELETE', 'PATCH']],
    ['/tokens', 'POST', ['GET', 'HEAD', 'PUT', 'DELETE']],
  ])('%s allows %s', async (path, allowed, refused) => {
    for (const root of ['', `/organizations/${service.organizationId}`]) {
      for (const method of refused) {
        const answer = await service.call(method, root + path);
        expect(answer.status).toBe(405);
        expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(allowed.split(', ').sort());
        if (method !== 'HEAD') expectProblem(answer, 405);
      }
    }
    await expectUnknown(service, 'nobody');
  });

  test('what another method is overridden with does not count', async () => {
    const headers = [['X-HTTP-Method-Override', 'PUT']] as const;
    const answer = await sendWire(service, { method: 'POST', target, headers, body });
    expectProblem({ status: answer.status, body: answer.json }, 405);
    await expectUnknown(service, 'nobody');
  });
});
