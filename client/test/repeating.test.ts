import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createClient, NetworkError, type ProblemError } from '../src/index.ts';

function problem(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response('{}', { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

/** A client of a service that answers like this; how often it was asked. */
function clientOf(answer: (request: RequestInit) => Promise<Response> | Response) {
  let calls = 0;
  const client = createClient({
    url: 'http://leads.example',
    secretKey: 'sk_live_x',
    wait: async () => {},
    fetch: async (_url, request = {}) => {
      calls += 1;
      return answer(request);
    },
  });
  return { client, calls: () => calls };
}

test('a conflict of the first attempt is told, since nothing of it can be under way', async () => {
  const { client, calls } = clientOf(() => problem(409));
  await expect(client.putCustomerLeadSource({ id: 'a', body: {} })).rejects.toMatchObject({ status: 409 });
  expect(calls()).toBe(1);
});

test.each([408, 429, 502, 503, 504])('a read that is answered with %i is made again', async (status) => {
  const { client, calls } = clientOf(() => problem(status));
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status });
  expect(calls()).toBe(3);
});

test.each([400, 404, 409, 500])('a read that is answered with %i is not', async (status) => {
  const { client, calls } = clientOf(() => problem(status));
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status });
  expect(calls()).toBe(1);
});

test('a write whose caller leaves its key undefined gets one, and is made again', async () => {
  const keys: unknown[] = [];
  const { client } = clientOf(({ headers }) => {
    keys.push(new Headers(headers).get('idempotency-key'));
    return problem(503);
  });
  const call = client.postCustomer({ body: {}, idempotencyKey: undefined });
  await expect(call).rejects.toMatchObject({ status: 503 });
  expect(keys).toEqual(Array(3).fill(expect.stringMatching(/./)));
  expect(new Set(keys).size).toBe(1);
});

test('a key that the caller gives is sent as it is, each time', async () => {
  const keys: unknown[] = [];
  const { client } = clientOf(({ headers }) => {
    keys.push(new Headers(headers).get('idempotency-key'));
    return problem(503);
  });
  const call = client.postCustomer({ body: {}, idempotencyKey: 'mine' });
  await expect(call).rejects.toMatchObject({ status: 503 });
  expect(keys).toEqual(['mine', 'mine', 'mine']);
});

test('what needs no credential is sent none, and not under an organization', async () => {
  const asked: unknown[] = [];
  const client = createClient({
    ...{ url: 'http://leads.example', secretKey: 'sk_live_x', token: 'eyJ', organizationId: 'org_a' },
    fetch: async (url, { headers } = {}) => {
      asked.push([url, Object.keys(headers ?? {})]);
      return new Response('{}', { headers: { 'content-type': 'application/json' } });
    },
  });
  await client.getHealthLive();
  await client.getCustomer({ id: 'a' });
  expect(asked).toEqual([
    ['http://leads.example/health/live', []],
    ['http://leads.example/organizations/org_a/customers/a', ['authorization']],
  ]);
});

test('who was refused together does not come back together: some time is added to what was asked', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const waits: number[] = [];
  const client = createClient({
    url: 'http://leads.example',
    wait: async (milliseconds) => void waits.push(milliseconds),
    fetch: async () => problem(429, { 'retry-after': '7' }),
  });
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status: 429 });
  expect(waits).toEqual([7250, 7500]);
});

test('no timer is left by a call that has ended, however it did', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  vi.useFakeTimers();
  try {
    const enough = new Error('enough');
    const given = new AbortController();
    const answers = [new Response(null, { status: 204 }), problem(404), problem(503)];
    const client = createClient({
      url: 'http://leads.example',
      fetch: async () => answers.shift() ?? Promise.reject(new TypeError('away')),
    });
    await client.getCustomer({ id: 'a' });
    expect(vi.getTimerCount()).toBe(0);
    await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status: 404 });
    expect(vi.getTimerCount()).toBe(0);
    const waiting = expect(client.getCustomer({ id: 'a' }, { signal: given.signal })).rejects.toBe(enough);
    await vi.advanceTimersByTimeAsync(1);
    expect([answers, vi.getTimerCount()]).toEqual([[], 1]);
    given.abort(enough);
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
    await expect(client.getCustomer({ id: 'a' }, { retries: 0 })).rejects.toThrow(NetworkError);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('the waits grow to twice as long each time, and to eight seconds at the most', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const waits: number[] = [];
  const client = createClient({
    url: 'http://leads.example',
    retries: 7,
    wait: async (milliseconds) => void waits.push(milliseconds),
    fetch: async () => problem(503),
  });
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status: 503 });
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test('a time to come back is never told too early', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-01-01T00:00:00.500Z'));
  const { client } = clientOf(() => problem(503, { 'retry-after': 'Thu, 01 Jan 2026 00:10:10 GMT' }));
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ retryAfterSeconds: 610 });
});

