import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openStore } from '../../src/open-store.ts';
import { capture, freshVisitor, publishableKey } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';
import { StoreRoom } from '../support/store-room.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

interface Message {
  readonly type: string;
  readonly message: string;
  readonly triggeredBy: string;
  readonly extraData: { readonly tables: readonly object[]; readonly author?: { readonly userId: string } };
}

async function timelineOf(id: string, query = ''): Promise<readonly Message[]> {
  const { status, body } = await service.call('GET', `/customers/${id}/timeline${query}`);
  expect(status).toBe(200);
  return body as Message[];
}

test('a timeline tells what was recorded, by whom and when', async () => {
  await service.call('PUT', '/customers/told/lead-source', { body: { source: 'google', medium: 'cpc' } });
  const [recorded, created] = await timelineOf('told');
  const time = new Date(clock.now()).toISOString();
  expect(recorded).toEqual({
    id: expect.stringMatching(/^tml_/),
    type: 'lead-source-changed',
    triggeredBy: 'direct-api',
    message: 'A lead source was recorded.',
    extraData: {
      actions: [],
      tables: [
        {
          type: 'two-columns',
          title: 'Lead source',
          data: [
            { attribute: 'medium', value: 'cpc' },
            { attribute: 'source', value: 'google' },
            { attribute: 'occurredTime', value: time },
          ],
        },
      ],
      author: { userId: expect.stringMatching(/^key_/) },
      mentions: {},
      links: [],
    },
    occurredTime: time,
    _links: [],
  });
  expect(created).toMatchObject({ type: 'customer-created', message: 'The customer was created.' });
});

test('after a deletion no value of the lead source is in the timeline', async () => {
  await service.call('PUT', '/customers/gone/lead-source', {
    body: { source: 'verysecret', path: '/verysecret' },
  });
  clock.advance(1);
  await service.call('DELETE', '/customers/gone/lead-source');
  const timeline = await timelineOf('gone');
  expect(timeline.map(({ message }) => message)).toEqual([
    'All lead sources were deleted.',
    'The customer was created.',
  ]);
  expect(JSON.stringify(timeline)).not.toContain('verysecret');
});

test('a merge unites timelines and tells of itself; the old id has none', async () => {
  for (const id of ['dup', 'target']) {
    await service.call('PUT', `/customers/${id}/lead-source`, { body: { source: id } });
    clock.advance(1);
  }
  await service.call('DELETE', '/customers/dup?targetCustomerId=target');
  expect((await timelineOf('target')).map(({ message }) => message)).toEqual([
    'The customer dup was merged into this one.',
    'A lead source was recorded.',
    'The customer was created.',
    'A lead source was recorded.',
    'The customer dup, since merged into this one, was created.',
  ]);
  expect((await service.call('GET', '/customers/dup/timeline')).status).toBe(404);
});

test('where a link of a visitor moves the original, the timeline says so', async () => {
  const { key } = await publishableKey(service);
  const visitorId = freshVisitor();
  await capture(service, key, { visitorId, url: 'https://shop.example/?utm_source=ad' });
  clock.advance(1);
  await service.call('PUT', '/customers/linked/lead-source', { body: { source: 'put' } });
  clock.advance(1);
  await service.call('POST', '/customers/linked/visitors', { body: { visitorId } });
  const triggers = (await timelineOf('linked')).map(({ triggeredBy }) => triggeredBy);
  expect(triggers).toEqual(['direct-api', 'direct-api', 'direct-api', 'app']);
  const { body } = await service.call('GET', '/customers/linked/lead-source');
  expect(body).toMatchObject({ source: 'put', original: { source: 'ad' } });
  expect((await timelineOf('linked')).map(({ message }) => message)).toEqual([
    'Lead sources came or went, as a visitor was linked.',
    'A lead source was recorded.',
    'The customer was created.',
    'A lead source was recorded.',
  ]);
});

test('lead sources that were undone, or removed as too old, are told without what they said', async () => {
  for (const source of ['undone', 'aged', 'kept']) {
    await service.call('PUT', '/customers/losing/lead-source', { body: { source } });
    clock.advance(1);
  }
  const { body } = await service.call('GET', '/customers/losing/lead-sources');
  const [undone] = body as readonly { readonly id: string }[];
  await service.call('DELETE', `/customers/losing/lead-sources/${undone?.id}`);
  const config = readConfig({ DATABASE_URL: service.databaseUrl });
  const nothing = () => {};
  await using store = await openStore(config, 'command', nothing, nothing);
  const room = StoreRoom.of(() => store, testOrganizationId);
  room.now = clock.now() + 1;
  const [aged] = (await room.touches('losing')) ?? [];
  await room.withdraw('removeTouches', 'losing', [aged?.touch.key ?? 0], { cause: 'expire' });
  const timeline = await timelineOf('losing');
  expect(timeline.map(({ message }) => message)).toEqual([
    'Lead sources were removed as too old.',
    'A lead source was undone.',
    'A lead source was recorded.',
    'The customer was created.',
  ]);
  expect(JSON.stringify(timeline)).not.toMatch(/undone"|aged/);
});

test('pages say where they stand', async () => {
  for (const source of ['a', 'b', 'c']) {
    await service.call('PUT', '/customers/paged/lead-source', { body: { source } });
  }
  const { headers, body } = await service.call('GET', '/customers/paged/timeline?limit=1&offset=3');
  expect((body as Message[]).map(({ type }) => type)).toEqual(['customer-created']);
  const names = ['pagination-total', 'pagination-limit', 'pagination-offset'];
  expect(names.map((name) => headers.get(name))).toEqual(['4', '1', '3']);
  expect((await service.call('GET', '/customers/paged/timeline?limit=x')).status).toBe(422);
});

test('an unknown customer has none, and reading one takes lead-sources:read', async () => {
  expect((await service.call('GET', '/customers/unknown/timeline')).status).toBe(404);
  const minted = await service.call('POST', '/tokens', { body: { permissions: ['customers:read'] } });
  const headers = { Authorization: `Bearer ${(minted.body as { token: string }).token}` };
  expect((await service.call('GET', '/customers/x/timeline', { headers })).status).toBe(403);
});
