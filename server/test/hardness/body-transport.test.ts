import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawConnection } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { expectFacts, expectProblem, expectUnknown, freshId } from '../support/verdicts.ts';
import { portOf, sendWire, type WireAnswer, type WireRequest, wireBytes } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

type Header = readonly [name: string, value: string];
const json = '{"source":"a"}';

async function expectTaken(headers: readonly Header[], body: string | Uint8Array = json): Promise<void> {
  const target = `/customers/${freshId()}/lead-source`;
  expect((await sendWire(service, { target, headers, body })).status).toBe(201);
  expectFacts((await service.call('GET', target)).body, { source: 'a' });
}

async function expectNotTaken(
  status: number,
  headers: readonly Header[],
  body: string | Uint8Array = json,
): Promise<WireAnswer> {
  const id = freshId();
  const answer = await sendWire(service, { target: `/customers/${id}/lead-source`, headers, body });
  expectProblem({ status: answer.status, body: answer.json }, status);
  await expectUnknown(service, id);
  return answer;
}

describe('Content-Type', () => {
  test.each([
    ['none', []],
    ['application/json', [['Content-Type', 'application/json']]],
    ['Application/JSON', [['Content-Type', 'Application/JSON']]],
    ['a quoted charset', [['Content-Type', 'application/json; charset="utf-8"']]],
    ['a charset in capitals', [['content-type', 'application/json;charset=UTF-8']]],
    ['spaces around', [['CONTENT-TYPE', '  application/json ; charset=utf-8  ']]],
  ] satisfies [string, Header[]][])('%s is accepted', async (_, headers) => expectTaken(headers));

  test.each([
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'text/xml',
    'application/json; charset=latin1',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/json; charset="utf-8',
    'application/json; charset=utf-8; charset=latin1',
    'application/vnd.api+json',
    'application/merge-patch+json',
    'application/x-ndjson',
    'application/jsonx',
    'application/json, application/json',
    'application/json, text/plain',
    'application/json;text/plain',
    'json',
    '*/*',
    'application/*',
    `application/json;${' '.repeat(8000)}x`,
  ])('%j is not supported', async (type) => {
    await expectNotTaken(415, [['Content-Type', type]]);
  });

  test('a form that would read as a lead source is not supported', async () => {
    await expectNotTaken(415, [['Content-Type', 'application/x-www-form-urlencoded']], 'source=a');
  });

  test.each([
    ['application/json', 'application/json'],
    ['application/json', 'text/plain'],
    ['text/plain', 'application/json'],
  ])('given twice (%s, %s) is not understood', async (first, second) => {
    await expectNotTaken(400, [
      ['Content-Type', first],
      ['content-type', second],
    ]);
  });
});

describe('Content-Encoding', () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));

  test.each([
    ['gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
    ['zstd', Buffer.from(json)],
    ['gzip, gzip', gzipSync(gzipSync(json))],
    ['identity, gzip', gzipSync(json)],
    ['gzip', Buffer.from('broken')],
    ['gzip', bomb],
    ['unknown', Buffer.from(json)],
    ['', Buffer.from(json)],
  ])('%s is not supported, and nothing is inflated', async (coding, body) => {
    await expectNotTaken(415, [['Content-Encoding', coding]], body);
  });

  test('identity is accepted', async () => {
    await expectTaken([['Content-Encoding', 'identity']]);
    await expectTaken([['Content-Encoding', 'Identity']]);
  });

  test('compressed bytes without the header are no JSON', async () => {
    await expectNotTaken(400, [], gzipSync(json));
  });
});

describe('the size of a body', () => {
  const limitBytes = 64 * 1024;
  const ofSize = (bytes: number) => json.padEnd(bytes, ' ');
  const chunked = (...parts: readonly string[]) =>
    `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`;

  test('at the limit is accepted, announced or in chunks', async () => {
    await expectTaken([], ofSize(limitBytes));
    const halves = [ofSize(limitBytes).slice(0, 40_000), ofSize(limitBytes).slice(40_000)];
    await expectTaken([['Transfer-Encoding', 'chunked']], chunked(...halves));
    await expectTaken([['Transfer-Encoding', 'chunked']], chunked(...json));
  });

  test('one byte over the limit is too large, announced or in chunks', async () => {
    await expectNotTaken(413, [], ofSize(limitBytes + 1));
    const parts = [ofSize(limitBytes), ' '];
    await expectNotTaken(413, [['Transfer-Encoding', 'chunked']], chunked(...parts));
  });

  test('is refused by its announcement, before any of it comes, and the connection closes', async () => {
    for (const bytes of [limitBytes + 1, 10 * 1024 ** 3]) {
      const id = freshId();
      const headers: Header[] = [['Content-Length', String(bytes)]];
      const target = `/customers/${id}/lead-source`;
      const answer = await sendWire(service, { target, headers, body: '', keepsAlive: true });
      expectProblem({ status: answer.status, body: answer.json }, 413);
      expect(answer.headers['connection']).toBe('close');
      await expectUnknown(service, id);
    }
  });

  test('that grows past the limit in chunks is refused before it ends', async () => {
    const id = freshId();
    const headers: Header[] = [['Transfer-Encoding', 'chunked']];
    using connection = await RawConnection.open(portOf(service));
    connection.send(wireBytes({ target: `/customers/${id}/lead-source`, headers, keepsAlive: true }));
    for (let sent = 0; sent <= limitBytes; sent += 0x4000)
      connection.send(`4000\r\n${' '.repeat(0x4000)}\r\n`);
    expect((await connection.response()).status).toBe(413);
    await expectUnknown(service, id);
  });
});