test('limits beyond what a timer can be set for are none', async () => {
  vi.useFakeTimers();
  try {
    let calls = 0;
    const client = createClient({
      url: 'http://leads.example',
      ...{ timeoutMilliseconds: Number.POSITIVE_INFINITY, longestWaitSeconds: Number.POSITIVE_INFINITY },
      fetch: async (_url, request) => {
        calls += 1;
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        request?.signal?.throwIfAborted();
        return calls === 1 ? problem(503, { 'retry-after': '3000000' }) : new Response('{}');
      },
    });
    const call = client.getCustomer({ id: 'a' }).response();
    await vi.advanceTimersByTimeAsync(24 * 86_400_000);
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect([calls, (await call).status]).toEqual([2, 200]);
  } finally {
    vi.useRealTimers();
  }
});

test('a signal that outlives a call is left without what the call waited for', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { signal } = new AbortController();
  const client = createClient({ url: 'http://leads.example', fetch: async () => problem(503) });
  await expect(client.getCustomer({ id: 'a' }, { signal })).rejects.toMatchObject({ status: 503 });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('lines that came one after the other are not sent again: they are gone', async () => {
  const { client, calls } = clientOf(async ({ body }) => {
    await new Response(body as ReadableStream).text();
    return problem(429, { 'retry-after': '1' });
  });
  async function* lines() {
    yield { customerId: 'a', amount: '1', currency: 'EUR' };
  }
  const failure = await client.postConversionBulk({ lines: lines() }).catch((error: ProblemError) => error);
  expect([calls(), failure]).toEqual([1, expect.objectContaining({ status: 429 })]);
});

test('lines that a generator gives are all sent again', async () => {
  const bodies: unknown[] = [];
  const { client } = clientOf(({ body }) => {
    bodies.push(body);
    return bodies.length === 1
      ? problem(429, { 'retry-after': '1' })
      : new Response('', { headers: { 'content-type': 'application/x-ndjson' } });
  });
  function* lines() {
    yield { customerId: 'a', amount: '1', currency: 'EUR' };
    yield { customerId: 'b', amount: '2', currency: 'EUR' };
  }
  await client.postConversionBulk({ lines: lines() });
  const text =
    '{"customerId":"a","amount":"1","currency":"EUR"}\n{"customerId":"b","amount":"2","currency":"EUR"}\n';
  expect(bodies).toEqual([text, text]);
});

test('lines that change while a call is repeated are sent as they were', async () => {
  const line = { customerId: 'a', amount: '1', currency: 'EUR' };
  const bodies: unknown[] = [];
  const { client } = clientOf(({ body }) => {
    bodies.push(body);
    line.amount = '2';
    return bodies.length === 1
      ? problem(429, { 'retry-after': '1' })
      : new Response('', { headers: { 'content-type': 'application/x-ndjson' } });
  });
  await client.postConversionBulk({ lines: [line] });
  expect(bodies).toEqual(Array(2).fill('{"customerId":"a","amount":"1","currency":"EUR"}\n'));
});

test('a redirection is not followed: it would make a write a read, and be sent the key', async () => {
  const asked: string[] = [];
  const server = createServer(({ method, url = '' }, response) => {
    asked.push(`${method} ${url}`);
    response.writeHead(301, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = createClient({ url: `http://127.0.0.1:${port}`, secretKey: 'sk_live_x' });
  await expect(client.postCustomer({ body: {} })).rejects.toMatchObject({ status: 301 });
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status: 301 });
  expect(asked).toEqual(['POST /customers', 'GET /customers/a']);
  server.closeAllConnections();
  server.close();
});

test('a page that somebody before the service answers with is no answer of it, and is not asked for again', async () => {
  const page = () =>
    new Response('<p>Sign in</p>', { headers: { 'content-type': 'text/html; charset=utf-8' } });
  const { client, calls } = clientOf(page);
  const refusal = expect.objectContaining({
    name: 'NetworkError',
    message: expect.stringMatching(/^A web page/),
  });
  await expect(client.getCustomer({ id: 'a' })).rejects.toEqual(refusal);
  await expect(client.getCustomerCollection().pages().next()).rejects.toEqual(refusal);
  await expect(client.postConversionBulk({ lines: [] })).rejects.toEqual(refusal);
  expect(calls()).toBe(3);
});

test('headers of the caller replace those of the client, whatever their capitals', async () => {
  const sent: Headers[] = [];
  const { client } = clientOf(({ headers }) => {
    sent.push(new Headers(headers));
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  });
  const headers = { 'Idempotency-Key': 'mine', 'REB-APIKEY': 'sk_live_other', 'Content-Type': 'text/csv' };
  await client.postCustomer({ body: {} }, { headers });
  for (const [name, value] of Object.entries(headers)) expect(sent[0]?.get(name)).toBe(value);
});

test.each([304, 403])(
  'a refusal of %s is told by its status, though it has not the content it names',
  async (status) => {
    const { client, calls } = clientOf(
      () => new Response(null, { status, headers: { 'content-type': 'application/json' } }),
    );
    await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status });
    expect(calls()).toBe(1);
  },
);

