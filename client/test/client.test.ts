import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestService, type TestService } from '../../server/test/support/service.ts';
import { type Client, createClient, LeadsourceError, ProblemError } from '../src/index.ts';

let service: TestService;
let client: Client;
beforeAll(async () => {
  service = await startTestService();
  client = createClient(service);
});
afterAll(() => service[Symbol.asyncDispose]());

/** A client that notes the paths it asks for. */
function notingClient(options: Partial<Parameters<typeof createClient>[0]> = {}) {
  const asked: string[] = [];
  const noting = createClient({
    url: service.url,
    secretKey: service.secretKey,
    fetch: (url, init) => {
      asked.push(url.slice(service.url.length));
      return fetch(url, init);
    },
    ...options,
  });
  return { asked, client: noting };
}

describe('an operation', () => {
  test('gives what the answer says, or nothing where it says nothing', async () => {
    const written = await client.putCustomerLeadSource({
      id: 'cus_one',
      body: { source: 'google', medium: 'cpc' },
    });
    expect(written).toMatchObject({ source: 'google', original: { source: 'google' }, campaign: null });
    expect(await client.getCustomerLeadSource({ id: 'cus_one' })).toEqual(written);
    expect(await client.deleteCustomerLeadSource({ id: 'cus_one' })).toBeUndefined();
  });

  test('takes ids with every letter that an id may have', async () => {
    const id = '@~-.w';
    await client.putCustomerLeadSource({ id, body: { source: 'x' } });
    expect(await client.getCustomer({ id })).toMatchObject({ id });
  });

  test.each(['.', '..', '', undefined])('is not sent where an id of %j would lead to another', async (id) => {
    const { asked, client: noting } = notingClient();
    const call = noting.putCustomerLeadSource({ id: id as string, body: { source: 'x' } });
    await expect(call).rejects.toThrow('id must be given, and be neither "." nor "..".');
    const { client: rootless } = notingClient({ organizationId: '..' });
    await expect(rootless.getCustomerCollection()).rejects.toThrow('organizationId must be given');
    expect(asked).toEqual([]);
  });

  test('shows the headers of its answer, and sends preconditions', async () => {
    await client.putCustomerLeadSource({ id: 'cus_tagged', body: { source: 'a' } });
    const tag = (await client.getCustomerLeadSource({ id: 'cus_tagged' }).response()).headers.get('etag');
    await client.putCustomerLeadSource({ id: 'cus_tagged', ifMatch: tag ?? '', body: { source: 'b' } });
    const late = client.putCustomerLeadSource({
      id: 'cus_tagged',
      ifMatch: tag ?? '',
      body: { source: 'c' },
    });
    await expect(late).rejects.toMatchObject({ status: 412 });
    const first = client.putCustomerLeadSource({ id: 'cus_tagged', ifNoneMatch: '*', body: {} });
    await expect(first).rejects.toMatchObject({ status: 412 });
  });

  test('stands under the root of the organization where one is named', async () => {
    const { asked, client: named } = notingClient({ organizationId: service.organizationId });
    const written = await named.putCustomerLeadSource({ id: 'cus_rooted', body: {} });
    expect(written._links[0]?.href).toContain(
      `/organizations/${service.organizationId}/customers/cus_rooted`,
    );
    await named.getHealthLive();
    expect(asked).toEqual([
      `/organizations/${service.organizationId}/customers/cus_rooted/lead-source`,
      '/health/live',
    ]);
    const other = createClient({ ...service, organizationId: 'org_other' });
    await expect(other.getCustomerCollection()).rejects.toMatchObject({ status: 404 });
  });

  test('goes by a token, which decides beside a key, and is asked for anew each time', async () => {
    const { token } = await client.postToken({ body: { permissions: ['customers:read'] } });
    let times = 0;
    const narrow = createClient({
      ...service,
      token: async () => {
        times += 1;
        return token;
      },
    });
    expect(await narrow.getCustomerCollection({ limit: 1 })).toHaveLength(1);
    await expect(narrow.putCustomerLeadSource({ id: 'cus_x', body: {} })).rejects.toMatchObject({
      status: 403,
    });
    expect(times).toBe(2);
    const fixed = createClient({ url: service.url, token });
    expect(await fixed.getCustomerCollection({ limit: 1 })).toHaveLength(1);
  });

  test('of the service itself needs no credential, and may answer with text', async () => {
    const anybody = createClient({ url: `${service.url}/` });
    expect(await anybody.getHealthReady()).toEqual({ status: 'ok' });
    expect(await anybody.getMetrics()).toContain('leadsource_');
  });

  test('gives a text once: by itself, or by its response', async () => {
    const read = client.getCaptureScript();
    expect(await (await read.response()).text()).not.toBe('');
    const taken = client.getCaptureScript();
    const reader = (await taken.response()).body?.getReader();
    for (const call of [read, taken])
      await expect(call).rejects.toThrow(
        new LeadsourceError('The content can be read once, and is being or has been.'),
      );
    await reader?.cancel();
  });

  test('sends headers of the caller', async () => {
    const answer = client.getHealthLive({}, { headers: { accept: 'application/json' } });
    expect((await answer.response()).status).toBe(200);
  });

  test('is a promise like any other', async () => {
    let isDone = false;
    const health = client.getHealthLive().finally(() => {
      isDone = true;
    });
    expect(await Promise.all([health, client.getHealthLive()])).toHaveLength(2);
    expect(isDone).toBe(true);
    expect(await client.getCustomer({ id: 'cus_unknown' }).catch((error) => error.status)).toBe(404);
  });
});