describe('a body that ends before its announced length', () => {
  const cut: WireRequest = { target: '', headers: [['Content-Length', '100']], body: json };

  test('is given up after its time, and nothing is written', async () => {
    const limits = {
      headersTimeoutMilliseconds: 300,
      requestTimeoutMilliseconds: 300,
      connectionsCheckingIntervalMilliseconds: 50,
    };
    await using impatient = await startTestService({}, Date.now, limits);
    const id = freshId();
    const request = { ...cut, target: `/customers/${id}/lead-source`, keepsAlive: true };
    const answer = await sendWire(impatient, request);
    expectProblem({ status: answer.status, body: answer.json }, 408);
    await expectUnknown(impatient, id);
  });

  test('writes nothing when the client ends its side', async () => {
    const id = freshId();
    using connection = await RawConnection.open(portOf(service));
    connection.send(wireBytes({ ...cut, target: `/customers/${id}/lead-source` })).endSending();
    expect((await connection.response()).status).toBe(400);
    await connection.end();
    await expectUnknown(service, id);
  });

  test('writes nothing when the client is gone', async () => {
    const id = freshId();
    const connection = await RawConnection.open(portOf(service));
    connection.send(wireBytes({ ...cut, target: `/customers/${id}/lead-source` })).reset();
    await expectUnknown(service, id);
  });

  test('writes nothing when its chunks end early', async () => {
    const id = freshId();
    const headers: Header[] = [['Transfer-Encoding', 'chunked']];
    using connection = await RawConnection.open(portOf(service));
    const body = `${json.length.toString(16)}\r\n${json}\r\n`;
    connection.send(wireBytes({ target: `/customers/${id}/lead-source`, headers, body })).endSending();
    expect((await connection.response()).status).toBe(400);
    await expectUnknown(service, id);
  });
});

describe('Expect', () => {
  const waiting: Header[] = [
    ['Expect', '100-continue'],
    ['Content-Length', String(json.length)],
  ];

  test('100-continue with a bad key is refused without leave to go on', async () => {
    const id = freshId();
    using connection = await RawConnection.open(portOf(service));
    const request = { target: `/customers/${id}/lead-source`, key: 'sk_live_bad', headers: waiting };
    expect((await connection.send(wireBytes(request)).response()).status).toBe(401);
    await expectUnknown(service, id);
  });

  test('100-continue with a good key gets leave, then the answer', async () => {
    const target = `/customers/${freshId()}/lead-source`;
    using connection = await RawConnection.open(portOf(service));
    connection.send(wireBytes({ target, headers: waiting }));
    expect((await connection.response()).status).toBe(100);
    expect((await connection.send(json).response()).status).toBe(201);
    expectFacts((await service.call('GET', target)).body, { source: 'a' });
  });

  test.each(['foo', '200-ok', '100-continue, foo'])('%s cannot be met', async (expectation) => {
    await expectNotTaken(417, [['Expect', expectation]]);
  });
});

describe('a body where none belongs', () => {
  const bodies: readonly (readonly [string, Header[], string])[] = [
    ['JSON', [['Content-Type', 'application/json']], '{"source":"evil"}'],
    ['no JSON', [['Content-Type', 'application/json']], '{'],
    ['another type', [['Content-Type', 'text/xml']], '<a/>'],
    ['compressed', [['Content-Encoding', 'gzip']], 'x'],
    ['in chunks', [['Transfer-Encoding', 'chunked']], '1\r\nx\r\n0\r\n\r\n'],
    ['60 KiB', [], 'x'.repeat(60 * 1024)],
  ];

  test.each(bodies)('(%s) of a GET or DELETE is drained and ignored', async (_, headers, body) => {
    const id = freshId();
    const target = `/customers/${id}/lead-source`;
    await service.call('PUT', target, { body: json });
    const read = await sendWire(service, { method: 'GET', target, headers, body });
    expect(read.status).toBe(200);
    expectFacts(read.json, { source: 'a' });
    expect((await sendWire(service, { method: 'DELETE', target, headers, body })).status).toBe(204);
  });

  test('is not read as the next request of the connection', async () => {
    const target = `/customers/${freshId()}/lead-source`;
    await service.call('PUT', target, { body: json });
    const smuggled = wireBytes({ method: 'DELETE', target }).toString('latin1');
    await sendWire(service, { method: 'GET', target, body: smuggled });
    expect((await service.call('GET', target)).status).toBe(200);
  });
});