test('a refusal that says nothing else has the title of its status', async () => {
  const { client } = clientOf(() => new Response('<p>', { status: 418, statusText: 'A Teapot' }));
  const told = { status: 418, title: 'A Teapot', message: 'A Teapot', detail: '' };
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject(told);
});

test('an answer that ends within a line has broken off', async () => {
  const { client } = clientOf(
    () => new Response('{"line":1}\n{"li', { headers: { 'content-type': 'application/x-ndjson' } }),
  );
  await expect(client.postConversionBulk({ lines: [] })).rejects.toThrow(NetworkError);
});

test('a token that does not come is no longer waited for once the caller says so', async () => {
  const token = () => new Promise<string>(() => {});
  const client = createClient({ url: 'http://leads.example', token });
  const enough = new Error('enough');
  const given = new AbortController();
  const call = client.getCustomer({ id: 'a' }, { signal: given.signal });
  given.abort(enough);
  await expect(call).rejects.toBe(enough);
  await expect(client.getCustomer({ id: 'a' }, { signal: given.signal })).rejects.toBe(enough);
});

test('lines are asked for no longer once the call was refused', async () => {
  const { client } = clientOf(async ({ body }) => {
    await (body as ReadableStream).getReader().read();
    return problem(401);
  });
  let isLeft = false;
  async function* lines() {
    try {
      for (;;) yield { customerId: 'a', amount: '1', currency: 'EUR' };
    } finally {
      isLeft = true;
    }
  }
  await expect(client.postConversionBulk({ lines: lines() })).rejects.toMatchObject({ status: 401 });
  await vi.waitFor(() => expect(isLeft).toBe(true));
});

test('the URL of the service may end with slashes', async () => {
  const asked: string[] = [];
  const client = createClient({
    url: 'http://leads.example/base//',
    fetch: async (url) => {
      asked.push(url);
      return new Response(null, { status: 204 });
    },
  });
  await client.getCustomer({ id: 'a' });
  expect(asked).toEqual(['http://leads.example/base/customers/a']);
});

test('pages end with one that is empty, whatever is said of how many there are', async () => {
  const headers = { 'content-type': 'application/json', 'pagination-total': '9', 'pagination-offset': '0' };
  const { client, calls } = clientOf(() => new Response('[]', { headers }));
  for await (const item of client.getCustomerCollection({})) expect.fail(String(item));
  expect(calls()).toBe(1);
});

test.each([
  [60, 3],
  [61, 1],
])(
  'asked to wait for %i seconds, a call is made %i times where nothing else is said',
  async (seconds, times) => {
    const { client, calls } = clientOf(() => problem(503, { 'retry-after': String(seconds) }));
    await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status: 503 });
    expect(calls()).toBe(times);
  },
);

/** A client whose answers begin, and go on when `more` is called; they break off with the request. */
function beginningClient(contentType: string) {
  let more: (bytes: Uint8Array) => void = () => {};
  const client = createClient({
    url: 'http://leads.example',
    retries: 0,
    fetch: async (_url, { signal } = {}) => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          more = (bytes) => controller.enqueue(bytes);
          signal?.addEventListener('abort', () => controller.error(signal.reason));
        },
      });
      return new Response(body, { headers: { 'content-type': contentType } });
    },
  });
  return { client, more: (bytes: Uint8Array) => more(bytes) };
}

