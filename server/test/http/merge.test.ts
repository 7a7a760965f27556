import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { keepEvents } from '../support/kept-events.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const leadSource = (id: string) => `/customers/${id}/lead-source`;

async function touch(id: string, source: string): Promise<void> {
  await service.call('PUT', leadSource(id), { body: { source } });
  clock.advance(1000);
}

function merge(id: string, target: string) {
  return service.call('DELETE', `/customers/${id}?targetCustomerId=${target}`);
}

async function read(path: string): Promise<unknown> {
  return (await service.call('GET', path)).body;
}

describe('DELETE /customers/{id}?targetCustomerId={target}', () => {
  test('unites both histories by time, and the earlier original stays', async () => {
    await touch('duplicate', 'a');
    await touch('target', 'b');
    await touch('duplicate', 'c');
    await touch('target', 'd');
    const answer = await merge('duplicate', 'target');
    expect([answer.status, answer.body]).toEqual([204, null]);
    const touches = (await read('/customers/target/lead-sources')) as { source: string; position: string }[];
    expect(touches.map(({ source, position }) => [source, position])).toEqual([
      ['a', 'original'],
      ['b', 'intermediary'],
      ['c', 'intermediary'],
      ['d', 'most-recent'],
    ]);
    expect(await read(leadSource('target'))).toMatchObject({ source: 'd', original: { source: 'a' } });
  });

  test('the most recent lead source is the later of the two', async () => {
    await touch('older', 'a');
    await touch('newer', 'b');
    await merge('newer', 'older');
    expect(await read(leadSource('older'))).toMatchObject({ source: 'b', original: { source: 'a' } });
  });

  test('keeps the earlier createdTime, and moves updatedTime since GET shows a change', async () => {
    const first = new Date(clock.now()).toISOString();
    await touch('early', 'a');
    await touch('late', 'b');
    await merge('early', 'late');
    const now = new Date(clock.now()).toISOString();
    expect(await read(leadSource('late'))).toMatchObject({ createdTime: first, updatedTime: now });
  });

  test('a duplicate without lead sources changes none of the target', async () => {
    await service.call('PUT', '/customers/bare', { body: {} });
    await touch('rich', 'a');
    const before = await service.call('GET', leadSource('rich'));
    await merge('bare', 'rich');
    const after = await service.call('GET', leadSource('rich'));
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  });

  test('a target without lead sources takes those of the duplicate', async () => {
    await touch('giver', 'a');
    await service.call('PUT', '/customers/taker', { body: {} });
    await merge('giver', 'taker');
    expect(await read(leadSource('taker'))).toMatchObject({ source: 'a', original: { source: 'a' } });
  });

  test('the target keeps its own website and fields', async () => {
    await service.call('PUT', '/customers/loser', { body: { websiteId: 'a', customFields: { plan: 'a' } } });
    await service.call('PUT', '/customers/keeper', { body: { websiteId: 'b', customFields: { plan: 'b' } } });
    await merge('loser', 'keeper');
    expect(await read('/customers/keeper')).toMatchObject({
      websiteId: 'b',
      customFields: { plan: 'b' },
      revision: 2,
    });
  });

  test('is told as a merge of the target', async () => {
    await touch('told-duplicate', 'a');
    await touch('told', 'b');
    await using events = await keepEvents(service);
    await merge('told-duplicate', 'told');
    expect(await events.all()).toEqual([
      { type: 'customer-merged', cause: null, customer: 'told' },
      { type: 'lead-source-changed', cause: 'merge', customer: 'told' },
    ]);
  });

  test('is 422 into oneself, also by way of an alias', async () => {
    await touch('self', 'a');
    await touch('former', 'b');
    expect((await merge('self', 'self')).status).toBe(422);
    await merge('former', 'self');
    const answer = await merge('self', 'former');
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ invalidFields: [{ field: 'targetCustomerId' }] });
  });

  test.each([
    ['unknown', 'known'],
    ['known', 'unknown'],
    ['unknown', 'unknown'],
    ['known', '..'],
  ])('is 404 where %s is to be merged into %s, and changes nothing', async (id, target) => {
    await touch('known', 'a');
    expect((await merge(id, target)).status).toBe(404);
    expect(await read(leadSource('known'))).toMatchObject({ source: 'a' });
  });

  test.each(['', '?targetCustomerId=', '?targetCustomerId=a&targetCustomerId=b'])(
    'is 422 without exactly one target: %j',
    async (query) => {
      await touch('kept', 'a');
      const { status, body } = await service.call('DELETE', `/customers/kept${query}`);
      expect(status).toBe(422);
      expect(body).toMatchObject({ invalidFields: [{ field: 'targetCustomerId' }] });
      expect((await service.call('GET', '/customers/kept')).status).toBe(200);
    },
  );
});

