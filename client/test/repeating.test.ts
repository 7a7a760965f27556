import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
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

test('pages end with one that is empty, whatever is said of how many there are', async () => {
  const headers = { 'content-type': 'application/json', 'pagination-total': '9', 'pagination-offset': '0' };
  const { client, calls } = clientOf(() => new Response('[]', { headers }));
  for await (const item of client.getCustomerCollection({})) expect.fail(String(item));
  expect(calls()).toBe(1);
});