describe('a collection', () => {
  const ids = Array.from({ length: 7 }, (_, place) => `cus_page${place}`);
  beforeAll(async () => {
    for (const id of ids) await client.putCustomer({ id, body: { websiteId: 'paged' } });
  });
  const paged = { filter: 'websiteId:paged', sort: 'id', limit: 3 };

  test('is walked through item by item, over all its pages', async () => {
    const { asked, client: noting } = notingClient();
    const found: string[] = [];
    for await (const { id } of noting.getCustomerCollection(paged)) found.push(id);
    expect(found).toEqual(ids);
    expect(asked).toHaveLength(3);
  });

  test('is walked through page by page, asking for no more than is wanted', async () => {
    const { asked, client: noting } = notingClient();
    for await (const page of noting.getCustomerCollection(paged).pages()) {
      expect(page).toHaveLength(3);
      if (page.some(({ id }) => id === ids[5])) break;
    }
    expect(asked).toHaveLength(2);
  });

  test('begins where it is told to, and awaited gives the one page', async () => {
    expect((await client.getCustomerCollection({ ...paged, offset: 5 })).map(({ id }) => id)).toEqual(
      ids.slice(5),
    );
    const { asked, client: noting } = notingClient();
    const rest: string[] = [];
    for await (const { id } of noting.getCustomerCollection({ ...paged, offset: 2 })) rest.push(id);
    expect(rest).toEqual(ids.slice(2));
    expect(asked).toHaveLength(2);
  });

  test('without anything in it gives nothing', async () => {
    for await (const customer of client.getCustomerCollection({ filter: 'websiteId:none' }))
      expect.fail(customer.id);
  });
});

