import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { acceptJsonBodies } from '../../src/http/body.ts';
import { sendProblem } from '../../src/http/problem.ts';
import { openDoor } from '../support/door.ts';
import { exchange, RawConnection, type RawResponse } from '../support/raw-http.ts';

const LIMIT_BYTES = 65_536;

type Method = 'GET' | 'DELETE' | 'POST' | 'PUT' | 'PATCH';

function request(method: Method, path: string, body: string | Buffer, ...headers: string[]): Buffer {
  const bytes = Buffer.from(body);
  const lines = [`Content-Length: ${bytes.length}`, ...headers].map((header) => `${header}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`), bytes]);
}

function put(body: string | Buffer, ...headers: string[]): Buffer {
  return request('PUT', '/things/1', body, ...headers);
}

/** Sends a request, and another one that shows whether the connection stayed usable. */
async function outcomeOf(
  bytes: Buffer,
): Promise<{ response: RawResponse; body: unknown; staysOpen: boolean }> {
  await using door = await openDoor();
  using connection = await RawConnection.open(door.port);
  const response = await connection.send(bytes).response();
  const body = door.handled[0]?.body;
  if (response.headers['connection'] === 'close') {
    expect(await connection.end()).toBe('');
    return { response, body, staysOpen: false };
  }
  const next = await connection.send(request('GET', '/things/2', '')).response();
  expect(next.status).toBe(200);
  return { response, body, staysOpen: true };
}

function jsonOf(bytes: number): string {
  return JSON.stringify('a'.repeat(bytes - 2));
}

describe('the type of a body', () => {
  test.each([
    ['none', []],
    ['JSON', ['Content-Type: application/json']],
    ['JSON in any case', ['content-type: Application/JSON']],
    ['JSON in UTF-8', ['Content-Type: application/json; charset=utf-8']],
    ['JSON in UTF-8, quoted', ['Content-Type: application/json; charset="utf-8"']],
    ['JSON of a profile', ['Content-Type: application/json; profile="a;b, \\"c\\""; charset=utf-8']],
    ['JSON with a parameter that is left out', ['Content-Type: application/json; odata=verbose ;']],
    ['JSON in UTF-8, in any case', ['Content-Type: application/json;CHARSET=UTF-8']],
    ['JSON with the coding that is none', ['Content-Type: application/json', 'Content-Encoding: Identity']],
  ])('is accepted: %s', async (_name, headers) => {
    expect(await outcomeOf(put('{"source":"é"}', ...headers))).toMatchObject({
      response: { status: 200 },
      body: { source: 'é' },
      staysOpen: true,
    });
  });

  test.each([
    ['an empty one', ['Content-Type:']],
    ['text', ['Content-Type: text/plain']],
    ['a form', ['Content-Type: application/x-www-form-urlencoded']],
    ['parts', ['Content-Type: multipart/form-data; boundary=x']],
    ['XML', ['Content-Type: application/xml']],
    ['a kind of JSON', ['Content-Type: application/vnd.api+json']],
    ['JSON in Latin-1', ['Content-Type: application/json; charset=latin1']],
    ['JSON in UTF-16', ['Content-Type: application/json; charset="utf-16"']],
    ['JSON in two character sets', ['Content-Type: application/json; charset=utf-8; charset=latin1']],
    ['two types in one header', ['Content-Type: application/json, text/plain']],
    ['no type at all', ['Content-Type: json']],
    ['a broken one', ['Content-Type: application/json; charset="utf-8']],
    ['gzip', ['Content-Encoding: gzip']],
    ['deflate', ['Content-Encoding: deflate']],
    ['br', ['Content-Encoding: br']],
    ['gzip twice', ['Content-Encoding: identity', 'Content-Encoding: gzip']],
  ])('is refused: %s', async (_name, headers) => {
    const outcome = await outcomeOf(put('{}', ...headers));
    expect(outcome).toMatchObject({ response: { status: 415 }, body: undefined, staysOpen: true });
    expect(JSON.parse(outcome.response.body)).toMatchObject({ title: 'Unsupported Media Type' });
  });

  test('is refused before the body is there', async () => {
    await using door = await openDoor();
    using connection = await RawConnection.open(door.port);
    const head = put(jsonOf(100), 'Content-Type: text/plain').subarray(0, -100);
    expect((await connection.send(head).response()).status).toBe(415);
  });

  test('a compressed body is told which coding would do', async () => {
    const { response } = await outcomeOf(put('{}', 'Content-Encoding: gzip'));
    expect(response.headers['accept-encoding']).toBe('identity');
  });
});