describe('the id of a customer that was merged away', () => {
  test.each([
    ['GET', ''],
    ['GET', '/lead-source'],
    ['GET', '/lead-sources'],
    ['DELETE', '/lead-source'],
    ['DELETE', '?targetCustomerId=other'],
  ])('is unknown to %s /customers/{id}%s', async (method, rest) => {
    await touch('other', 'x');
    await touch('stays', 'x');
    await touch('gone', 'y');
    await merge('gone', 'stays');
    expect((await service.call(method, `/customers/gone${rest}`)).status).toBe(404);
    const { body } = await service.call('GET', '/customers?limit=1000');
    expect((body as { id: string }[]).map(({ id }) => id)).not.toContain('gone');
  });

  test('stands for its target in every write', async () => {
    await touch('alias', 'a');
    await touch('heir', 'b');
    await merge('alias', 'heir');
    const written = await service.call('PUT', leadSource('alias'), { body: { source: 'c' } });
    expect(written.status).toBe(201);
    expect(written.headers.get('location')).toBe('http://leadsource.test/customers/heir/lead-source');
    expect(await read(leadSource('heir'))).toMatchObject({ source: 'c', original: { source: 'a' } });
    const saved = await service.call('PUT', '/customers/alias', { body: { websiteId: 'main' } });
    expect([saved.status, saved.body]).toMatchObject([200, { id: 'heir', websiteId: 'main' }]);
  });

  test('stands for its target in the lines of an import, whose answers say so', async () => {
    for (const id of ['imported', 'importer']) await touch(id, id);
    await merge('imported', 'importer');
    const line = { occurredTime: '2025-01-01T00:00:00Z', source: 'd' };
    const body = ['imported', 'importer'].map((customerId) => ({ customerId, ...line }));
    const { body: outcomes } = await service.call('POST', '/lead-sources', { body });
    expect(outcomes).toMatchObject([{ customerId: 'importer' }, { customerId: 'importer' }]);
  });

  test('resolves to the last target of a chain, whichever way the chain grew', async () => {
    for (const id of ['link1', 'link2', 'link3', 'link4']) await touch(id, `of ${id}`);
    await merge('link1', 'link2');
    await merge('link2', 'link3');
    await merge('link4', 'link1');
    for (const id of ['link1', 'link2', 'link4']) {
      await touch(id, `by ${id}`);
      expect(await read(leadSource('link3'))).toMatchObject({ source: `by ${id}` });
    }
    expect(await read('/customers/link3/lead-sources')).toHaveLength(7);
  });

  test('does not come back when its target is merged or its lead source deleted', async () => {
    await touch('ghost', 'a');
    await touch('host', 'b');
    await merge('ghost', 'host');
    await service.call('DELETE', leadSource('host'));
    await touch('ghost', 'c');
    expect((await service.call('GET', '/customers/ghost')).status).toBe(404);
    expect(await read(leadSource('host'))).toMatchObject({ source: 'c', original: { source: 'c' } });
  });
});
