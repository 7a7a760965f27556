import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type OutsideIssuer, startOutsideIssuer } from '../support/outside-issuer.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

const clock = testClock();
const mapped = { organizationId: 'https://id.example/org', permissions: 'scopes' };
let outside: OutsideIssuer;
let mapping: OutsideIssuer;
let service: TestService;
beforeAll(async () => {
  outside = await startOutsideIssuer('https://id.example');
  mapping = await startOutsideIssuer('https://mapped.example');
  const common = { audience: 'leads', algorithms: ['ES256'] };
  const issuers = [
    { issuer: outside.issuer, jwksUrl: outside.jwksUrl, ...common },
    { issuer: mapping.issuer, jwksUrl: mapping.jwksUrl, ...common, claims: mapped },
  ];
  service = await startTestService({ LEADSOURCE_JWT_ISSUERS: JSON.stringify(issuers) }, clock.now);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await outside[Symbol.asyncDispose]();
  await mapping[Symbol.asyncDispose]();
});

interface Minted {
  readonly token: string;
  readonly expiresTime: string;
}

async function mint(request: object = {}): Promise<Minted> {
  const { status, body } = await service.call('POST', '/tokens', { body: request });
  expect(status).toBe(201);
  return body as Minted;
}

async function statusWith(token: string, path = '/customers', method = 'GET'): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  const body = method === 'PUT' ? { body: {} } : {};
  return (await service.call(method, path, { key: null, headers, ...body })).status;
}

const inSeconds = (seconds: number): number => clock.now() / 1000 + seconds;

describe('POST /tokens', () => {
  test('mints a token that works under both roots until it expires', async () => {
    const { token, expiresTime } = await mint({ lifetimeSeconds: 60 });
    expect(Date.parse(expiresTime)).toBe(clock.now() + 60_000);
    expect(await statusWith(token)).toBe(200);
    expect(await statusWith(token, `/organizations/${testOrganizationId}/customers`)).toBe(200);
    clock.advance(60_000);
    expect(await statusWith(token)).toBe(401);
  });

  test('gives the permissions that are asked for and no others', async () => {
    const { token } = await mint({ permissions: ['lead-sources:read'] });
    expect(await statusWith(token, '/customers')).toBe(403);
    expect(await statusWith(token, '/customers/nobody/lead-source')).toBe(404);
    expect(await statusWith(token, '/customers/nobody/lead-source', 'PUT')).toBe(403);
  });

  test('is 403 for permissions that its maker lacks', async () => {
    const { token } = await mint({ permissions: ['api-keys:write', 'customers:read'] });
    const headers = { Authorization: `Bearer ${token}` };
    for (const permissions of [['*'], ['customers:write']]) {
      const answer = await service.call('POST', '/tokens', { headers, body: { permissions } });
      expect(answer.status).toBe(403);
    }
    const { body } = await service.call('POST', '/tokens', { headers, body: {} });
    expect(body).toMatchObject({ permissions: ['api-keys:write', 'customers:read'] });
  });

  test.each([
    ['lifetimeSeconds', { lifetimeSeconds: 59 }],
    ['lifetimeSeconds', { lifetimeSeconds: 86_401 }],
    ['lifetimeSeconds', { lifetimeSeconds: 60.5 }],
    ['lifetimeSeconds', { lifetimeSeconds: '3600' }],
    ['subject', { subject: 'x'.repeat(256) }],
    ['subject', { subject: '' }],
    ['permissions.0', { permissions: ['everything'] }],
  ])('is 422 and names %s of %j', async (field, body) => {
    const answer = await service.call('POST', '/tokens', { body });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ invalidFields: [{ field }] });
  });

  test('mints what a stranger can check by /.well-known/jwks.json, which holds no private part', async () => {
    const { token } = await mint({ subject: 'visitor' });
    const url = new URL('/.well-known/jwks.json', service.url);
    const { payload } = await jwtVerify(token, createRemoteJWKSet(url), {
      currentDate: new Date(clock.now()),
    });
    expect(payload).toMatchObject({ sub: 'visitor', aud: 'leadsource', organizationId: testOrganizationId });
    const { body } = await service.call('GET', '/.well-known/jwks.json', { key: null });
    for (const key of (body as { keys: object[] }).keys) expect(key).not.toHaveProperty('d');
  });
});

describe('a token of an outside issuer', () => {
  const claims = () => ({
    aud: 'leads',
    sub: 'crm',
    exp: inSeconds(300),
    organizationId: testOrganizationId,
    permissions: ['customers:read'],
  });

  test('works with the permissions it names, by the key that its issuer serves', async () => {
    const token = await outside.sign(claims());
    expect(await statusWith(token)).toBe(200);
    expect(await statusWith(token, '/customers/x', 'PUT')).toBe(403);
  });

  test('may call its claims by names of its own', async () => {
    const { organizationId, permissions, ...rest } = claims();
    const renamed = {
      ...rest,
      [mapped.organizationId]: organizationId,
      [mapped.permissions]: permissions,
    };
    expect(await statusWith(await mapping.sign(renamed))).toBe(200);
    expect(await statusWith(await mapping.sign(claims()))).toBe(401);
    expect(await statusWith(await outside.sign(renamed))).toBe(401);
  });

  test.each([
    ['another audience', { aud: 'others' }],
    ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that has passed', { exp: 1 }],
    ['an organization nobody knows', { organizationId: 'org_unknown' }],
    ['no organization', { organizationId: undefined }],
    ['no permissions', { permissions: undefined }],
    ['permissions as a text', { permissions: 'customers:read' }],
    ["the other issuer's name", { iss: 'https://mapped.example' }],
    ['a slash more in its issuer', { iss: 'https://id.example/' }],
  ])('with %s is refused', async (_name, changed) => {
    expect(await statusWith(await outside.sign({ ...claims(), ...changed }))).toBe(401);
  });

  test.each(['nbf', 'iat'])('whose %s is ahead is refused, but for a skew of 60 seconds', async (claim) => {
    expect(await statusWith(await outside.sign({ ...claims(), [claim]: inSeconds(60) }))).toBe(200);
    expect(await statusWith(await outside.sign({ ...claims(), [claim]: inSeconds(61) }))).toBe(401);
  });

  test('is kept as the actor of what it changes, by its issuer and subject', async () => {
    const token = await outside.sign({ ...claims(), permissions: ['lead-sources:write'] });
    expect(await statusWith(token, '/customers/acted/lead-source', 'PUT')).toBe(201);
    const { body } = await service.call('GET', '/customers/acted/lead-sources');
    expect(body).toMatchObject([{ actor: 'https://id.example crm' }]);
  });

  test('is 503 with Retry-After while its issuer cannot be asked', async () => {
    const down = await startOutsideIssuer('https://down.example');
    const { issuer, jwksUrl } = down;
    const settings = [{ issuer, jwksUrl, audience: 'leads', algorithms: ['ES256'] }];
    await using alone = await startTestService(
      { LEADSOURCE_JWT_ISSUERS: JSON.stringify(settings) },
      clock.now,
    );
    const token = await down.sign(claims());
    await down[Symbol.asyncDispose]();
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await alone.call('GET', '/customers', { headers });
    expect(answer.status).toBe(503);
    expect(answer.headers.has('retry-after')).toBe(true);
  });
});
