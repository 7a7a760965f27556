import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Door, openDoor } from '../support/door.ts';
import { until } from '../support/patience.ts';
import { exchange, RawConnection } from '../support/raw-http.ts';
import { chunked, expectProblem, get, HOST, letArrive, put } from '../support/raw-requests.ts';

/** The framework closes while a client does not read on in an answer that has begun. */
async function closeBehindLargeAnswer(
  door: Door,
  connection: RawConnection,
): Promise<{ closed: Promise<void> }> {
  connection.send(get('/large'));
  await connection.arrived('\r\n\r\n');
  connection.stopReading();
  door.transport.beginDrain();
  return { closed: door.close() };
}

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

  test('what changes something waits for the answers before it, also where these are only read', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(get('/slow'), put('{}'));
    await door.slowReached;
    await letArrive(door);
    expect(door.handled).toMatchObject([{ method: 'GET' }]);
    door.release();
    expect((await connection.response()).status).toBe(200);
    expect((await connection.response()).status).toBe(200);
    expect(door.handled).toMatchObject([{ method: 'GET' }, { method: 'PUT' }]);
  });

  test.each([
    ['that are only read', get('/slow')],
    ['behind a change', put('{}')],
  ])(
    'many requests %s are worked on a few at a time, in order, and all are answered',
    async (_which, first) => {
      await using door = await openDoor();
      using connection = await RawConnection.open(door.port);
      const numbers = Array.from({ length: 200 }, (_, place) => place);
      connection.send(first, ...numbers.map((number) => get(`/slow?${number}`)));
      await door.slowReached;
      await letArrive(door);
      expect(door.handled.slice(1).map(({ url }) => url)).toEqual(
        numbers.slice(0, 8).map((number) => `/slow?${number}`),
      );
      door.release();
      for (const _request of [first, ...numbers]) expect((await connection.response()).status).toBe(200);
      expect(door.handled.slice(1).map(({ url }) => url)).toEqual(numbers.map((number) => `/slow?${number}`));
    },
  );

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

  test.each([
    ['too many headers', `GET /things/1?a HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(200)}\r\n`, 431],
    [
      'a header that is too long',
      `GET /things/1?a HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`,
      431,
    ],
    ['two lengths', 'GET /things/1?a HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n', 400],
    ['no colon', 'GET /things/1?a HTTP/1.1\r\nHost a\r\n\r\n', 400],
    ['an unknown method', 'FOO /things/1?a HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['a fragment', 'GET /things/1#a HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a password', 'GET http://u:secret@h/things/1#a HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['another scheme', 'GET ftp://u:secret@h/things/1?a HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ])('%s: the refusal names the path that was asked for', async (_what, request, status) => {
    await using door = await openDoor();
    const response = await exchange(door.port, request);
    expectProblem(response, status);
    expect(JSON.parse(response.body).instance).toBe('/things/1');
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
    await until(async () => (await door.connections()) === 0);
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
    await until(() => door.handled.length === 1);
    await until(async () => (await door.connections()) === 0);
  });
});

describe('draining', () => {
  test('every call is answered as ever, and each connection closes with an answer that says so', async () => {
    await using door = await openDoor();
    using kept = await RawConnection.open(door.port);
    expect((await kept.send(get('/things/1')).response()).headers['connection']).not.toBe('close');
    door.transport.beginDrain();
    const last = await kept.send(get('/things/2')).response();
    expect([last.status, last.headers['connection']]).toEqual([200, 'close']);
    expect(await kept.end()).toBe('');
    using later = await RawConnection.open(door.port);
    expect((await later.send(get('/things/3')).response()).status).toBe(200);
    expect(door.handled).toHaveLength(3);
  });

  test('what comes on a kept connection while the framework closes is answered too', async () => {
    await using door = await openDoor();
    using busy = await RawConnection.open(door.port);
    busy.send(get('/slow'));
    await door.slowReached;
    door.transport.beginDrain();
    const closed = door.close();
    busy.send(get('/things/1'));
    await until(() => door.handled.length === 2);
    door.release();
    expect((await busy.response()).status).toBe(200);
    const last = await busy.response();
    expect([last.status, last.headers['connection']]).toEqual([200, 'close']);
    busy.endSending();
    await closed;
  });

  test('the framework closes once everything is answered', async () => {
    await using door = await openDoor();
    using busy = await RawConnection.open(door.port);
    busy.send(put('{}').replace('/things/1', '/slow'));
    await door.slowReached;
    door.transport.beginDrain();
    const closed = door.close();
    door.release();
    const response = await busy.response();
    expect(response.status).toBe(200);
    await closed;
    expect(await busy.end()).toBe('');
  });

  test('pipelined requests that wait for a change while the framework closes are all answered', async () => {
    await using door = await openDoor();
    using busy = await RawConnection.open(door.port);
    busy.send(
      put('{}').replace('/things/1', '/slow'),
      put('{}'),
      get('/things/2'),
      put('{}'),
      get('/things/3'),
    );
    await door.slowReached;
    await letArrive(door);
    door.transport.beginDrain();
    const closed = door.close();
    await setTimeout(50);
    door.release();
    const announced: unknown[] = [];
    for (let count = 0; count < 5; count++) announced.push((await busy.response()).headers['connection']);
    expect(announced).toEqual([...Array(4).fill(undefined), 'close']);
    busy.endSending();
    await closed;
  });

  test('an answer that began before is sent whole while the framework closes, and its connection closes then', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const { closed } = await closeBehindLargeAnswer(door, connection);
    await setTimeout(50);
    connection.readOn();
    const { status, headers, body } = await connection.response();
    expect([status, headers['connection'], body.length]).toEqual([200, 'keep-alive', 16 * 1024 * 1024]);
    expect(await connection.end()).toBe('');
    connection.endSending();
    await closed;
  });

  test('what comes after an answer that began before, while the framework closes, is answered too', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const { closed } = await closeBehindLargeAnswer(door, connection);
    connection.send(get('/slow'));
    await door.slowReached;
    connection.readOn();
    expect((await connection.response()).body).toHaveLength(16 * 1024 * 1024);
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    door.release();
    const last = await connection.response();
    expect([last.status, last.headers['connection']]).toEqual([200, 'close']);
    connection.endSending();
    await closed;
  });

  test('a fault after an answer that began before, while the framework closes, is refused after it', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const { closed } = await closeBehindLargeAnswer(door, connection);
    connection.send('GARBAGE\r\n\r\n');
    await until(() => door.faults.length > 0);
    connection.readOn();
    expect((await connection.response()).body).toHaveLength(16 * 1024 * 1024);
    expectProblem(await connection.response(), 400);
    expect(await connection.end()).toBe('');
    connection.endSending();
    await closed;
  });

  test('who is not heard is broken off, but nobody who waits for an answer or reads his last', async () => {
    await using door = await openDoor({ lingerMilliseconds: 60_000 });
    using unheard = await RawConnection.open(door.port);
    using waiting = await RawConnection.open(door.port);
    using reading = await RawConnection.open(door.port);
    unheard.send('GET /things/1 HT');
    waiting.send(get('/slow'));
    reading.send(put('').replace('Length: 0', 'Length: 99999999'));
    await door.slowReached;
    expectProblem(await reading.response(), 413);
    await letArrive(door);
    door.transport.breakOffUnheard();
    expect(await unheard.end()).toBe('');
    await letArrive(door);
    expect(await door.connections()).toBe(2);
    door.release();
    expect((await waiting.response()).status).toBe(200);
  });
});
