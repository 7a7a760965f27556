import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Door, openDoor } from '../support/door.ts';
import { exchange, RawConnection, type RawResponse } from '../support/raw-http.ts';

const HOST = 'Host: leadsource.test\r\n';

function get(target: string, ...headers: string[]): string {
  return `GET ${target} HTTP/1.1\r\n${HOST}${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
}

function put(body: string, ...headers: string[]): string {
  const lines = [`Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  return `PUT /things/1 HTTP/1.1\r\n${HOST}${lines.map((header) => `${header}\r\n`).join('')}\r\n${body}`;
}

function chunked(...headers: string[]): string {
  const lines = ['Transfer-Encoding: chunked', ...headers];
  return `PUT /things/1 HTTP/1.1\r\n${HOST}${lines.map((header) => `${header}\r\n`).join('')}\r\n`;
}

function expectProblem(response: RawResponse, status: number): void {
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.headers['x-request-id']).toMatch(/^\S+$/);
  expect(JSON.parse(response.body)).toMatchObject({ type: 'about:blank', status });
}

/** Waits for a whole exchange on a connection of its own, by which time the door has seen what was sent before. */
async function letArrive(door: Door): Promise<void> {
  await exchange(door.port, get('/nothing', 'Connection: close'));
}

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

describe('leave to send the body', () => {
  test('is not given to one without credentials', async () => {
    await using door = await openDoor();
    const head = put('', 'Expect: 100-continue', 'Authorization: Bearer bad').replace(
      'Length: 0',
      'Length: 2',
    );
    expectProblem(await exchange(door.port, head), 401);
  });

  test.each([
    ['Content-Type: text/plain', 415],
    ['Content-Encoding: gzip', 415],
  ])('is not given for a body that is refused by its head: %s', async (header, status) => {
    await using door = await openDoor();
    const head = put('', 'Expect: 100-continue', header).replace('Length: 0', 'Length: 2');
    expectProblem(await exchange(door.port, head), status);
  });

  test('is not given for a body over the limit', async () => {
    await using door = await openDoor();
    const head = put('', 'Expect: 100-continue').replace('Length: 0', 'Length: 65537');
    expectProblem(await exchange(door.port, head), 413);
  });

  test('is given once where the body is wanted', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(put('', 'Expect: 100-Continue').replace('Length: 0', 'Length: 7'));
    expect((await connection.response()).status).toBe(100);
    expect((await connection.send('{"a":1}').response()).status).toBe(200);
    expect(door.handled).toMatchObject([{ body: { a: 1 } }]);
    expect((await connection.send(get('/things/2')).response()).status).toBe(200);
  });
});

describe('a fault never mixes up the answers to other requests', () => {
  test('what follows a good request is refused after its answer', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(get('/things/1'), 'GARBAGE\r\n\r\n');
    expect((await connection.response()).status).toBe(200);
    expectProblem(await connection.response(), 400);
    expect(await connection.end()).toBe('');
  });

  test('also where that answer takes its time, and only once', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(put('{}').replace('/things/1', '/slow'), get('/things/1'), 'X Y Z\r\n\r\n');
    await door.slowReached;
    connection.send('X Y Z\r\n\r\n');
    await letArrive(door);
    door.release();
    expect((await connection.response()).status).toBe(200);
    expect((await connection.response()).status).toBe(200);
    expectProblem(await connection.response(), 501);
    expect(await connection.end()).toBe('');
  });

  test('a fault in a body is the answer to that request, after those before it', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(put('{}').replace('/things/1', '/slow'), chunked(), '2\r\n{}\r\nzz\r\n');
    await door.slowReached;
    door.release();
    expect((await connection.response()).status).toBe(200);
    const refusal = await connection.response();
    expectProblem(refusal, 400);
    expect(JSON.parse(refusal.body).instance).toBe('/things/1');
    expect(await connection.end()).toBe('');
    expect(door.handled).toHaveLength(1);
  });

  test('a fault in a body that was answered already ends the connection without another word', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const head = put('', 'Authorization: Bearer bad').replace('Length: 0', 'Length: 100');
    expectProblem(await connection.send(head).response(), 401);
    expect(await connection.endSending().end()).toBe('');
  });

  test('nothing that follows a refused request is looked at', async () => {
    await using door = await openDoor();
    const response = await exchange(door.port, get('/things/1', 'Host: twice'), put('{}'), get('/things/2'));
    expectProblem(response, 400);
    expect(door.handled).toEqual([]);
  });

  test('nothing that follows the last request of a connection is looked at', async () => {
    await using door = await openDoor();
    const response = await exchange(door.port, get('/things/1', 'Connection: close'), put('{}'));
    expect(response.status).toBe(200);
    expect(door.handled).toMatchObject([{ method: 'GET' }]);
  });

  test('CONNECT after another request is refused after its answer', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(put('{}').replace('/things/1', '/slow'), `CONNECT a:443 HTTP/1.1\r\n${HOST}\r\n`);
    await door.slowReached;
    door.release();
    expect((await connection.response()).status).toBe(200);
    expectProblem(await connection.response(), 501);
    expect(await connection.end()).toBe('');
  });
});

