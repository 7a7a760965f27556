import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture, freshVisitor, publishableKey } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, freshId } from '../support/verdicts.ts';

const clock = testClock();
let service: TestService;
let key: string;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  ({ key } = await publishableKey(service));
});
afterAll(() => service[Symbol.asyncDispose]());

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function link(customerId: string, body: object) {
  return service.call('POST', `/customers/${customerId}/visitors`, { body });
}

async function sourcesOf(customerId: string): Promise<readonly unknown[]> {
  const { body } = await service.call('GET', `/customers/${customerId}/lead-sources`);
  return (body as { source: unknown }[]).map(({ source }) => source);
}

function see(visitorId: string, source: string) {
  return capture(service, key, { visitorId, url: `https://shop.example/?utm_source=${source}` });
}

test('the visits before the customer existed are its history, the first of them its original', async () => {
  const [id, visitorId] = [freshId(), freshVisitor()];
  await see(visitorId, 'ad');
  clock.advance(3_600_000);
  await see(visitorId, 'search');
  clock.advance(3_600_000);
  const answer = await link(id, { visitorId });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    customerId: id,
    visitorId,
    linkedTime: iso(clock.now()),
    touches: 2,
  });
  expect(await sourcesOf(id)).toEqual(['ad', 'search']);
  const { body } = await service.call('GET', `/customers/${id}/lead-source`);
  expect(body).toMatchObject({ source: 'search', original: { source: 'ad' } });
});

test('the same link again is answered 201 and changes nothing, not even the entity tag', async () => {
  const [id, visitorId] = [freshId(), freshVisitor()];
  await see(visitorId, 'ad');
  const first = await link(id, { visitorId });
  const before = await service.call('GET', `/customers/${id}/lead-source`);
  clock.advance(1000);
  expect((await link(id, { visitorId })).body).toEqual(first.body);
  const after = await service.call('GET', `/customers/${id}/lead-source`);
  expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
});

test('the visitors of a customer are listed, a page at once', async () => {
  const id = freshId();
  const visitorIds = [freshVisitor(), freshVisitor(), freshVisitor()];
  for (const [place, visitorId] of visitorIds.entries()) {
    await link(id, { visitorId, linkedTime: iso(clock.now() - 10 + place) });
  }
  const answer = await service.call('GET', `/customers/${id}/visitors?limit=2&offset=1`);
  expect(answer.headers.get('pagination-total')).toBe('3');
  expect(answer.body).toMatchObject(visitorIds.slice(1).map((visitorId) => ({ visitorId, customerId: id })));
  expectProblem(await service.call('GET', `/customers/${freshId()}/visitors`), 404);
});

test('of a device that two share, each has its own time', async () => {
  const [one, other, visitorId] = [freshId(), freshId(), freshVisitor()];
  await see(visitorId, 'first');
  clock.advance(60_000);
  await link(one, { visitorId, linkedTime: iso(clock.now()) });
  clock.advance(60_000);
  await see(visitorId, 'second');
  await link(other, { visitorId, linkedTime: iso(clock.now()) });
  expect([await sourcesOf(one), await sourcesOf(other)]).toEqual([['first'], ['second']]);
});

test('an unlinked visitor is erased, a linked one is 409, an unknown one 404', async () => {
  const [unlinked, linked] = [freshVisitor(), freshVisitor()];
  await see(unlinked, 'ad');
  await see(linked, 'ad');
  const erase = (id: string) => service.call('DELETE', `/visitors/${id}`);
  expect((await erase(unlinked)).status).toBe(204);
  expectProblem(await erase(unlinked), 404);
  await link(freshId(), { visitorId: linked });
  expectProblem(await erase(linked), 409);
  const id = freshId();
  expect((await link(id, { visitorId: unlinked })).body).toMatchObject({ touches: 0 });
});

test('a deleted lead source takes captured touches along, and the visitor stays the customer', async () => {
  const [id, visitorId] = [freshId(), freshVisitor()];
  await see(visitorId, 'ad');
  await link(id, { visitorId });
  expect((await service.call('DELETE', `/customers/${id}/lead-source`)).status).toBe(204);
  expect(await sourcesOf(id)).toEqual([]);
  await see(visitorId, 'later');
  expect(await sourcesOf(id)).toEqual(['later']);
});
