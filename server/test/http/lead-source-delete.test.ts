import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepEvents } from '../support/kept-events.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const path = (id: string) => `/customers/${id}/lead-source`;

async function withTwoLeadSources(id: string): Promise<void> {
  for (const source of ['first', 'second']) await service.call('PUT', path(id), { body: { source } });
}

test('GET of a customer who has no lead source is 404, as that of an unknown customer', async () => {
  await service.call('PUT', '/customers/bare', { body: {} });
  const bare = await service.call('GET', path('bare'));
  const unknown = await service.call('GET', path('unknown'));
  expect([bare.status, unknown.status]).toEqual([404, 404]);
  expect(bare.body).toEqual({ ...(unknown.body as object), instance: path('bare') });
});

test('DELETE is 204 without a body, and a second one is 404', async () => {
  await withTwoLeadSources('twice');
  const first = await service.call('DELETE', path('twice'));
  expect([first.status, first.body]).toEqual([204, null]);
  expect((await service.call('DELETE', path('twice'))).status).toBe(404);
});

test('DELETE removes the current lead source, the original and the history; the customer stays', async () => {
  await withTwoLeadSources('forgotten');
  await service.call('DELETE', path('forgotten'));
  expect((await service.call('GET', path('forgotten'))).status).toBe(404);
  const touches = await service.call('GET', '/customers/forgotten/lead-sources');
  expect([touches.status, touches.body]).toEqual([200, []]);
  const customer = await service.call('GET', '/customers/forgotten?expand=leadSource');
  expect(customer.body).toMatchObject({ id: 'forgotten', _embedded: { leadSource: null } });
});

test('after DELETE the next lead source is an original of its own', async () => {
  await withTwoLeadSources('anew');
  await service.call('DELETE', path('anew'));
  const { body } = await service.call('PUT', path('anew'), { body: { source: 'second' } });
  expect(body).toMatchObject({ source: 'second', original: { source: 'second' } });
  expect((await service.call('GET', '/customers/anew/lead-sources')).body).toHaveLength(1);
});

test('DELETE is told once, with the cause delete', async () => {
  await withTwoLeadSources('told');
  await using events = await keepEvents(service);
  await service.call('DELETE', path('told'));
  await service.call('DELETE', path('told'));
  expect(await events.all()).toEqual([{ type: 'lead-source-changed', cause: 'delete', customer: 'told' }]);
});

test('a forgotten lead source can be found by no filter', async () => {
  await withTwoLeadSources('hidden');
  await service.call('DELETE', path('hidden'));
  for (const filter of ['leadSource.source:second', 'original.source:first']) {
    const { body } = await service.call('GET', `/customers?filter=${filter}`);
    expect((body as { id: string }[]).map(({ id }) => id)).not.toContain('hidden');
  }
});

test('a body on DELETE is ignored', async () => {
  await withTwoLeadSources('body');
  const headers = { 'Content-Type': 'text/plain' };
  const answer = await service.call('DELETE', path('body'), { body: 'not JSON', headers });
  expect(answer.status).toBe(204);
});
