import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { keepEvents } from '../support/kept-events.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';
import { invalidFieldsOf } from '../support/verdicts.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const post = (body: unknown, path = '/customers') => service.call('POST', path, { body });
const put = (id: string, body: unknown) => service.call('PUT', `/customers/${id}`, { body });
const get = (id: string, query = '') => service.call('GET', `/customers/${id}${query}`);

describe('a customer in an answer', () => {
  test('has an id, its organization, website, fields, revision, times and links', async () => {
    await post({ id: 'shape', websiteId: 'main', customFields: { plan: 'gold' } });
    const time = new Date(clock.now()).toISOString();
    expect((await get('shape')).body).toEqual({
      id: 'shape',
      organizationId: testOrganizationId,
      websiteId: 'main',
      customFields: { plan: 'gold' },
      revision: 1,
      createdTime: time,
      updatedTime: time,
      _links: [
        { href: 'http://leadsource.test/customers/shape', rel: 'self' },
        { href: 'http://leadsource.test/customers/shape/lead-source', rel: 'leadSource' },
      ],
    });
  });

  test('embeds the lead source only with expand, as its own GET shows it', async () => {
    await post({ id: 'embedding', leadSource: { source: 'google' } });
    expect((await get('embedding')).body).not.toHaveProperty('_embedded');
    const { body: leadSource } = await get('embedding/lead-source');
    expect((await get('embedding', '?expand=leadSource')).body).toMatchObject({ _embedded: { leadSource } });
  });

  test('never shows leadSource as a member of its own: it is write-only', async () => {
    const { body } = await post({ leadSource: { source: 'google' } });
    expect(body).not.toHaveProperty('leadSource');
  });

  test('shows only the members that fields names', async () => {
    await post({ id: 'narrow' });
    expect((await get('narrow', '?fields=id,revision,nothing')).body).toEqual({ id: 'narrow', revision: 1 });
    const expanded = await get('narrow', '?fields=id&expand=leadSource');
    expect(expanded.body).toEqual({ id: 'narrow', _embedded: { leadSource: null } });
  });
});

