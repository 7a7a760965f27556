import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CuttableProxy, startCuttableProxy } from '../../server/test/support/cuttable-proxy.ts';
import { startTestService, type TestService } from '../../server/test/support/service.ts';
import {
  type Client,
  type ClientOptions,
  createClient,
  LeadsourceError,
  NetworkError,
  ProblemError,
  TimeoutError,
} from '../src/index.ts';

/** Three calls that write in a minute; the minutes pass by waiting alone. */
const limit = { LEADSOURCE_RATE_LIMIT: '3/60' };
let now = Date.parse('2026-11-23T08:15:00Z');
let limited: TestService;
let service: TestService;
let proxy: CuttableProxy;
beforeAll(async () => {
  limited = await startTestService(limit, () => now);
  service = await startTestService();
  proxy = await startCuttableProxy(service.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  await limited[Symbol.asyncDispose]();
});
beforeEach(() => {
  proxy.mend();
  // To the next window.
  now += 60_000;
});

/** A client through the proxy, or of another service, whose waiting takes no time but the service's. */
function waitingClient(options: Partial<ClientOptions> = {}): { client: Client; waits: number[] } {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
    now += Math.ceil(milliseconds);
  };
  return { waits, client: createClient({ url: proxy.url, secretKey: service.secretKey, wait, ...options }) };
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('The call did not fail.');
    },
    (error: unknown) => error,
  );

describe('a refusal', () => {
  test('tells every invalid field, and is not asked again', async () => {
    const { client, waits } = waitingClient();
    const body = { source: 'x'.repeat(513), referrer: 'nowhere' };
    const error = await failureOf(client.putCustomerLeadSource({ id: 'cus_a', body }));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      name: 'ProblemError',
      status: 422,
      title: expect.any(String),
      type: 'about:blank',
      invalidFields: [{ field: 'source' }, { field: 'referrer' }],
      retryAfterSeconds: null,
      requestId: expect.any(String),
      message: expect.stringContaining('referrer'),
    });
    expect(waits).toEqual([]);
  });

  test('of the credential is told by its status', async () => {
    const { client } = waitingClient({ secretKey: 'sk_live_unknown' });
    expect(await failureOf(client.getCustomerCollection())).toMatchObject({ status: 401, invalidFields: [] });
  });

  test.each([
    ['an array', [{ detail: 'x' }], { title: 'Status 403', detail: '', invalidFields: [] }],
    ['a text', '"Forbidden."', { title: 'Status 403', detail: '' }],
    ['null', null, { title: 'Status 403' }],
    ['members of other types', { type: 5, title: {}, detail: ['x'], invalidFields: 'x' }, { detail: '' }],
    [
      'invalid fields that are none',
      {
        title: 'No',
        detail: null,
        invalidFields: [null, 7, 'x', { field: 5 }, { field: 'a', message: 'b' }],
      },
      { title: 'No', message: 'No; a b', invalidFields: [{ field: 'a', message: 'b' }] },
    ],
    ['an object in place of invalid fields', { invalidFields: { length: 3 } }, { invalidFields: [] }],
    ['names of prototypes', { title: 'No', constructor: 1, toString: 2 }, { title: 'No', message: 'No' }],
  ])('by what stands before the service, in JSON that is %s, is one', async (_, body, told) => {
    const fetch = async () => Response.json(body, { status: 403 });
    const { client, waits } = waitingClient({ fetch });
    const error = await failureOf(client.getCustomerCollection());
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 403, type: 'about:blank', ...told });
    expect(waits).toEqual([]);
  });

  test('for now is waited out for as long as the service asks, with some time more so that not all come at once', async () => {
    const { client, waits } = waitingClient({ url: limited.url });
    for (let place = 0; place < 3; place += 1) await client.putCustomer({ id: 'cus_l', body: {} });
    now += 20_000;
    await client.postWebhook({ body: { url: 'https://example.com/' } });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(40_000);
    expect(waits[0]).toBeLessThan(40_500);
  });

  test('for longer than the caller wants to wait is told, with the time', async () => {
    const { client, waits } = waitingClient({ url: limited.url, longestWaitSeconds: 30 });
    for (let place = 0; place < 3; place += 1) await client.putCustomer({ id: 'cus_l', body: {} });
    const error = await failureOf(client.putCustomer({ id: 'cus_l', body: {} }));
    expect(error).toMatchObject({ status: 429, title: 'Rate Limit Exceeded', retryAfterSeconds: 60 });
    expect(waits).toEqual([]);
    await client.putCustomer({ id: 'cus_l', body: {} }, { longestWaitSeconds: 60 });
    expect(waits).toHaveLength(1);
  });
});