describe('the size of a body', () => {
  test('is accepted up to the limit, in one piece or in chunks', async () => {
    const body = jsonOf(LIMIT_BYTES);
    expect(await outcomeOf(put(body))).toMatchObject({ response: { status: 200 }, body: JSON.parse(body) });
    const chunks = `8000\r\n${body.slice(0, 0x8000)}\r\n8000\r\n${body.slice(0x8000)}\r\n0\r\n\r\n`;
    const head = 'PUT /things/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await outcomeOf(Buffer.from(head + chunks))).toMatchObject({
      response: { status: 200 },
      body: JSON.parse(body),
      staysOpen: true,
    });
  });

  test('is refused one byte above it, before the body is there', async () => {
    await using door = await openDoor();
    const head = put(jsonOf(LIMIT_BYTES + 1)).subarray(0, -LIMIT_BYTES - 1);
    expect(await exchange(door.port, head)).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expect(door.handled).toEqual([]);
  });

  test('is refused as soon as its chunks are above it', async () => {
    await using door = await openDoor();
    const head = 'PUT /things/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`;
    const response = await exchange(door.port, head, chunk, chunk, '1\r\na\r\n');
    expect(response).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expect(door.handled).toEqual([]);
  });
});

describe('a body that is not strict JSON', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \r\n'],
    ['half an object', '{"source":'],
    ['two values', '{}{}'],
    ['a byte order mark', '\ufeff{}'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a member twice', '{"source":"a","source":"b"}'],
    ['33 levels', '['.repeat(33) + ']'.repeat(33)],
  ])('is malformed: %s', async (_name, body) => {
    expect(await outcomeOf(put(body))).toMatchObject({
      response: { status: 400 },
      body: undefined,
      staysOpen: true,
    });
    expect(await outcomeOf(put(body, 'Content-Type: application/json'))).toMatchObject({
      response: { status: 400 },
    });
  });

  test('so is a body of no chunks, and a missing one', async () => {
    const head = 'PUT /things/1 HTTP/1.1\r\nHost: a\r\n';
    const noChunks = Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
    expect(await outcomeOf(noChunks)).toMatchObject({ response: { status: 400 } });
    expect(await outcomeOf(Buffer.from(`${head}\r\n`))).toMatchObject({ response: { status: 400 } });
    expect(await outcomeOf(Buffer.from(`${head}Content-Type: application/json\r\n\r\n`))).toMatchObject({
      response: { status: 400 },
    });
  });
});

describe('a body that nobody asked for is dropped, whatever it is', () => {
  const ignoring: [Method, string][] = [
    ['GET', '/things/1'],
    ['DELETE', '/things/1'],
    ['POST', '/ignored'],
  ];
  const bodies: [string, string, ...string[]][] = [
    ['no JSON', '{"source":'],
    ['another type', '<a/>', 'Content-Type: application/xml'],
    ['an empty type', 'a', 'Content-Type:'],
    ['a compressed one', 'a', 'Content-Encoding: gzip'],
    ['nothing', ''],
  ];
  test.each(
    ignoring.flatMap(([method, path]) => bodies.map(([name, ...rest]) => ({ method, path, name, rest }))),
  )('$method $path with $name', async ({ method, path, rest: [body = '', ...headers] }) => {
    const outcome = await outcomeOf(request(method, path, body, ...headers));
    expect(outcome).toMatchObject({ response: { status: 200 }, body: undefined, staysOpen: true });
  });

  test('a large one costs the connection', async () => {
    expect(await outcomeOf(request('DELETE', '/things/1', jsonOf(LIMIT_BYTES + 1)))).toMatchObject({
      response: { status: 200 },
      staysOpen: false,
    });
  });

  test.each(['{"source":', '', jsonOf(1_000)])(
    'a path that does not exist stays a 404 with the body %j',
    async (body) => {
      const bytes = request('PUT', '/nothing', body, 'Content-Type: text/plain');
      expect(await outcomeOf(bytes)).toMatchObject({ response: { status: 404 }, staysOpen: true });
    },
  );
});

test('credentials are judged before a body is looked at', async () => {
  const bytes = put('{', 'Content-Type: text/plain', 'Authorization: Bearer bad');
  expect(await outcomeOf(bytes)).toMatchObject({ response: { status: 401 }, staysOpen: true });
});

test('a failing route is a 500 that tells nothing', async () => {
  const { response } = await outcomeOf(request('GET', '/broken', ''));
  expect(response.status).toBe(500);
  expect(response.body).not.toMatch(/SELECT|passwd|broken\.ts/);
});

test('a body is read without a socket too', async () => {
  await using app = fastify();
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
  acceptJsonBodies(app, { limitBytes: 10 });
  app.put('/', (received) => ({ received: received.body }));
  const answerTo = async (payload: string) => (await app.inject({ method: 'PUT', url: '/', payload })).json();
  expect(await answerTo('{"a":1}')).toEqual({ received: { a: 1 } });
  expect(await answerTo('{"a":12345}')).toMatchObject({ status: 413 });
});
