import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadSourceFields } from '../../src/domain/lead-source.ts';
import { testClock } from '../support/clock.ts';
import { keepEvents } from '../support/kept-events.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const path = (id: string) => `/customers/${id}/lead-source`;
const put = (id: string, body: unknown) => service.call('PUT', path(id), { body });
const get = (id: string) => service.call('GET', path(id));

const allFacts = Object.fromEntries(
  leadSourceFields.map((field) => [field, field === 'referrer' ? 'https://example.com/' : `a ${field}`]),
);
const noFacts = Object.fromEntries(leadSourceFields.map((field) => [field, null]));

describe('a lead source in an answer', () => {
  test('carries all eleven fields, both times, links and the original', async () => {
    const { body } = await put('shape', allFacts);
    const members = [...leadSourceFields, 'createdTime', 'updatedTime', 'original', '_links'];
    expect(Object.keys(body as object).toSorted()).toEqual(members.toSorted());
    expect(body).toMatchObject(allFacts);
    const { original } = body as { original: object };
    expect(Object.keys(original).toSorted()).toEqual(
      [...leadSourceFields, 'createdTime', 'updatedTime'].toSorted(),
    );
  });

  test('shows null for every field that is unset', async () => {
    const { status, body } = await put('empty', {});
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...noFacts, original: noFacts });
  });

  test('shows times in RFC 3339, UTC, with milliseconds', async () => {
    const { body } = await put('times', {});
    const time = new Date(clock.now()).toISOString();
    expect(body).toMatchObject({ createdTime: time, updatedTime: time });
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('PUT /customers/{id}/lead-source', () => {
  test('the first lead source becomes the original, and a later one does not change it', async () => {
    expect((await put('first', { source: 'google' })).status).toBe(201);
    const second = await put('first', { source: 'bing' });
    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({ source: 'bing', medium: null, original: { source: 'google' } });
    expect((await get('first')).body).toEqual(second.body);
  });

  test('replaces: a field that is absent becomes null', async () => {
    await put('replaced', allFacts);
    const { body } = await put('replaced', { source: 'bing' });
    expect(body).toMatchObject({ ...noFacts, source: 'bing', original: allFacts });
  });

  test.each([
    ['original', { source: 'forged' }],
    ['original', 'of a wrong type'],
    ['_links', [{ href: 'https://example.com', rel: 'self' }]],
    ['_links', 7],
    ['createdTime', '2001-01-01T00:00:00Z'],
    ['createdTime', 'never'],
    ['updatedTime', false],
    ['ipAddress', '127.0.0.1'],
    ['currency', 'USD'],
    ['amount', 2.5],
    ['Source', 'wrong case'],
    ['nobodyKnows', { it: [] }],
  ])('accepts and ignores the member %s with the value %j', async (member, value) => {
    const { body: plain } = await put('plain', { source: 'google' });
    const { status, body } = await put(`ignores-${member}`, { source: 'google', [member]: value });
    expect(status).toBe(201);
    expect({ ...(body as object), _links: [] }).toEqual({ ...(plain as object), _links: [] });
  });

  test('createdTime stays that of the first touch, updatedTime moves with every change', async () => {
    const first = new Date(clock.now()).toISOString();
    await put('moves', { source: 'a' });
    clock.advance(60_000);
    const { body } = await put('moves', { source: 'b' });
    expect(body).toMatchObject({
      createdTime: first,
      updatedTime: new Date(clock.now()).toISOString(),
      original: { createdTime: first, updatedTime: first },
    });
  });

  test('one equal to the current lead source changes nothing: no history, no event, same times and tag', async () => {
    const before = await put('equal', { source: 'google', medium: null });
    const { headers } = await get('equal');
    const { body: customer } = await service.call('GET', '/customers/equal');
    await using events = await keepEvents(service);
    clock.advance(60_000);
    const after = await put('equal', { source: 'google' });
    expect(after.status).toBe(201);
    expect(after.body).toEqual(before.body);
    expect((await get('equal')).headers.get('etag')).toBe(headers.get('etag'));
    expect((await service.call('GET', '/customers/equal')).body).toEqual(customer);
    expect((await service.call('GET', '/customers/equal/lead-sources')).body).toHaveLength(1);
    expect(await events.all()).toEqual([]);
  });

  test('one equal to an earlier lead source, but not to the current, is a change', async () => {
    for (const source of ['a', 'b', 'a']) await put('returns', { source });
    expect((await service.call('GET', '/customers/returns/lead-sources')).body).toHaveLength(3);
  });

  test('null and the empty text are different lead sources', async () => {
    await put('empty-text', { source: null });
    const { body } = await put('empty-text', { source: '' });
    expect(body).toMatchObject({ source: '', original: { source: null } });
  });

  test('creates an unknown customer', async () => {
    expect((await service.call('GET', '/customers/unknown')).status).toBe(404);
    await put('unknown', { source: 'google' });
    const { body } = await service.call('GET', '/customers/unknown');
    expect(body).toMatchObject({ id: 'unknown', websiteId: null, customFields: {}, revision: 1 });
  });

  test('always answers with a body, Location and no ETag', async () => {
    for (const source of ['a', 'a', 'b']) {
      const { status, headers, body } = await put('headers', { source });
      expect(status).toBe(201);
      expect(body).toMatchObject({ source });
      expect(headers.get('location')).toBe('http://leadsource.test/customers/headers/lead-source');
      expect(headers.has('etag')).toBe(false);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  test.each([
    ['', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/vnd.api+json', 415],
    ['application/json; charset=latin1', 415],
    ['Application/JSON', 201],
    ['application/json; charset="utf-8"', 201],
  ])('a body of the type %j is answered with %i', async (type, status) => {
    const headers = { 'Content-Type': type };
    const answer = await service.call('PUT', path('types'), { body: '{}', headers });
    expect(answer.status).toBe(status);
  });

  test('gives text back code point for code point', async () => {
    const text = ' \u202eCafe\u0301 \u200b😀 İı ﬁ  ';
    expect((await put('text', { source: text, term: '😀'.repeat(512) })).status).toBe(201);
    expect((await get('text')).body).toMatchObject({ source: text, term: '😀'.repeat(512) });
  });
});

describe('LEADSOURCE_PUT_REPLACE_STATUS=200', () => {
  test('answers 201 to the PUT that creates and 200 to those that find a lead source', async () => {
    await using replacing = await startTestService({ LEADSOURCE_PUT_REPLACE_STATUS: '200' });
    const statusOf = async (source: string) =>
      (await replacing.call('PUT', path('x'), { body: { source } })).status;
    expect([await statusOf('a'), await statusOf('b'), await statusOf('b')]).toEqual([201, 200, 200]);
    await replacing.call('DELETE', path('x'));
    expect(await statusOf('a')).toBe(201);
  });
});
