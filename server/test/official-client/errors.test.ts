import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { errorOf, officialClient, RebillyErrors } from '../support/official-client.ts';
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

describe.each(roots)('the official client under $root', ({ organizationId }) => {
  const client = () => officialClient(service, { organizationId });

  test('throws RebillyForbiddenError for 401', async () => {
    const stranger = officialClient(service, { organizationId, apiKey: 'sk_live_unknown' });
    const error = await errorOf(stranger.customers.get({ id: 'x' }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyForbiddenError);
    expect(error).toMatchObject({ status: 401, message: 'Valid credentials are required.' });
  });

  test('throws RebillyRequestError for 403', async () => {
    const body = { type: 'secret', acl: ['customers:read'] };
    const created = await service.call('POST', '/api-keys', { body });
    const apiKey = (created.body as { secretKey: string }).secretKey;
    const narrow = officialClient(service, { organizationId, apiKey });
    const error = await errorOf(narrow.customers.deleteLeadSource({ id: 'x' }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyRequestError);
    expect(error).toMatchObject({ status: 403, message: 'This takes the permission lead-sources:write.' });
  });

  test.each([
    ['customers.get', () => client().customers.get({ id: 'nobody' })],
    ['customers.getLeadSource', () => client().customers.getLeadSource({ id: 'nobody' })],
    ['customers.deleteLeadSource', () => client().customers.deleteLeadSource({ id: 'nobody' })],
    ['customers.merge', () => client().customers.merge({ id: 'nobody', targetCustomerId: 'noone' })],
    ['apiKeys.get', () => client().apiKeys.get({ id: 'key_none' })],
    ['apiKeys.delete', () => client().apiKeys.delete({ id: 'key_none' })],
  ])('throws RebillyNotFoundError for 404 of %s', async (_name, call) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(RebillyErrors.RebillyNotFoundError);
    expect(error.status).toBe(404);
  });

  test('throws its own conflict error when it creates a customer under a taken id', async () => {
    const id = `taken-${organizationId}`;
    await client().customers.create({ id, data: {} });
    const error = await errorOf(client().customers.create({ id, data: {} }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyConflictError);
  });

  test("throws RebillyConflictError for the server's 409, when the body names a taken id", async () => {
    const data = { id: `named-${organizationId}` };
    await client().customers.create({ data });
    const error = await errorOf(client().customers.create({ data }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyConflictError);
    expect(error).toMatchObject({ status: 409, message: 'A customer with this id exists.' });
  });

  test('throws RebillyValidationError for 422, with every invalid field', async () => {
    const data = { source: 5, term: 'x'.repeat(513), referrer: 'nowhere' };
    const error = await errorOf(client().customers.createLeadSource({ id: 'invalid', data }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyValidationError);
    expect(error.status).toBe(422);
    expect(error.invalidFields?.map(({ field }) => field).toSorted()).toEqual(['referrer', 'source', 'term']);
  });

  test('throws RebillyValidationError where it merges a customer into itself', async () => {
    const id = `self-${organizationId}`;
    await client().customers.create({ id, data: {} });
    const error = await errorOf(client().customers.merge({ id, targetCustomerId: id }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyValidationError);
    expect(error.invalidFields).toMatchObject([{ field: 'targetCustomerId' }]);
  });

  test('throws RebillyRequestError for 429, which says when to come again', async () => {
    const clock = testClock();
    await using limited = await startTestService({ LEADSOURCE_RATE_LIMIT: '1/600' }, clock.now);
    const caller = officialClient(limited, { organizationId });
    await caller.customers.createLeadSource({ id: 'x', data: {} });
    const error = await errorOf(caller.customers.createLeadSource({ id: 'x', data: {} }));
    expect(error).toBeInstanceOf(RebillyErrors.RebillyRequestError);
    expect(error.status).toBe(429);
    const { headers = {} } = error.response ?? {};
    expect(headers['rate-limit-limit']).toBe('1');
    expect(Number(headers['x-ratelimit-retry-after']) * 1000).toBeGreaterThan(clock.now());
  });
});

test('the official client finds nothing under the root of another organization', async () => {
  const stray = officialClient(service, { organizationId: 'org_other' });
  expect(await errorOf(stray.customers.createLeadSource({ id: 'x', data: {} }))).toBeInstanceOf(
    RebillyErrors.RebillyNotFoundError,
  );
});