describe('a request that cannot be sent', () => {
  test.each([
    ['key', { secretKey: 'sk_live_one\nsk_live_two' }, 'reb-apikey'],
    ['key', { secretKey: 'sk_live_€' }, 'reb-apikey'],
    ['token', { token: 'header.\r\nclaims.signature' }, 'authorization'],
    ['token', { token: async () => 'a\u0000b' }, 'authorization'],
  ] as const)('for its %s is told as such, without it', async (_, credential, header) => {
    const { client, waits } = waitingClient(credential);
    const error = await failureOf(client.getCustomerCollection());
    expect(error).toBeInstanceOf(LeadsourceError);
    expect(error).toMatchObject({
      name: 'LeadsourceError',
      message: `The header ${header} contains a line end or a character that cannot be sent.`,
    });
    expect(waits).toEqual([]);
  });

  test('is none where the line end is only behind the key, as in a file', async () => {
    const { client } = waitingClient({ secretKey: `${service.secretKey}\n` });
    expect(await client.getCustomerCollection({ limit: 0 })).toEqual([]);
  });
});

/** What stands before a service while that is away, such as a load balancer: refuses the first request, passes on the rest. */
function refusingFirst(headers: Readonly<Record<string, string>>): {
  fetch: NonNullable<ClientOptions['fetch']>;
  requests: () => number;
} {
  let count = 0;
  return {
    requests: () => count,
    fetch: async (url, init) => {
      count += 1;
      return count === 1 ? new Response('Away.', { status: 503, headers }) : fetch(url, init);
    },
  };
}

describe('a service that is away, and says until when', () => {
  const away = { Date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'Retry-After': 'Sun, 06 Nov 1994 08:50:07 GMT' };

  test('is asked again then, where the call may be made twice', async () => {
    const { fetch, requests } = refusingFirst(away);
    const { client, waits } = waitingClient({ fetch });
    await client.putCustomerLeadSource({ id: 'cus_away', body: { source: 'put' } });
    expect(requests()).toBe(2);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(30_000);
    expect(waits[0]).toBeLessThan(30_500);
  });

  test('is not asked again where it may not, and the caller is told the time', async () => {
    const { fetch, requests } = refusingFirst(away);
    const { client, waits } = waitingClient({ fetch });
    const call = client.postWebhook({ body: { url: 'https://example.com/away' } });
    expect(await failureOf(call)).toMatchObject({ status: 503, title: 'Status 503', retryAfterSeconds: 30 });
    expect(requests()).toBe(1);
    expect(waits).toEqual([]);
  });

  test.each([
    ['in seconds', { 'Retry-After': '7' }, 7],
    ['as a date of RFC 850', { ...away, 'Retry-After': 'Sunday, 06-Nov-94 08:49:40 GMT' }, 3],
    ['as C writes dates', { ...away, 'Retry-After': 'Sun Nov  6 08:49:40 1994' }, 3],
    ['as a date that has passed', { 'Retry-After': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 0],
    ['as nothing that is a time', { 'Retry-After': 'in 3 minutes' }, null],
    ['as less than nothing', { 'Retry-After': '-3' }, null],
    ['not at all', {}, null],
  ] as const)('may say it %s', async (_, headers, retryAfterSeconds) => {
    const { client } = waitingClient({ fetch: refusingFirst(headers).fetch, retries: 0 });
    expect(await failureOf(client.getHealthLive())).toMatchObject({ status: 503, retryAfterSeconds });
  });
});

describe('a connection that breaks', () => {
  test('is told as such after as many attempts as were allowed, further apart each time', async () => {
    proxy.cut();
    const { client, waits } = waitingClient({ retries: 4 });
    const error = await failureOf(client.getHealthLive());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toBeInstanceOf(LeadsourceError);
    expect((error as NetworkError).cause).toBeInstanceOf(Error);
    expect(waits).toHaveLength(4);
    for (const [place, wait] of waits.entries()) expect(wait).toBeLessThan(500 * 2 ** place);
    await failureOf(client.getHealthLive({}, { retries: 0 }));
    expect(waits).toHaveLength(4);
  });

  test.each(['before', 'after'] as const)('%s the service has a write, has it done once', async (place) => {
    // The service says 409 for as long as the first attempt is under way, and here waiting takes no time.
    const { client, waits } = waitingClient({ retries: 1000 });
    const id = `cus_cut-${place}`;
    proxy.cutAt(id, place);
    await client.putCustomerLeadSource({ id, body: { source: 'put' } });
    proxy.cutAt(id, place);
    await client.postCustomerLeadSource({ id, body: { source: 'post' } });
    expect(waits.length).toBeGreaterThanOrEqual(2);
    const touches = await client.getCustomerLeadSourceCollection({ id });
    expect(touches.map(({ source }) => source)).toEqual(['put', 'post']);
  });

  test('leaves a write alone that nobody can say twice', async () => {
    const { client, waits } = waitingClient();
    proxy.cutAt('/webhooks', 'after');
    const call = client.postWebhook({ body: { url: 'https://example.com/once' } });
    expect(await failureOf(call)).toBeInstanceOf(NetworkError);
    expect(waits).toEqual([]);
    proxy.cutAt('/lead-sources', 'before');
    async function* lines() {
      yield { customerId: 'cus_lines', occurredTime: '2026-01-05T09:30:00Z' };
    }
    expect(await failureOf(client.postLeadSourceCollection({ lines: lines() }))).toBeInstanceOf(NetworkError);
    expect(waits).toEqual([]);
  });
});

describe('a call whose answer was lost once it was done', () => {
  /** A client whose first request is answered, to nobody. */
  function losingFirst(): Client {
    let isLost = false;
    return waitingClient({
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        if (isLost) return answer;
        isLost = true;
        await answer.text();
        throw new TypeError('The connection was closed.');
      },
    }).client;
  }
  const given = (id: string) =>
    waitingClient().client.putCustomerLeadSource({ id, body: { source: 'given' } });

  test('says the same of a PUT', async () => {
    const told = await losingFirst().putCustomerLeadSource({ id: 'cus_lost-put', body: { source: 'put' } });
    expect(told.source).toBe('put');
  });

  test('says of a DELETE that nothing is there', async () => {
    await given('cus_lost-delete');
    const call = losingFirst().deleteCustomerLeadSource({ id: 'cus_lost-delete' });
    expect(await failureOf(call)).toMatchObject({ status: 404 });
  });

  test('says of a write with a condition that its own change was in the way', async () => {
    const id = 'cus_lost-condition';
    await given(id);
    const { client } = waitingClient();
    const etag = (await client.getCustomerLeadSource({ id }).response()).headers.get('etag') ?? '';
    const call = losingFirst().putCustomerLeadSource({ id, body: { source: 'put' }, ifMatch: etag });
    expect(await failureOf(call)).toMatchObject({ status: 412 });
    expect((await client.getCustomerLeadSource({ id })).source).toBe('put');
  });
});