describe('a body that nobody reads', () => {
  test('is dropped up to 64 KiB, and the connection stays', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const body = JSON.stringify('a'.repeat(65_534));
    connection.send(put(body, 'Authorization: Bearer bad'), get('/things/2'));
    expectProblem(await connection.response(), 401);
    expect((await connection.response()).status).toBe(200);
    expect(door.handled).toMatchObject([{ url: '/things/2' }]);
  });

  test('closes the connection above that, in a way that the answer can still be read', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    connection.send(put('').replace('Length: 0', `Length: ${10 * 1024 ** 3}`));
    connection.send(...Array.from({ length: 8 }, () => megabyte));
    const response = await connection.response();
    expectProblem(response, 413);
    expect(response.headers['connection']).toBe('close');
    expect(await connection.end()).toBe('');
    expect(door.handled).toEqual([]);
  });

  test('also where its chunks turn out to be too much', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const chunk = Buffer.from(`10000\r\n${'a'.repeat(65_536)}\r\n`);
    connection.send(chunked(), ...Array.from({ length: 128 }, () => chunk));
    expectProblem(await connection.response(), 413);
    expect(await connection.end()).toBe('');
  });

  test('so does one in chunks whose end is not known', async () => {
    await using door = await openDoor();
    const response = await exchange(door.port, chunked('Authorization: Bearer bad'), '2\r\n{}\r\n');
    expectProblem(response, 401);
    expect(response.headers['connection']).toBe('close');
  });

  test('a client that never closes is cut off', async () => {
    await using door = await openDoor({ lingerMilliseconds: 50 });
    using connection = await RawConnection.open(door.port);
    connection.send(put('').replace('Length: 0', 'Length: 99999999'));
    expectProblem(await connection.response(), 413);
    expect(await connection.end()).toBe('');
    await expect.poll(() => door.connections(), { interval: 10 }).toBe(0);
  });
});

describe('time limits', () => {
  const short = { connectionsCheckingIntervalMilliseconds: 10, lingerMilliseconds: 50 };

  test('headers that do not end are answered with 408', async () => {
    await using door = await openDoor({ ...short, headersTimeoutMilliseconds: 50 });
    expectProblem(await exchange(door.port, 'GET /things/1 HTTP/1.1\r\nHost: a\r\n'), 408);
  });

  test('so is a connection on which nothing comes', async () => {
    await using door = await openDoor({ ...short, headersTimeoutMilliseconds: 50 });
    expectProblem(await exchange(door.port), 408);
  });

  test('a body that does not end is answered with 408 and reaches no route', async () => {
    await using door = await openDoor({
      ...short,
      headersTimeoutMilliseconds: 50,
      requestTimeoutMilliseconds: 100,
    });
    const response = await exchange(door.port, put('{"a":1}').replace('Length: 7', 'Length: 8'));
    expectProblem(response, 408);
    expect(JSON.parse(response.body).instance).toBe('/things/1');
    expect(door.handled).toEqual([]);
  });

  test('a body that was answered and then does not end costs the connection', async () => {
    await using door = await openDoor({
      ...short,
      headersTimeoutMilliseconds: 50,
      requestTimeoutMilliseconds: 100,
    });
    const head = put('', 'Authorization: Bearer bad').replace('Length: 0', 'Length: 100');
    expectProblem(await exchange(door.port, head), 401);
  });

  test('a connection without a next request is closed in silence', async () => {
    await using door = await openDoor({ ...short, keepAliveTimeoutMilliseconds: 50 });
    using connection = await RawConnection.open(door.port);
    expect((await connection.send(get('/things/1')).response()).status).toBe(200);
    expect(await connection.end()).toBe('');
  });

  test('a client that does not read its answer is cut off', async () => {
    await using door = await openDoor({ ...short, idleTimeoutMilliseconds: 100 });
    using connection = await RawConnection.open(door.port);
    connection.stopReading();
    connection.send(get('/large'));
    await expect.poll(() => door.connections(), { interval: 10 }).toBe(1);
    await expect.poll(() => door.connections(), { interval: 10 }).toBe(0);
  });
});

