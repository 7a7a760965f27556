import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, officialClient } from '../support/official-client.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const roots = [
  { root: 'the short root', organizationId: undefined },
  { root: "the organization's root", organizationId: testOrganizationId },
];

describe.each(roots)('the official client under $root', ({ root, organizationId }) => {
  const prefix = organizationId === undefined ? 'a' : 'b';
  const client = () => officialClient(service, { organizationId });

  test('creates a customer under a generated id', async () => {
    const created = await client().customers.create({ data: { websiteId: 'main' } });
    expect(created.fields).toMatchObject({ websiteId: 'main', organizationId: testOrganizationId });
    expect(created.fields.id).toMatch(/^cus_[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  test('creates a customer under an id of its own', async () => {
    const created = await client().customers.create({ id: `${prefix}-given`, data: {} });
    expect(created.fields).toMatchObject({ id: `${prefix}-given`, revision: 1 });
  });

  test.each([
    ['', 'without an id'],
    ['-expanded', 'with an id'],
  ])('creates a customer with a lead source, which expand shows (%s)', async (suffix) => {
    const { fields } = await client().customers.create({
      ...(suffix !== '' && { id: prefix + suffix }),
      data: { leadSource: { source: 'google', medium: 'cpc' } },
      expand: 'leadSource',
    });
    expect(fields).toMatchObject({
      _embedded: { leadSource: { source: 'google', original: { medium: 'cpc' } } },
    });
  });

  test('reads a customer, plain and expanded', async () => {
    const id = `${prefix}-read`;
    await client().customers.create({ id, data: { leadSource: { source: 'bing' } } });
    const plain = await client().customers.get({ id });
    expect(plain.fields).not.toHaveProperty('_embedded');
    const expanded = await client().customers.get({ id, expand: 'leadSource' });
    expect(expanded.fields).toMatchObject({ id, _embedded: { leadSource: { source: 'bing' } } });
    const narrow = await client().customers.get({ id, fields: 'id,revision' });
    expect(narrow.fields).toEqual({ id, revision: 1 });
  });

  test('updates a customer, whose lead source stays where none is sent', async () => {
    const id = `${prefix}-updated`;
    await client().customers.create({ id, data: { leadSource: { source: 'bing' } } });
    const data = { customFields: { plan: 'gold' } };
    const updated = await client().customers.update({ id, data, expand: 'leadSource' });
    expect(updated.fields).toMatchObject({
      customFields: { plan: 'gold' },
      revision: 2,
      _embedded: { leadSource: { source: 'bing' } },
    });
  });

  test('lists customers by filter, in order and by the page', async () => {
    for (const name of ['one', 'two', 'three']) {
      const data = { websiteId: `${prefix}-list`, leadSource: { source: `list,${name}` } };
      await client().customers.create({ id: `${prefix}-list-${name}`, data });
    }
    const page = await client().customers.getAll({
      filter: `websiteId:${prefix}-list`,
      sort: ['-id'],
      limit: 2,
      offset: 1,
    });
    expect(page).toMatchObject({ total: 3, limit: 2, offset: 1 });
    expect(page.items.map(({ fields }) => fields.id)).toEqual([`${prefix}-list-three`, `${prefix}-list-one`]);
    const quoted = await client().customers.getAll({
      filter: `leadSource.source:"list,two";websiteId:${prefix}-list`,
    });
    expect(quoted.items.map(({ fields }) => fields.id)).toEqual([`${prefix}-list-two`]);
    const beyond = await client().customers.getAll({ offset: 100_000 });
    expect(beyond.items).toEqual([]);
  });

  test('is told that customers are not searched, rather than given others', async () => {
    const error = await errorOf(client().customers.getAll({ q: 'ann@example.com' }));
    expect([error.status, error.invalidFields]).toMatchObject([422, [{ field: 'q' }]]);
    const ofTimeline = await errorOf(client().customers.getAllTimelineMessages({ id: 'any', q: 'x' }));
    expect(ofTimeline.invalidFields).toMatchObject([{ field: 'q' }]);
  });

  test('merges a customer into another', async () => {
    for (const name of ['duplicate', 'target']) {
      await client().customers.create({ id: `${prefix}-${name}`, data: { leadSource: { source: name } } });
    }
    await client().customers.merge({ id: `${prefix}-duplicate`, targetCustomerId: `${prefix}-target` });
    const { fields } = await client().customers.getLeadSource({ id: `${prefix}-target` });
    expect(fields).toMatchObject({ source: 'target', original: { source: 'duplicate' } });
  });

  test('follows the links of what it reads, with the same credential', async () => {
    const id = `${prefix}-linked`;
    const { fields } = await client().customers.create({ id, data: { leadSource: { source: 'x' } } });
    const start = organizationId === undefined ? '' : `/organizations/${organizationId}`;
    expect(fields._links).toHaveLength(2);
    for (const { href } of fields._links ?? []) {
      expect(href).toContain(`${start}/customers/${id}`);
      const path = new URL(String(href)).pathname;
      expect((await service.call('GET', path)).status, `${root}: ${href}`).toBe(200);
    }
  });
});

test.each([
  ['the short root', ''],
  ["the organization's root", `/organizations/${testOrganizationId}`],
])('a customer that the official PHP client read can be sent back under %s', async (_root, root) => {
  const path = `${root}/customers/php${root.length}`;
  const written = await service.call('PUT', path, { body: { websiteId: 'w1', customFields: {} } });
  // PHP reads an empty object as an empty array, and writes that as `[]`.
  const read = JSON.stringify((await service.call('GET', path)).body).replace('{}', '[]');
  const body = read.replace('"w1"', '"w2"');
  expect(body).toContain('"websiteId":"w2","customFields":[],');
  expect((await service.call('PUT', path, { body: read })).body).toEqual(written.body);
  const changed = await service.call('PUT', path, { body });
  expect(changed).toMatchObject({ status: 200, body: { websiteId: 'w2', customFields: {}, revision: 2 } });
  const refused = await service.call('PUT', path, { body: body.replace('[]', '["x"]') });
  expect(refused).toMatchObject({ status: 422, body: { invalidFields: [{ field: 'customFields' }] } });
});