describe('an answer that does not come', () => {
  test('is told as such', async () => {
    proxy.swallow();
    const { client, waits } = waitingClient({ timeoutMilliseconds: 50, retries: 1 });
    const error = await failureOf(client.getHealthLive());
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ message: 'No answer within 50 ms.' });
    expect(waits).toHaveLength(1);
  });

  test('is no longer waited for once the caller says so', async () => {
    proxy.swallow();
    const controller = new AbortController();
    const reason = new Error('The reader left.');
    const call = waitingClient().client.getHealthLive({}, { signal: controller.signal });
    controller.abort(reason);
    expect(await failureOf(call)).toBe(reason);
    expect(await failureOf(waitingClient().client.getHealthLive({}, { signal: controller.signal }))).toBe(
      reason,
    );
  });

  test('nor is one that is under way, and the reason is told as it was given', async () => {
    const controller = new AbortController();
    const underWay = (_url: unknown, init?: RequestInit) =>
      new Promise<Response>((_answer, refuse) => {
        init?.signal?.addEventListener('abort', () => refuse(init.signal?.reason));
        controller.abort('The reader left.');
      });
    const client = createClient({ url: service.url, fetch: underWay });
    const call = client.getHealthLive({}, { signal: controller.signal });
    expect(await failureOf(call)).toBe('The reader left.');
  });

  test('nor is what is left of an answer, however it is read', async () => {
    const reason = new Error('The reader left.');
    const encoder = new TextEncoder();
    const begun = async (_url: unknown, init?: RequestInit) => {
      const headers = { 'content-type': 'application/x-ndjson' };
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(encoder.encode('{"id":"a"}\n{"id":"b"}\n'));
          init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
      });
      return new Response(body, { headers });
    };
    const client = createClient({ url: service.url, fetch: begun });
    const walked = new AbortController();
    const walk = async () => {
      for await (const _row of client.getTouchExport({}, { signal: walked.signal })) walked.abort(reason);
    };
    expect(await failureOf(walk())).toBe(reason);
    const awaited = new AbortController();
    const call = client.getTouchExport({}, { signal: awaited.signal });
    await call.response();
    setTimeout(() => awaited.abort(reason), 0);
    expect(await failureOf(call)).toBe(reason);
  });

  test('nor is the time before another attempt', async () => {
    proxy.cut();
    const controller = new AbortController();
    const reason = new Error('The reader left.');
    // Aborted in the runtime's own timer, begun once the first attempt has failed.
    const client = createClient({
      url: proxy.url,
      fetch: (url, init) =>
        fetch(url, init).finally(() => void setTimeout(() => controller.abort(reason), 0)),
    });
    expect(await failureOf(client.getHealthLive({}, { signal: controller.signal, retries: 100 }))).toBe(
      reason,
    );
  });
});

test.each(['', 'nowhere', '/leads', 'localhost:8080', 'ftp://leads.example', 'https://me@leads.example'])(
  'a service at %j is refused when the client is made, and not as one that cannot be reached',
  (url) => {
    expect(() => createClient({ url })).toThrow(
      new TypeError('The URL of the service must begin with http:// or https://, and name no user.'),
    );
    // What is in place of `fetch` may know where that is.
    expect(() => createClient({ url, fetch: async () => new Response() })).not.toThrow();
  },
);
