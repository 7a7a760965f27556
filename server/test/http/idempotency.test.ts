import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const day = 86_400_000;

function post(path: string, key: string, body: unknown = { source: 'a' }) {
  return service.call('POST', path, { body, headers: { 'Idempotency-Key': key } });
}

async function touchesOf(id: string): Promise<number> {
  return ((await service.call('GET', `/customers/${id}/lead-sources`)).body as unknown[]).length;
}

describe('POST /customers/{id}/lead-sources with an Idempotency-Key', () => {
  const path = (id: string) => `/customers/${id}/lead-sources`;

  test('sent again with the same content answers the same, and adds nothing', async () => {
    const first = await post(path('again'), 'again-1');
    clock.advance(1000);
    await service.call('PUT', '/customers/again/lead-source', { body: { source: 'later' } });
    const second = await post(`/organizations/${service.organizationId}${path('again')}/`, 'again-1');
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(await touchesOf('again')).toBe(2);
  });

  test('is the same whatever the order of its members', async () => {
    const first = await post(path('order'), 'order-1', { source: 'a', medium: 'b' });
    const second = await post(path('order'), 'order-1', { medium: 'b', source: 'a' });
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(await touchesOf('order')).toBe(1);
  });

  test('with other content, or for another customer, is 422', async () => {
    await post(path('other'), 'other-1');
    for (const answer of [
      await post(path('other'), 'other-1', { source: 'b' }),
      await post(path('another'), 'other-1'),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { invalidFields: [{ field: 'Idempotency-Key' }] } });
    }
    expect(await touchesOf('other')).toBe(1);
  });

  test('under way is 409, and of many at once one is added', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(path('many'), 'many-1')));
    const bodies = new Set(
      answers.filter(({ status }) => status === 201).map(({ body }) => JSON.stringify(body)),
    );
    expect(bodies.size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(await touchesOf('many')).toBe(1);
    expect((await post(path('many'), 'many-1')).status).toBe(201);
  });

  test('is kept for 24 hours', async () => {
    await post(path('kept'), 'kept-1');
    clock.advance(day - 1);
    expect(await touchesOf('kept')).toBe(1);
    await post(path('kept'), 'kept-1');
    expect(await touchesOf('kept')).toBe(1);
    clock.advance(1);
    await post(path('kept'), 'kept-1');
    expect(await touchesOf('kept')).toBe(2);
  });

  test('what was refused is not kept', async () => {
    expect((await post(path('refused'), 'refused-1', { source: 5 })).status).toBe(422);
    expect((await post(path('refused'), 'refused-1', { source: '5' })).status).toBe(201);
  });

  test('what was deleted does not come back by a request that is sent again', async () => {
    await post(path('deleted'), 'deleted-1');
    await service.call('DELETE', '/customers/deleted/lead-source');
    expect((await post(path('deleted'), 'deleted-1')).status).toBe(409);
    expect(await touchesOf('deleted')).toBe(0);
  });

  test.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['beyond ASCII', '\u00e9'],
  ])('a key that is %s is 422', async (_words, key) => {
    expect(await post(path('bad-key'), key)).toMatchObject({
      status: 422,
      body: { invalidFields: [{ field: 'Idempotency-Key' }] },
    });
    expect((await service.call('GET', '/customers/bad-key')).status).toBe(404);
  });

  test.each(['"quoted"', '!', 'k'.repeat(255), '__proto__'])('the key %s is taken', async (key) => {
    expect((await post(path(`good-${key.length}`), key)).status).toBe(201);
  });
});

test('a key is of one route: on another it is another', async () => {
  await post('/customers/route/lead-sources', 'route-1');
  expect((await post('/customers', 'route-1', { id: 'routed' })).status).toBe(201);
});

test('POST /customers with an Idempotency-Key makes one customer of a generated id', async () => {
  const first = await post('/customers', 'customer-1', { customFields: { plan: 'gold' } });
  const second = await post('/customers', 'customer-1', { customFields: { plan: 'gold' } });
  expect(first.status).toBe(201);
  expect([second.status, second.body, second.headers.get('location')]).toEqual([
    201,
    first.body,
    first.headers.get('location'),
  ]);
});

test('other methods and routes pass an Idempotency-Key over', async () => {
  const headers = { 'Idempotency-Key': 'a b' };
  const put = await service.call('PUT', '/customers/put/lead-source', { body: {}, headers });
  expect(put.status).toBe(201);
});