describe('lines', () => {
  afterEach(() => void vi.useRealTimers());

  const line = (place: number) => ({
    customerId: 'cus_lines',
    id: `touch_${place}`,
    occurredTime: '2026-01-05T09:30:00Z',
    source: `s${place}`,
  });

  test('that are there are sent as a whole and answered one by one', async () => {
    const outcomes = await client.postLeadSourceCollection({
      lines: [line(1), { ...line(2), source: 'x'.repeat(513) }],
    });
    expect(outcomes).toMatchObject([
      { line: 1, status: 201, id: 'touch_1' },
      { line: 2, status: 422, invalidFields: [{ field: 'source' }] },
    ]);
  });

  test.each([
    ['text', (text: string) => text, 3],
    ['bytes', (text: string) => new TextEncoder().encode(text), 5],
  ])(
    'that are %s already are sent as they are, and only what was not simply added is told',
    async (_, as, first) => {
      const lines = as([1, first, first + 1].map((place) => JSON.stringify(line(place))).join('\n'));
      const outcomes = await client.postLeadSourceCollection({ lines, prefer: 'return=minimal' });
      expect(outcomes.map(({ line, status }) => [line, status])).toEqual([
        [1, 200],
        [3, 201],
      ]);
    },
  );

  test('that come one after the other are sent while they come, and their answers walked through', async () => {
    // A busy disk may take longer than the service lets writes wait for a commit, after which it refuses those behind it.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    // More than the service takes at once.
    const count = 2000;
    async function* lines() {
      for (let place = 100; place < 100 + count; place += 1) yield { ...line(place), content: '✓ü😀' };
    }
    let place = 0;
    for await (const outcome of client.postLeadSourceCollection({ lines: lines() })) {
      place += 1;
      expect(outcome).toMatchObject({ line: place, status: 201 });
    }
    expect(place).toBe(count);
    const [last] = (await client.getCustomerLeadSourceCollection({ id: 'cus_lines', limit: 1000 })).slice(-1);
    expect(last).toMatchObject({ content: '✓ü😀' });
  });

  test('fail with what the caller failed with, whenever that is', async () => {
    for (const sent of [1, 1500]) {
      async function* broken() {
        for (let place = 0; place < sent; place += 1) yield line(place);
        throw new Error('The file ends here.');
      }
      await expect(client.postLeadSourceCollection({ lines: broken() })).rejects.toThrow(
        'The file ends here.',
      );
    }
  });

  test('of which there are none have no answers', async () => {
    async function* none(): AsyncGenerator<never> {}
    expect(await client.postLeadSourceCollection({ lines: [] })).toEqual([]);
    expect(await client.postLeadSourceCollection({ lines: none() })).toEqual([]);
  });

  /** Lines without an end; `ended` resolves once nobody wants more of them. */
  function endless() {
    const ended = Promise.withResolvers<void>();
    async function* lines() {
      try {
        for (let place = 5000; ; place += 1) {
          yield line(place);
          if (place % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        ended.resolve();
      }
    }
    return { lines: lines(), ended: ended.promise };
  }

  test('are asked for no longer than their answers are', async () => {
    const left = endless();
    for await (const { status } of client.postLeadSourceCollection({ lines: left.lines })) {
      if (status > 0) break;
    }
    await left.ended;
    const aborted = endless();
    const controller = new AbortController();
    const answers = client.postLeadSourceCollection({ lines: aborted.lines }, { signal: controller.signal });
    const walk = async () => {
      for await (const { status } of answers) if (status > 0) controller.abort(new Error('Enough.'));
    };
    await expect(walk()).rejects.toThrow('Enough.');
    await aborted.ended;
    const refused = endless();
    const stranger = createClient({ url: service.url, secretKey: 'sk_live_nobodysKeyAtAll00000000000000' });
    const call = stranger.postLeadSourceCollection({ lines: refused.lines });
    await expect(call).rejects.toBeInstanceOf(ProblemError);
    await refused.ended;
  });

  test('are walked through once; those that were awaited, as often as one likes', async () => {
    const answers = client.postLeadSourceCollection({ lines: [line(1)] });
    const walk = async (lines: AsyncIterable<{ line: number }>) => {
      const all: number[] = [];
      for await (const each of lines) all.push(each.line);
      return all;
    };
    expect(await walk(answers)).toEqual([1]);
    await expect(walk(answers)).rejects.toBeInstanceOf(LeadsourceError);
    const read = client.postLeadSourceCollection({ lines: [line(1)] });
    await (await read.response()).text();
    await expect(walk(read)).rejects.toBeInstanceOf(LeadsourceError);
    const taken = client.postLeadSourceCollection({ lines: [line(1)] });
    const reader = (await taken.response()).body?.getReader();
    await expect(walk(taken)).rejects.toBeInstanceOf(LeadsourceError);
    await reader?.cancel();
    const awaited = client.postLeadSourceCollection({ lines: [line(1)] });
    expect(await awaited).toHaveLength(1);
    expect([await walk(awaited), await walk(awaited)]).toEqual([[1], [1]]);
  });
});
