import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, officialClient } from '../support/official-client.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

let service: TestService;
let operator: Operator;
beforeAll(async () => {
  service = await startTestService();
  operator = await operatorOf(service);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

const roots = [
  { root: 'the short root', organizationId: undefined },
  { root: "the organization's root", organizationId: testOrganizationId },
];

async function mint(permissions: readonly string[]): Promise<string> {
  const minted = await service.call('POST', '/tokens', { body: { subject: 'visitor', permissions } });
  return (minted.body as { token: string }).token;
}

describe.each(roots)('the official client under $root', ({ organizationId }) => {
  const prefix = organizationId === undefined ? 'a' : 'b';

  test('works with a session token', async () => {
    const client = officialClient(service, { organizationId });
    client.setSessionToken(await mint(['lead-sources:write', 'lead-sources:read', 'customers:read']));
    await client.customers.createLeadSource({ id: `${prefix}-token`, data: { source: 'x' } });
    const { fields } = await client.customers.getLeadSource({ id: `${prefix}-token` });
    expect(fields).toMatchObject({ source: 'x' });
    expect((await client.customers.get({ id: `${prefix}-token` })).fields.id).toBe(`${prefix}-token`);
  });

  test('is held to the narrower right of the session token, though it sends its key as well', async () => {
    const client = officialClient(service, { organizationId });
    const sent: unknown[] = [];
    client.addRequestInterceptor({
      thenDelegate: (request: { headers: Record<string, string> }) => {
        sent.push(request.headers['REB-APIKEY']);
        return request;
      },
    });
    await client.customers.createLeadSource({ id: `${prefix}-narrow`, data: { source: 'x' } });
    client.setSessionToken(await mint(['lead-sources:read']));
    const call = client.customers.createLeadSource({ id: `${prefix}-narrow`, data: { source: 'y' } });
    expect(await errorOf(call)).toMatchObject({ name: 'RebillyRequestError', status: 403 });
    expect(sent).toEqual([service.secretKey, service.secretKey]);
    const { fields } = await client.customers.getLeadSource({ id: `${prefix}-narrow` });
    expect(fields).toMatchObject({ source: 'x' });
  });

  test('is refused with a session token that is none, though its key is good', async () => {
    const client = officialClient(service, { organizationId });
    client.setSessionToken('not.a.token');
    expect(await errorOf(client.customers.get({ id: 'x' }))).toMatchObject({
      name: 'RebillyForbiddenError',
      status: 401,
    });
  });

  test('creates, reads, lists, changes and deletes an API key', async () => {
    const client = officialClient(service, { organizationId });
    const created = await client.apiKeys.create({
      data: { type: 'secret', description: 'Billing', acl: ['customers:read'] } as never,
    });
    expect(created.fields).toMatchObject({
      description: 'Billing',
      secretKey: expect.stringMatching(/^sk_live_/),
    });
    const id = String(created.fields.id);
    const read = await client.apiKeys.get({ id });
    expect(read.fields).toMatchObject({ id, acl: ['customers:read'] });
    expect(read.fields).not.toHaveProperty('secretKey');
    const listed = await client.apiKeys.getAll({ limit: 1000 });
    expect(listed.items.map(({ fields }) => fields.id)).toContain(id);
    expect(listed.total).toBe(listed.items.length);
    const changed = await client.apiKeys.update({ id, data: { description: 'Shop' } });
    expect(changed.fields).toMatchObject({ description: 'Shop', acl: ['customers:read'] });
    await client.apiKeys.delete({ id });
    expect(await errorOf(client.apiKeys.get({ id }))).toMatchObject({ name: 'RebillyNotFoundError' });
  });

  test('works at once with a key that it created', async () => {
    const created = await officialClient(service, { organizationId }).apiKeys.create({
      data: { type: 'secret', acl: ['lead-sources:write'] } as never,
    });
    const apiKey = String(Reflect.get(created.fields, 'secretKey'));
    const narrow = officialClient(service, { organizationId, apiKey });
    const call = narrow.customers.createLeadSource({ id: `${prefix}-new-key`, data: { source: 'x' } });
    expect((await call).fields).toMatchObject({ source: 'x' });
  });
});

test('the official client in sandbox mode works with the key of a sandbox organization', async () => {
  const { id, key } = await operator.createOrganization({ id: 'org_sandbox', environment: 'sandbox' });
  expect(key).toMatch(/^sk_sandbox_/);
  const client = officialClient(service, { apiKey: key, sandbox: true, organizationId: id });
  const { fields } = await client.customers.create({ data: {} });
  expect(fields).toMatchObject({ organizationId: id });
});