test('an answer has thirty seconds to be there as a whole, one that is streamed to begin', async () => {
  vi.useFakeTimers();
  try {
    let isOver = false;
    const whole = beginningClient('application/json').client.getCustomer({ id: 'a' });
    const refusal = expect(whole.finally(() => (isOver = true))).rejects.toThrow(
      'No answer within 30000 ms.',
    );
    const { client, more } = beginningClient('application/x-ndjson');
    const lines = client.getTouchExport()[Symbol.asyncIterator]();
    const line = lines.next();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
    await refusal;
    more(new TextEncoder().encode('{"id":"a"}\n'));
    expect((await line).value).toEqual({ id: 'a' });
  } finally {
    vi.useRealTimers();
  }
});

test('a character that arrives in two parts is one', async () => {
  const { client, more } = beginningClient('application/x-ndjson');
  const answer = client.getTouchExport();
  await answer.response();
  const line = answer[Symbol.asyncIterator]().next();
  const bytes = new TextEncoder().encode('{"source":"😀"}\n');
  for (const part of [bytes.slice(0, 13), bytes.slice(13)]) more(part);
  expect((await line).value).toEqual({ source: '😀' });
});

test('an answer of text that breaks off is told as such', async () => {
  const body = () =>
    new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
  const { client } = clientOf(() => new Response(body(), { headers: { 'content-type': 'text/csv' } }));
  await expect(client.getTouchExport({}, { headers: { accept: 'text/csv' } })).rejects.toThrow(NetworkError);
});

test('a token is asked for before each attempt, since the one before may have ended', async () => {
  const tokens = ['first', 'second', 'third'];
  const sent: unknown[] = [];
  const client = createClient({
    url: 'http://leads.example',
    token: () => tokens.shift() ?? '',
    wait: async () => {},
    fetch: async (_url, { headers } = {}) => {
      sent.push(new Headers(headers).get('authorization'));
      return problem(503);
    },
  });
  await expect(client.getCustomer({ id: 'a' })).rejects.toMatchObject({ status: 503 });
  expect(sent).toEqual(['Bearer first', 'Bearer second', 'Bearer third']);
});

test('what a call leaves undefined is as if it were not named', async () => {
  const asked: string[] = [];
  const client = createClient({
    url: 'http://leads.example',
    retries: 0,
    fetch: async (url) => {
      asked.push(url);
      return problem(503);
    },
  });
  const call = client.getCustomerCollection({ limit: 1, sort: undefined }, { retries: undefined });
  await expect(call).rejects.toMatchObject({ status: 503 });
  expect(asked).toEqual(['http://leads.example/customers?limit=1']);
});

test('lines are told that nobody wants them where a call ends before it has its token', async () => {
  const token = Promise.withResolvers<string>();
  const client = createClient({ url: 'http://leads.example', token: () => token.promise });
  const left = vi.fn(async () => ({ done: true, value: undefined }) as const);
  const lines = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: left }),
  };
  const given = new AbortController();
  const call = client.postConversionBulk({ lines }, { signal: given.signal });
  given.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(left).not.toHaveBeenCalled();
  token.resolve('eyJ');
  await vi.waitFor(() => expect(left).toHaveBeenCalledOnce());
});

test('a line that comes once the caller has enough changes nothing of why the call ended', async () => {
  const given = new AbortController();
  const client = createClient({
    url: 'http://leads.example',
    fetch: async (_url, { body, signal } = {}) => {
      const reader = (body as ReadableStream).getReader();
      reader.read().catch(() => {});
      const answer = new ReadableStream({
        start(controller) {
          signal?.addEventListener('abort', () => {
            void reader.cancel();
            controller.error(signal.reason);
          });
        },
      });
      return new Response(answer, { headers: { 'content-type': 'application/x-ndjson' } });
    },
  });
  const line = Promise.withResolvers<{ done: false; value: object }>();
  const lines = { [Symbol.asyncIterator]: () => ({ next: () => line.promise }) };
  const call = client.postConversionBulk({ lines: lines as AsyncIterable<never> }, { signal: given.signal });
  await call.response();
  given.abort(new Error('enough'));
  line.resolve({ done: false, value: {} });
  await line.promise;
  await expect(call).rejects.toThrow('enough');
});

test('what lines fail with once their answer has begun is what the call fails with', async () => {
  const begun = Promise.withResolvers<void>();
  async function* lines() {
    yield { customerId: 'a', amount: '1', currency: 'EUR' };
    await begun.promise;
    throw new Error('The file ends here.');
  }
  const { client } = clientOf(({ body }) => {
    const echo = (body as ReadableStream<Uint8Array>).pipeThrough(new TransformStream());
    return new Response(echo, { headers: { 'content-type': 'application/x-ndjson' } });
  });
  const call = client.postConversionBulk({ lines: lines() });
  await call.response();
  begun.resolve();
  await expect(call).rejects.toThrow('The file ends here.');
});
