import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDoor } from '../support/door.ts';
import { exchange, RawConnection } from '../support/raw-http.ts';
import { chunked, expectProblem, get, HOST, put } from '../support/raw-requests.ts';

describe('a head that is not plain HTTP/1.1 is refused before any route, and the connection closed', () => {
  const manyHeaders = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: ${index}`);
  test.each([
    ['a target over 8 KiB', get(`/things/${'a'.repeat(8_185)}`), 414],
    ['a target of 9 KiB beside other headers', get(`/${'a'.repeat(9 * 1024)}`, 'X: y'), 414],
    ['a target of 40 KiB', get(`/${'a'.repeat(40 * 1024)}`), 414],
    ['a fragment', get('/things/1#y'), 400],
    ['a target that is no path', get('things'), 400],
    ['an asterisk, except for OPTIONS', get('*'), 400],
    ['an asterisk with more', get('*x'), 400],
    ['another scheme', get('ftp://leadsource.test/things/1'), 400],
    ['a URL without a host', get('http:///things/1'), 400],
    ['bytes beyond ASCII in the target', get('/things/\xc3\xa9'), 400],
    ['a control character in the target', get('/things/\x01'), 400],
    ['a space in the target', get('/things/a b'), 400],
    ['101 headers', get('/things/1', ...manyHeaders(100)), 431],
    ['2,000 headers', get('/things/1', ...manyHeaders(2_000)), 431],
    ['headers over 16 KiB', get('/things/1', `X: ${'y'.repeat(16 * 1024)}`), 431],
    ['headers of 100 KiB', get('/things/1', `X: ${'y'.repeat(100 * 1024)}`), 431],
    [
      'Content-Type twice',
      put('{}', 'Content-Type: application/json', 'content-type: application/json'),
      400,
    ],
    ['Authorization twice', get('/things/1', 'Authorization: Bearer a', 'AUTHORIZATION: Bearer b'), 400],
    ['REB-APIKEY twice', get('/things/1', 'REB-APIKEY: a', 'Reb-ApiKey: a'), 400],
    ['Host twice', get('/things/1', 'Host: leadsource.test'), 400],
    ['no Host', 'GET /things/1 HTTP/1.1\r\n\r\n', 400],
    ['an empty Host', 'GET /things/1 HTTP/1.1\r\nHost:\r\n\r\n', 400],
    ['a Host with a path', 'GET /things/1 HTTP/1.1\r\nHost: leadsource.test/x\r\n\r\n', 400],
    ['a Host with a user', 'GET /things/1 HTTP/1.1\r\nHost: me@leadsource.test\r\n\r\n', 400],
    ['a Host with a bad port', 'GET /things/1 HTTP/1.1\r\nHost: leadsource.test:http\r\n\r\n', 400],
    ['two hosts in one Host', 'GET /things/1 HTTP/1.1\r\nHost: a, b\r\n\r\n', 400],
    ['TRACE', `TRACE /things/1 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['PROPFIND', `PROPFIND /things/1 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['QUERY', `QUERY /things/1 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['a method that nobody knows', `FOO /things/1 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['a method in lower case', `get /things/1 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['CONNECT', `CONNECT leadsource.test:443 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['CONNECT with half a body', `CONNECT a:443 HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nab`, 501],
    ['an expectation that nobody knows', get('/things/1', 'Expect: foo'), 417],
    ['100-continue among other expectations', get('/things/1', 'Expect: foo, 100-continue'), 417],
    ['HTTP/0.9', 'GET /things/1\r\n\r\n', 505],
    ['HTTP/2.0', `GET /things/1 HTTP/2.0\r\n${HOST}\r\n`, 505],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['HTTP/1.2', `GET /things/1 HTTP/1.2\r\n${HOST}\r\n`, 400],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['line feeds alone', 'GET /things/1 HTTP/1.1\nHost: leadsource.test\n\n', 400],
    ['a line feed alone after a header', 'GET /things/1 HTTP/1.1\r\nHost: a\n\r\n', 400],
    ['carriage returns alone', 'GET /things/1 HTTP/1.1\rHost: a\r\r', 400],
    ['a folded header', get('/things/1', 'X: a', ' b'), 400],
    ['a NUL in a header', get('/things/1', 'X: a\0b'), 400],
    ['a space before the colon', get('/things/1', 'X : a'), 400],
    ['a header without a colon', get('/things/1', 'X'), 400],
  ])('%s', async (_name, bytes, status) => {
    await using door = await openDoor();
    const response = await exchange(door.port, bytes);
    expectProblem(response, status);
    expect(response.headers['connection']).toBe('close');
    expect(door.handled).toEqual([]);
    expect(door.refused).toMatchObject([{ status, requestId: response.headers['x-request-id'] }]);
  });
});

describe('a body whose length is in doubt is refused, and the connection closed', () => {
  const withLength = (length: string) =>
    `PUT /things/1 HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\n{}`;
  test.each([
    ['a length and a transfer coding', `${chunked('Content-Length: 2')}0\r\n\r\n`, 400],
    ['a transfer coding and a length', put('{}', 'Transfer-Encoding: chunked'), 400],
    ['two equal lengths', put('{}', 'Content-Length: 2'), 400],
    ['two lengths', put('{}', 'Content-Length: 3'), 400],
    ['two lengths in one header', withLength('2, 2'), 400],
    ['a length with a plus sign', withLength('+2'), 400],
    ['a hexadecimal length', withLength('0x2'), 400],
    ['a negative length', withLength('-1'), 400],
    ['a length beyond all numbers', withLength('99999999999999999999'), 400],
    ['no length in the header for it', withLength(''), 400],
    [
      'a compressed transfer coding',
      `PUT /things/1 HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip\r\n\r\n{}`,
      501,
    ],
    [
      'a compressed and chunked one',
      `PUT /things/1 HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      501,
    ],
    ['chunked twice', `${chunked('Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
    [
      'a transfer coding in HTTP/1.0',
      'PUT /things/1 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a chunk size that is no number', `${chunked()}zz\r\n{}\r\n0\r\n\r\n`, 400],
    ['a chunk longer than its size', `${chunked()}2\r\n{}}\r\n0\r\n\r\n`, 400],
    ['a chunk size beyond all numbers', `${chunked()}fffffffffffffffffffff\r\n{}`, 400],
    ['a chunk extension of 20 KiB', `${chunked()}2;${'a'.repeat(20 * 1024)}\r\n{}\r\n0\r\n\r\n`, 413],
    ['trailers of 30 KiB', `${chunked()}2\r\n{}\r\n0\r\nX: ${'y'.repeat(30 * 1024)}\r\n\r\n`, 431],
    ['a chunk that ends in a line feed', `${chunked()}2\n{}\n0\n\n`, 400],
  ])('%s', async (_name, bytes, status) => {
    await using door = await openDoor();
    const response = await exchange(door.port, bytes);
    expectProblem(response, status);
    expect(response.headers['connection']).toBe('close');
    expect(door.handled).toEqual([]);
  });
});

describe('what is unusual but clear passes', () => {
  test.each([
    ['a target of exactly 8 KiB', get(`/things/${'a'.repeat(8_184)}`), `/things/${'a'.repeat(8_184)}`],
    [
      '100 headers',
      get('/things/1', ...Array.from({ length: 99 }, (_, index) => `X-${index}: 1`)),
      '/things/1',
    ],
    ['a whole URL, whose host counts for nothing', get('HTTP://other.example/things/1?a=b'), '/things/1?a=b'],
    [
      'a whole URL without Host beside it in HTTP/1.0',
      'GET http://other.example/things/1 HTTP/1.0\r\n\r\n',
      '/things/1',
    ],
    ['a Host with a port', 'GET /things/1 HTTP/1.1\r\nHost: leadsource.test:8080\r\n\r\n', '/things/1'],
    ['a Host that is an IPv6 address', 'GET /things/1 HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n', '/things/1'],
    ['an empty line before the request', `\r\n${get('/things/1')}`, '/things/1'],
    ['any header twice that may stand twice', get('/things/1', 'X: a', 'X: b'), '/things/1'],
    ['Expect in HTTP/1.0', 'GET /things/1 HTTP/1.0\r\nExpect: foo\r\n\r\n', '/things/1'],
  ])('%s', async (_name, bytes, url) => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    expect(await connection.send(bytes).response()).toMatchObject({ status: 200 });
    expect(door.handled).toMatchObject([{ method: 'GET', url }]);
  });

  test.each([
    ['http://other.example', '/'],
    ['http://other.example?a=b', '/'],
  ])('a URL without a path is the root: %s', async (target, instance) => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const response = await connection.send(get(target)).response();
    expectProblem(response, 404);
    expect(JSON.parse(response.body).instance).toBe(instance);
  });

  test('OPTIONS of the whole server is answered', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    expectProblem(await connection.send(`OPTIONS * HTTP/1.1\r\n${HOST}\r\n`).response(), 404);
  });

  test('an offer of another protocol is answered in this one, with the last answer of the connection', async () => {
    await using door = await openDoor();
    const offer = put('{"a":1}', 'Connection: Upgrade', 'Upgrade: h2c');
    const response = await exchange(door.port, offer, get('/things/2'));
    expect(response).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(door.handled).toMatchObject([{ body: { a: 1 } }]);
  });
});

test.each(['%', '%ZZ', '%C0%AE', '%ED%A0%80', '%FF'])(
  'a path that spells no text is malformed: %s',
  async (id) => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    expectProblem(await connection.send(get(`/things/${id}`)).response(), 400);
  },
);

test('whatever bytes come, the answer is a problem or a good one, and the next client is served', async () => {
  await using door = await openDoor();
  const seeds = [
    get('/things/1?a=b'),
    put('{"a":1}', 'Content-Type: application/json'),
    `${chunked()}2\r\n{}\r\n0\r\n\r\n`,
  ];
  const piece = fc.constantFrom(
    '\r\n',
    '\n',
    '\0',
    ' ',
    ':',
    '\t',
    '\xff',
    'Content-Length: 1\r\n',
    'Host: b\r\n',
    '{',
    '#',
  );
  const mutation = fc.tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat({ max: 8 }), piece);
  const answersOf = async (bytes: string) => {
    using connection = await RawConnection.open(door.port);
    connection.send(bytes).endSending();
    const answer = await connection.response();
    await connection.end();
    return answer;
  };
  await fc.assert(
    fc.asyncProperty(mutation, async ([seed, position, removed, inserted]) => {
      const at = position % seed.length;
      const answer = await answersOf(seed.slice(0, at) + inserted + seed.slice(at + removed));
      if (answer.status !== 200) expectProblem(answer, answer.status);
      expect([200, 400, 404, 408, 413, 415, 417, 501, 505]).toContain(answer.status);
    }),
    { numRuns: 300 },
  );
  expect((await answersOf(get('/things/1'))).status).toBe(200);
});
