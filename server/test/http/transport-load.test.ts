import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { openDoor } from '../support/door.ts';
import { until } from '../support/patience.ts';
import { RawConnection } from '../support/raw-http.ts';
import { chunked, expectProblem, get, letArrive, put } from '../support/raw-requests.ts';

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
    await until(async () => (await door.connections()) === 1);
  });

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

  test('requests are not read long before they can be answered', async () => {
    let read = 0;
    const note = () => {
      read += 1;
    };
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    connection.send(put('{}').replace('/things/1', '/slow'));
    await door.slowReached;
    subscribe('http.server.request.start', note);
    for (let hundred = 0; hundred < 50; hundred++) {
      connection.send(put('{}').repeat(100));
      await letArrive(door);
    }
    unsubscribe('http.server.request.start', note);
    expect(read).toBeLessThan(1_500);
    door.release();
    for (let count = 0; count < 5_001; count++) expect((await connection.response()).status).toBe(200);
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
    await until(async () => (await door.connections()) === 1);
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
  });

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
