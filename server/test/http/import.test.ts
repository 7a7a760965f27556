import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { exchange, RawConnection } from '../support/raw-http.ts';
import { type Answer, startTestService, type TestService, testSecretKey } from '../support/service.ts';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

const clock = testClock();
const idleMilliseconds = 900;
/** All that another request may take. */
const requestMilliseconds = 600;
let service: TestService;
/** One that loses its patience soon. */
let impatient: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  impatient = await startTestService({}, clock.now, {
    bulkIdleTimeoutMilliseconds: idleMilliseconds,
    requestTimeoutMilliseconds: requestMilliseconds,
    headersTimeoutMilliseconds: requestMilliseconds,
    connectionsCheckingIntervalMilliseconds: 20,
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await impatient[Symbol.asyncDispose]();
});

interface Outcome {
  readonly line: number;
  readonly status: number;
  readonly id?: string;
}

const occurredTime = '2025-01-01T00:00:00.000Z';
const text = { 'Content-Type': 'application/x-ndjson' };
const ndjson = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
const outcomesOf = ({ body }: Answer) => body as readonly Outcome[];

async function listed(id: string, on = service) {
  const { body } = await on.call('GET', `/customers/${id}/lead-sources`);
  return body as { id: string; source: string; origin: string }[];
}

describe('POST /lead-sources', () => {
  test.each([
    ['an array', (values: readonly unknown[]) => ({ body: values })],
    ['lines of text', (values: readonly unknown[]) => ({ body: ndjson(values), headers: text })],
  ])('takes %s and answers a line for each, in order', async (words, optionsOf) => {
    const id = words.replaceAll(' ', '-');
    const answer = await service.call(
      'POST',
      '/lead-sources',
      optionsOf([
        { id: `${id}-1`, customerId: id, occurredTime, source: 'a' },
        { customerId: id, occurredTime, source: 5 },
        { customerId: id, occurredTime: '2025-01-02T00:00:00Z', source: 'b' },
        { id: `${id}-1`, customerId: id, occurredTime },
        { id: `${id}-1`, customerId: id, occurredTime, source: 'other' },
        7,
      ]),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.body).toEqual([
      { line: 1, status: 201, customerId: id, id: `${id}-1` },
      { line: 2, status: 422, invalidFields: [{ field: 'source', message: expect.any(String) }] },
      { line: 3, status: 201, customerId: id, id: expect.stringMatching(/^tch_/) },
      { line: 4, status: 200, customerId: id, id: `${id}-1` },
      { line: 5, status: 409, detail: expect.any(String) },
      { line: 6, status: 422, invalidFields: [{ field: '', message: 'must be object' }] },
    ]);
    expect((await listed(id)).map(({ source, origin }) => [source, origin])).toEqual([
      ['a', 'import'],
      ['b', 'import'],
    ]);
  });

  test.each([
    ['the last line is told, too', [1, 1, 5, 1], [3, 4]],
    ['the last line is told once', [1, 5], [2]],
    ['nothing else is told', [1, 1], [2]],
  ])('who prefers less is told of what was not added: %s', async (words, sources, told) => {
    const customerId = words.replaceAll(' ', '-').replace(',', '');
    const lines = sources.map((source) => ({
      customerId,
      occurredTime,
      source: source === 1 ? 'a' : source,
    }));
    const headers = { ...text, Prefer: 'respond-async, return=minimal; wait=5' };
    const answer = await service.call('POST', '/lead-sources', { body: ndjson(lines), headers });
    expect(answer.headers.get('preference-applied')).toBe('return=minimal');
    expect(outcomesOf(answer).map(({ line }) => line)).toEqual(told);
    expect(await listed(customerId)).toHaveLength(sources.filter((source) => source === 1).length);
  });

  test('who prefers less is told where the body broke, and what was there before', async () => {
    const line = { id: 'less', customerId: 'less', occurredTime };
    const broken = `[${JSON.stringify(line)},${JSON.stringify(line)},${JSON.stringify({ ...line, id: 'more' })}`;
    const headers = { Prefer: 'return=minimal', 'Content-Type': 'application/json' };
    const answer = await service.call('POST', '/lead-sources', { body: broken, headers });
    expect(outcomesOf(answer).map(({ line, status }) => [line, status])).toEqual([
      [2, 200],
      [3, 400],
    ]);
  });

  test.each([
    ['the type in capitals', { 'Content-Type': 'Application/X-NDJSON' }, [1, 2]],
    ['a preference in quotes', { ...text, Prefer: 'return="minimal"' }, [2]],
  ])('%s is understood', async (_, headers, told) => {
    const body = ndjson([
      { customerId: 'understood', occurredTime },
      { customerId: 'understood', occurredTime, source: 'b' },
    ]);
    const answer = await service.call('POST', '/lead-sources', { body, headers });
    expect(outcomesOf(answer).map(({ line, status }) => [line, status])).toEqual(
      told.map((line) => [line, 201]),
    );
  });

  test('what stands before the place where the body broke is kept, also where both arrive together', async () => {
    const line = JSON.stringify({ customerId: 'together', occurredTime });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await service.call('POST', '/lead-sources', { body: `[${line}] more`, headers });
    expect(outcomesOf(answer).map(({ line, status }) => [line, status])).toEqual([
      [1, 201],
      [2, 400],
    ]);
    expect(await listed('together')).toHaveLength(1);
  });

  test('any other preference changes nothing', async () => {
    const body = [
      { customerId: 'whole', occurredTime, source: 'a' },
      { customerId: 'whole', occurredTime },
    ];
    const headers = { Prefer: 'return=representation, x-return=minimal' };
    const answer = await service.call('POST', '/lead-sources', { body, headers });
    expect(answer.headers.get('preference-applied')).toBeNull();
    expect(outcomesOf(answer)).toHaveLength(2);
  });

  test('a line names its customer and its moment, and every fault is named at once', async () => {
    const lines = [{}, { customerId: '', occurredTime: 'x' }, { customerId: 'a b', occurredTime, id: 'a b' }];
    const answer = await service.call('POST', '/lead-sources', { body: lines });
    const fields = (answer.body as { invalidFields: { field: string }[] }[]).map(({ invalidFields }) =>
      invalidFields.map(({ field }) => field).toSorted(),
    );
    expect(fields).toEqual([
      ['customerId', 'occurredTime'],
      ['customerId', 'occurredTime'],
      ['customerId', 'id'],
    ]);
  });

  test('a moment ahead, JSON that is none and a line that is too long are refused alone', async () => {
    const ahead = new Date(clock.now() + 61_000).toISOString();
    const lines = [
      JSON.stringify({ customerId: 'alone', occurredTime: ahead }),
      '{"customerId": }',
      JSON.stringify({ customerId: 'alone', occurredTime, unknown: 'x'.repeat(70_000) }),
      '{"customerId":"alone","customerId":"b","occurredTime":"2025-01-01T00:00:00Z"}',
      '',
      JSON.stringify({ customerId: 'alone', occurredTime, source: 'kept' }),
    ];
    const answer = await service.call('POST', '/lead-sources', { body: lines.join('\r\n'), headers: text });
    expect(outcomesOf(answer).map(({ line, status }) => [line, status])).toEqual([
      [1, 422],
      [2, 400],
      [3, 413],
      [4, 400],
      [6, 201],
    ]);
    expect((await listed('alone')).map(({ source }) => source)).toEqual(['kept']);
  });

  test.each([
    ['{}', 422],
    ['"x"', 422],
    ['x', 400],
    ['null', 422],
    ['', 400],
    ['\ufeff[]', 400],
  ])('a body that is %j, and no array, is %i as a whole', async (body, status) => {
    expect((await service.call('POST', '/lead-sources', { body })).status).toBe(status);
  });

  test('an array that breaks off keeps what came before, and the last line says so', async () => {
    const body = `[${JSON.stringify({ customerId: 'broken', occurredTime })}, {"customerId":`;
    const answer = await service.call('POST', '/lead-sources', { body });
    expect(outcomesOf(answer).map(({ line, status }) => [line, status])).toEqual([
      [1, 201],
      [2, 400],
    ]);
    expect(await listed('broken')).toHaveLength(1);
  });

  test.each([
    ['{"customerId": }', 'The line is not JSON.'],
    ['{"a":1,"a":2}', 'The line names a member of an object more than once.'],
    ['', 'The line is empty.'],
  ])('what is wrong with %j is said of the line, not of the body', async (line, detail) => {
    const whole = JSON.stringify({ customerId: 'said', occurredTime });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await service.call('POST', '/lead-sources', { body: `[${whole},${line}]`, headers });
    expect((answer.body as readonly object[])[1]).toEqual({ line: 2, status: 400, detail });
  });

  test('an empty array and blank lines answer nothing', async () => {
    expect((await service.call('POST', '/lead-sources', { body: [] })).body).toEqual([]);
    const blank = await service.call('POST', '/lead-sources/', { body: '\n \n', headers: text });
    expect([blank.status, blank.body]).toEqual([200, []]);
  });

  test.each([
    [{ 'Content-Type': 'text/plain' }, 415],
    [{ 'Content-Type': 'application/x-ndjson; charset=latin1' }, 415],
    [{ 'Content-Encoding': 'gzip' }, 415],
  ])('with %j it is %i', async (headers, status) => {
    expect((await service.call('POST', '/lead-sources', { body: '[]', headers })).status).toBe(status);
  });

  test('a body that is announced as larger than 64 MiB is 413, before any of it is read', async () => {
    const answer = await exchange(
      Number(new URL(service.url).port),
      `POST /lead-sources HTTP/1.1\r\nHost: localhost\r\nREB-APIKEY: ${testSecretKey}\r\n` +
        `Content-Length: ${64 * 1024 * 1024 + 1}\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
  });

  test('takes lead-sources:write, and stands under the root of the organization too', async () => {
    const minted = await service.call('POST', '/tokens', { body: { permissions: ['lead-sources:read'] } });
    const headers = { Authorization: `Bearer ${(minted.body as { token: string }).token}` };
    expect((await service.call('POST', '/lead-sources', { body: [], headers })).status).toBe(403);
    const path = `/organizations/${service.organizationId}/lead-sources`;
    const body = [{ customerId: 'rooted', occurredTime }];
    expect(outcomesOf(await service.call('POST', path, { body }))[0]?.status).toBe(201);
  });

  test('announce is true or false', async () => {
    for (const value of ['true', 'false']) {
      const answer = await service.call('POST', `/lead-sources?announce=${value}`, { body: [] });
      expect(answer.status).toBe(200);
    }
    expect((await service.call('POST', '/lead-sources?announce=1', { body: [] })).status).toBe(422);
  });
});

/** What is in use of the memory that a collection leaves. */
function usedBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Sends a body piece by piece; answers the status and the lines as they come. */
function sending(more: Readonly<Record<string, string>> = {}) {
  const sent = request(`${impatient.url}/lead-sources`, {
    method: 'POST',
    headers: { 'REB-APIKEY': testSecretKey, 'Content-Type': 'application/x-ndjson', ...more },
  });
  const status = Promise.withResolvers<number>();
  const lines: Outcome[] = [];
  const ended = Promise.withResolvers<void>();
  let heard = Promise.withResolvers<void>();
  let rest = '';
  sent.on('error', ended.reject);
  sent.on('response', (response) => {
    status.resolve(response.statusCode ?? 0);
    response.on('error', ended.reject).on('end', ended.resolve);
    response.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.map((part) => JSON.parse(part) as Outcome));
      heard.resolve();
      heard = Promise.withResolvers();
    });
  });
  const until = async (count: number) => {
    while (lines.length < count) await heard.promise;
    return lines;
  };
  return { sent, status: status.promise, lines, ended: ended.promise, until };
}

describe('an import of 30 MB', () => {
  test('is kept line by line, in a memory that does not grow with it', async () => {
    // Of the lines, 1 MB may be under way: as text, as what was read of it, and once more on the sender's side.
    const lines = 7_680;
    const padding = 'x'.repeat(4_000);
    let peakBytes = 0;
    const baseBytes = usedBytes();
    const body = async function* () {
      for (let place = 0; place < lines; place++) {
        yield `${JSON.stringify({ customerId: `large${place % 7}`, occurredTime, source: 'bulk', padding })}\n`;
        if (place % 480 === 0) peakBytes = Math.max(peakBytes, usedBytes());
      }
    };
    const response = await fetch(`${service.url}/lead-sources`, {
      method: 'POST',
      headers: { 'REB-APIKEY': testSecretKey, ...text },
      body: Readable.toWeb(Readable.from(body())) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    const outcomes = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome);
    expect(outcomes.map(({ line }) => line)).toEqual(Array.from({ length: lines }, (_, place) => place + 1));
    expect(outcomes.filter(({ status }) => status !== 201)).toEqual([]);
    expect((peakBytes - baseBytes) / 1_000_000).toBeLessThan(15);
  });

  test('that grows beyond 64 MiB ends with a line that says so', async () => {
    const large = `{"padding":"${'x'.repeat(60_000)}"}\n`;
    const body = async function* () {
      for (let place = 0; place < 1_200; place++) yield large;
    };
    const response = await fetch(`${service.url}/lead-sources`, {
      method: 'POST',
      headers: { 'REB-APIKEY': testSecretKey, ...text },
      body: Readable.toWeb(Readable.from(body())) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let answer = '';
    for (;;) {
      const read = await reader?.read().catch(() => undefined);
      if (read === undefined || read.done) break;
      answer += read.value;
    }
    const outcomes = answer
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome);
    expect(outcomes.at(-1)).toMatchObject({ status: 413 });
    expect(outcomes.length).toBeGreaterThan(1_000);
  });
});

describe('an import that takes its time', () => {
  const line = (place: number) => `${JSON.stringify({ customerId: `slow${place}`, occurredTime })}\n`;

  test('is answered while it is sent, and may last longer than other requests', async () => {
    const { sent, until, ended } = sending();
    const start = performance.now();
    for (let place = 0; place < 4; place++) {
      sent.write(line(place));
      expect((await until(place + 1)).at(-1)).toMatchObject({ line: place + 1, status: 201 });
      // Longer than the whole of another request may last, together; each pause shorter than a body may stand still.
      await new Promise((resolve) => setTimeout(resolve, idleMilliseconds / 3));
    }
    sent.end();
    await ended;
    expect(performance.now() - start).toBeGreaterThan(requestMilliseconds);
  });

  test('has its head answered at once, also where there is nothing to tell of any line', async () => {
    const { sent, status, lines, ended } = sending({ Prefer: 'return=minimal' });
    sent.write(line(30));
    expect(await status).toBe(200);
    expect(lines).toEqual([]);
    sent.end(line(31));
    await ended;
    expect(lines).toMatchObject([{ line: 2, status: 201 }]);
  });

  test('of which nothing more arrives is ended by a line that says so, and keeps what came', async () => {
    const { sent, until, ended } = sending();
    sent.write(line(10));
    expect((await until(2)).map(({ line: place, status }) => [place, status])).toEqual([
      [1, 201],
      [2, 408],
    ]);
    await ended;
    sent.destroy();
    expect(await listed('slow10', impatient)).toHaveLength(1);
  });

  test('of which nothing arrives at all is 408', async () => {
    const { sent, status, ended } = sending();
    sent.flushHeaders();
    expect(await status).toBe(408);
    await ended.catch(() => undefined);
    sent.destroy();
  });

  test('of which nothing arrives is the last request of its connection, whose rest could be taken for another', async () => {
    using connection = await RawConnection.open(Number(new URL(impatient.url).port));
    connection.send(
      `POST /lead-sources HTTP/1.1\r\nHost: a\r\nREB-APIKEY: ${testSecretKey}\r\n`,
      'Content-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n',
    );
    expect(await connection.response()).toMatchObject({ status: 408, headers: { connection: 'close' } });
  });

  test('whose sender goes away keeps what came, and the service goes on', async () => {
    const { sent, until, ended } = sending();
    sent.write(line(20) + line(21));
    await until(2);
    sent.destroy();
    await ended.catch(() => undefined);
    expect(await listed('slow21', impatient)).toHaveLength(1);
    expect((await impatient.call('POST', '/lead-sources', { body: [] })).status).toBe(200);
  });
});