describe('shutting down', () => {
  test('what was taken is finished; what comes later is answered with 503', async () => {
    await using door = await openDoor();
    using busy = await RawConnection.open(door.port);
    using idle = await RawConnection.open(door.port);
    busy.send(put('{}').replace('/things/1', '/slow'));
    expect((await idle.send(get('/things/1')).response()).status).toBe(200);
    await door.slowReached;
    door.transport.beginShutdown();
    const refusal = await idle.send(get('/things/2')).response();
    expectProblem(refusal, 503);
    expect(refusal.headers).toMatchObject({ 'retry-after': '5', connection: 'close' });
    door.release();
    expect((await busy.response()).status).toBe(200);
    expect(door.handled).toHaveLength(2);
  });

  test('the framework closes once everything is answered', async () => {
    await using door = await openDoor();
    using busy = await RawConnection.open(door.port);
    busy.send(put('{}').replace('/things/1', '/slow'));
    await door.slowReached;
    door.transport.beginShutdown();
    const closed = door.close();
    door.release();
    const response = await busy.response();
    expect(response.status).toBe(200);
    await closed;
    expect(await busy.end()).toBe('');
  });
});

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
}, 20_000);

describe('under load', () => {
  const openMany = (port: number, count: number) =>
    Promise.all(Array.from({ length: count }, () => RawConnection.open(port)));

  test('2,000 clients with slow headers are cut off while another one keeps being served', async () => {
    await using door = await openDoor({
      headersTimeoutMilliseconds: 1_000,
      connectionsCheckingIntervalMilliseconds: 50,
      lingerMilliseconds: 50,
    });
    const slow: RawConnection[] = [];
    while (slow.length < 2_000) slow.push(...(await openMany(door.port, 200)));
    for (const connection of slow) connection.send('GET /things/1 HTTP/1.1\r\nHo');
    using quick = await RawConnection.open(door.port);
    let slowestMilliseconds = 0;
    const refusals = Promise.all(slow.map((connection) => connection.response()));
    for (let count = 0; count < 200; count++) {
      const startedAt = performance.now();
      expect((await quick.send(get('/things/2')).response()).status).toBe(200);
      slowestMilliseconds = Math.max(slowestMilliseconds, performance.now() - startedAt);
    }
    expect(slowestMilliseconds).toBeLessThan(5_000);
    expect((await refusals).every((refusal) => refusal.status === 408)).toBe(true);
    await expect.poll(() => door.connections(), { interval: 20, timeout: 4_000 }).toBe(1);
  }, 20_000);

  test('1,000 requests sent at once by a client that then ends its side are all answered', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection
      .send(Array.from({ length: 1_000 }, (_, index) => get(`/things/${index}`)).join(''))
      .endSending();
    for (let count = 0; count < 1_000; count++) expect((await connection.response()).status).toBe(200);
    expect(await connection.end()).toBe('');
    expect(door.handled.map(({ url }) => url)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => `/things/${index}`),
    );
  });

  test('a client that ends its side before its answer is ready gets it', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(put('{}').replace('/things/1', '/slow'), get('/things/2')).endSending();
    await door.slowReached;
    await letArrive(door);
    door.release();
    expect((await connection.response()).status).toBe(200);
    expect((await connection.response()).status).toBe(200);
    expect(await connection.end()).toBe('');
  });

  test('a client that ends its side in the middle of its request is told so', async () => {
    await using door = await openDoor();
    using inHead = await RawConnection.open(door.port);
    using inBody = await RawConnection.open(door.port);
    expectProblem(await inHead.send('GET /things/1 HTTP/1.1\r\nHo').endSending().response(), 400);
    expectProblem(await inBody.send(put('{"a":1}').slice(0, -1)).endSending().response(), 400);
    expect(door.handled).toEqual([]);
  });

  test.each([
    ['in a head', 'GET /things/1 HTTP/1.1\r\nHo'],
    ['in a body', put('{"a":1}').slice(0, -1)],
    ['in a chunk', `${chunked()}7\r\n{"a"`],
    ['before its answer', put('{}').replace('/things/1', '/slow')],
    ['in its answer', get('/large')],
  ])('clients that break off %s harm nobody and leave nothing behind', async (_name, bytes) => {
    await using door = await openDoor();
    using quick = await RawConnection.open(door.port);
    const breaking = await openMany(door.port, 50);
    for (const connection of breaking) connection.send(bytes);
    expect((await quick.send(get('/things/2')).response()).status).toBe(200);
    for (const connection of breaking) connection.reset();
    door.release();
    await expect.poll(() => door.connections(), { interval: 10, timeout: 4_000 }).toBe(1);
    expect((await quick.send(get('/things/3')).response()).status).toBe(200);
  });

  test('10,000 requests on one connection are answered', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const hundred = Array.from({ length: 100 }, () => put('{"a":1}')).join('');
    for (let round = 0; round < 100; round++) {
      connection.send(hundred);
      for (let count = 0; count < 100; count++) expect((await connection.response()).status).toBe(200);
    }
    expect(door.handled).toHaveLength(10_000);
  }, 20_000);

  test('connections above the limit are closed without an answer, those below it served', async () => {
    await using door = await openDoor({ maxConnections: 2 });
    const within = await openMany(door.port, 2);
    using above = await RawConnection.open(door.port);
    expect(await above.end()).toBe('');
    for (const connection of within) {
      expect((await connection.send(get('/things/1')).response()).status).toBe(200);
    }
  });
});
