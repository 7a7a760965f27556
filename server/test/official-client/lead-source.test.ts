import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, officialClient, RebillyErrors } from '../support/official-client.ts';
import { exchange } from '../support/raw-http.ts';
import { startTestService, type TestService, testOrganizationId, testSecretKey } from '../support/service.ts';

/** The body of the published example, with the members that have no meaning any more. */
const publishedExample = {
  medium: 'search',
  source: 'www.google.com',
  campaign: 'go-big-123',
  term: 'salt shakers',
  content: 'smiling image 32',
  affiliate: 'x1d23',
  subAffiliate: '123456',
  salesAgent: 'James Bond',
  clickId: 'T1d2e3X',
  path: 'www.example.com/some/landing/path',
  ipAddress: '127.0.0.1',
  currency: 'USD',
  amount: 2.5,
  referrer: 'https://www.example.com/some/landing/path',
};

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const roots = [
  { root: 'the short root', organizationId: undefined },
  { root: "the organization's root", organizationId: testOrganizationId },
];

describe.each(roots)('the official client under $root', ({ organizationId }) => {
  const prefix = organizationId === undefined ? 'a' : 'b';
  const client = () => officialClient(service, { organizationId });

  test('creates, updates, reads and deletes a lead source', async () => {
    const id = `${prefix}-whole`;
    const created = await client().customers.createLeadSource({ id, data: { source: 'google' } });
    expect(created).toMatchObject({ response: { status: 201 }, fields: { source: 'google' } });
    const updated = await client().customers.updateLeadSource({ id, data: { source: 'bing' } });
    expect(updated).toMatchObject({ response: { status: 201 }, fields: { original: { source: 'google' } } });
    const read = await client().customers.getLeadSource({ id });
    expect(read.fields).toEqual(updated.fields);
    await client().customers.deleteLeadSource({ id });
    expect(await errorOf(client().customers.getLeadSource({ id }))).toBeInstanceOf(
      RebillyErrors.RebillyNotFoundError,
    );
  });

  test('sends back what it read, links and original included, and changes only what it means to', async () => {
    const id = `${prefix}-modified`;
    await client().customers.createLeadSource({ id, data: { source: 'first', medium: 'email' } });
    await client().customers.updateLeadSource({ id, data: { source: 'second', medium: 'cpc' } });
    const { fields: before } = await client().customers.getLeadSource({ id });
    const data = { ...before, campaign: 'spring' };
    const { fields: after } = await client().customers.updateLeadSource({ id, data });
    expect(after).toMatchObject({ source: 'second', medium: 'cpc', campaign: 'spring' });
    expect(after).toMatchObject({ original: Reflect.get(before, 'original'), _links: before._links });
  });

  test('reads the timeline, page by page', async () => {
    const id = `${prefix}-timeline`;
    await client().customers.createLeadSource({ id, data: { source: 'google' } });
    await client().customers.updateLeadSource({ id, data: { source: 'bing' } });
    const whole = await client().customers.getAllTimelineMessages({ id });
    expect(whole).toMatchObject({ total: 3, limit: 100, offset: 0 });
    expect(whole.items.map(({ fields }) => fields.type)).toEqual([
      'lead-source-changed',
      'lead-source-changed',
      'customer-created',
    ]);
    const last = await client().customers.getAllTimelineMessages({ id, limit: 1, offset: 2 });
    expect(last.items.map(({ fields }) => fields)).toEqual([whole.items[2]?.fields]);
  });

  test('sends the published example, whose superseded members are accepted and not kept', async () => {
    const id = `${prefix}-example`;
    const { fields } = await client().customers.createLeadSource({ id, data: publishedExample });
    const { ipAddress: _address, currency: _currency, amount: _amount, ...facts } = publishedExample;
    expect(fields).toMatchObject({ ...facts, original: facts });
    for (const member of ['ipAddress', 'currency', 'amount']) expect(fields).not.toHaveProperty(member);
  });
});

test.each([
  ['the short root', ''],
  ["the organization's root", `/organizations/${testOrganizationId}`],
])(
  'a PUT without Content-Type, as the official PHP client sends it, is read as JSON under %s',
  async (_root, root) => {
    const body = JSON.stringify(publishedExample);
    const path = `${root}/customers/php${root.length}/lead-source`;
    const answer = await exchange(
      Number(new URL(service.url).port),
      `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nREB-APIKEY: ${testSecretKey}\r\n` +
        `Accept: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body)).toMatchObject({
      source: 'www.google.com',
      original: { clickId: 'T1d2e3X' },
    });
    expect(answer.headers['location']).toBe(`http://leadsource.test${path}`);
  },
);