describe('POST /customers', () => {
  test.each([
    ['/customers', {}],
    ['/customers/', {}],
    ['/customers', { id: '' }],
    ['/customers', { id: null }],
  ])('to %s with %j generates an id: cus_ and a ULID', async (path, body) => {
    const answer = await post(body, path);
    expect(answer.status).toBe(201);
    const { id } = answer.body as { id: string };
    expect(id).toMatch(/^cus_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(answer.headers.get('location')).toBe(`http://leadsource.test/customers/${id}`);
  });

  test('is 409 for an id that exists, also one that has become an alias, and changes nothing', async () => {
    await post({ id: 'taken', websiteId: 'main' });
    expect((await post({ id: 'taken', websiteId: 'other' })).status).toBe(409);
    expect((await get('taken')).body).toMatchObject({ websiteId: 'main', revision: 1 });
    await post({ id: 'heir' });
    await service.call('DELETE', '/customers/taken?targetCustomerId=heir');
    expect((await post({ id: 'taken' })).status).toBe(409);
  });

  test.each(['.', '..', 'a b', 'é', 'a/b', 'x'.repeat(51), 'a\n', '\u212a'])(
    'is 422 for the id %j, naming it',
    async (id) => {
      const { status, body } = await post({ id });
      expect(status).toBe(422);
      expect(body).toMatchObject({ invalidFields: [{ field: 'id' }] });
    },
  );

  test('reports every invalid field at once, in dot notation', async () => {
    const { status, body } = await post({
      id: '..',
      websiteId: 7,
      customFields: [[]],
      leadSource: { source: 1, referrer: 'nowhere' },
    });
    expect(status).toBe(422);
    const { invalidFields } = body as { invalidFields: { field: string; message: string }[] };
    expect(invalidFields.map(({ field }) => field).toSorted()).toEqual([
      'customFields',
      'id',
      'leadSource.referrer',
      'leadSource.source',
      'websiteId',
    ]);
    for (const { message } of invalidFields) expect(message).not.toBe('');
  });

  test('takes an empty array as an empty object, and no other', async () => {
    const body = { id: 'from-php', customFields: [], leadSource: [] };
    const send = (asked: object) =>
      service.call('POST', '/customers?expand=leadSource', {
        body: asked,
        headers: { 'Idempotency-Key': 'from-php' },
      });
    const created = await send(body);
    expect(created).toMatchObject({
      status: 201,
      body: { customFields: {}, _embedded: { leadSource: { source: null, original: { source: null } } } },
    });
    expect((await send({ ...body, customFields: {}, leadSource: {} })).body).toEqual(created.body);
    expect((await put('from-php', body)).body).toMatchObject({ customFields: {}, revision: 1 });
    const { status, body: refused } = await put('from-php', { customFields: [{}], leadSource: [[]] });
    expect([status, invalidFieldsOf(refused)]).toEqual([422, ['customFields', 'leadSource']]);
    expect((await put('from-php', [])).status).toBe(422);
  });

  test('ignores unknown members, among them names and addresses', async () => {
    const answer = await post({ id: 'ignoring', firstName: 'Ada', email: 'ada@example.com', revision: 9 });
    expect(answer.body).toMatchObject({ id: 'ignoring', revision: 1 });
    expect(JSON.stringify(answer.body)).not.toContain('Ada');
  });
});

describe('PUT /customers/{id}', () => {
  test('is 201 where it creates and 200 where it updates', async () => {
    expect((await put('upserted', {})).status).toBe(201);
    expect((await put('upserted', { websiteId: 'main' })).status).toBe(200);
  });

  test('replaces what its owner writes, and grows the revision with every change only', async () => {
    await put('grows', { websiteId: 'main', customFields: { a: 1 } });
    clock.advance(5000);
    const changed = await put('grows', { customFields: { b: 2 } });
    expect(changed.body).toMatchObject({ websiteId: null, customFields: { b: 2 }, revision: 2 });
    const { createdTime, updatedTime } = changed.body as { createdTime: string; updatedTime: string };
    expect(Date.parse(updatedTime) - Date.parse(createdTime)).toBe(5000);
    clock.advance(5000);
    expect((await put('grows', { customFields: { b: 2 } })).body).toEqual(changed.body);
  });

  test('the revision grows with the lead source, too', async () => {
    await put('with-lead-source', {});
    await put('with-lead-source', { leadSource: { source: 'a' } });
    await service.call('DELETE', '/customers/with-lead-source/lead-source');
    expect((await get('with-lead-source')).body).toMatchObject({ revision: 3 });
  });

  test('sets the lead source by the rules of its own PUT', async () => {
    await put('rules', { leadSource: { source: 'a', medium: 'cpc', amount: 3 } });
    await put('rules', { leadSource: { source: 'b' } });
    const { body } = await get('rules/lead-source');
    expect(body).toMatchObject({ source: 'b', medium: null, original: { source: 'a', medium: 'cpc' } });
  });

  test.each([
    ['absent', {}],
    ['null', { leadSource: null }],
  ])('leaves the lead source as it is where leadSource is %s', async (name, body) => {
    await put(`keeps-${name}`, { leadSource: { source: 'a' } });
    await put(`keeps-${name}`, body);
    expect((await get(`keeps-${name}/lead-source`)).body).toMatchObject({ source: 'a' });
  });

  test('says nothing to others where nothing changes', async () => {
    await put('quiet', { websiteId: 'main', leadSource: { source: 'a' } });
    await using events = await keepEvents(service);
    await put('quiet', { websiteId: 'main', leadSource: { source: 'a' } });
    expect(await events.all()).toEqual([]);
  });

  test('takes custom fields of up to 16 KiB', async () => {
    const fields = (bytes: number) => ({ text: 'x'.repeat(bytes - '{"text":""}'.length) });
    expect((await put('fields', { customFields: fields(16_384) })).status).toBe(201);
    const { status, body } = await put('fields', { customFields: fields(16_385) });
    expect(status).toBe(422);
    expect(body).toMatchObject({ invalidFields: [{ field: 'customFields' }] });
  });

  test('is 422 for a bad id, where GET and DELETE are 404', async () => {
    const id = 'x'.repeat(51);
    expect((await put(id, {})).status).toBe(422);
    expect((await get(id)).status).toBe(404);
    expect((await service.call('DELETE', `/customers/${id}?targetCustomerId=a`)).status).toBe(404);
  });

  test.each(['@', '~', '-', '.a', 'a@b~c-d_e.f', '__proto__', 'constructor', 'null', '0', 'x'.repeat(50)])(
    'accepts the id %s',
    async (id) => {
      expect((await put(id, {})).status).toBe(201);
      expect((await get(id)).body).toMatchObject({ id, revision: 1 });
    },
  );

  test('ABC and abc are different customers', async () => {
    await put('ABC', { websiteId: 'upper' });
    await put('abc', { websiteId: 'lower' });
    expect((await get('ABC')).body).toMatchObject({ id: 'ABC', websiteId: 'upper' });
  });
});
