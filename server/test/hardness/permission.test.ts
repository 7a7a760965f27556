import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../../src/domain/permission.ts';
import { startTestService, type TestService, testSecretKey } from '../support/service.ts';
import { expectProblem, expectUnknown, freshId } from '../support/verdicts.ts';
import { sendWire, type WireRequest } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function keyWith(settings: object, at: TestService = service): Promise<string> {
  const made = await at.call('POST', '/api-keys', { body: { type: 'secret', ...settings } });
  return (made.body as { secretKey: string }).secretKey;
}

const openPath = /^\/(?:health|metrics|\.well-known|openapi\.json|docs|capture|$)/;

/** Every operation that asks who calls, but for the one that pages ask, as a request whose body is an insult to any parser. */
function guardedRequests(): readonly (WireRequest & { readonly operation: string })[] {
  return service.contract
    .operations()
    .filter(({ path }) => !openPath.test(path))
    .map(({ method, path }) => {
      const target = path.replaceAll(/\{\w+\}/g, 'nobody');
      const insult = method === 'POST' || method === 'PUT' ? { body: '{"a":1,"a":' } : {};
      return { operation: `${method} ${path}`, method, target, ...insult };
    });
}

describe('before any body is read', () => {
  test('every operation answers 401 to nobody', async () => {
    expect(guardedRequests().length).toBeGreaterThan(10);
    for (const request of guardedRequests()) {
      const answer = await sendWire(service, { ...request, key: null });
      expectProblem({ status: answer.status, body: answer.json }, 401);
    }
  });

  test('every operation answers 403 to a good key without its permission', async () => {
    const key = await keyWith({ acl: [] });
    for (const request of guardedRequests()) {
      const answer = await sendWire(service, { ...request, key });
      expectProblem({ status: answer.status, body: answer.json }, 403);
    }
  });

  test('every operation answers 403 to a good key from an address that it does not allow', async () => {
    const key = await keyWith({ allowedIps: ['192.0.2.0/24', '2001:db8::/32'] });
    for (const request of guardedRequests()) {
      const answer = await sendWire(service, { ...request, key });
      expectProblem({ status: answer.status, body: answer.json }, 403);
    }
  });

  test.each([
    ['too large', [['Content-Length', '10737418240']], ''],
    ['of another type', [['Content-Type', 'text/plain']], 'x'],
    ['compressed', [['Content-Encoding', 'gzip']], 'x'],
    ['no UTF-8', [], '\xff'],
  ] as const)('a body that is %s is refused for its sender', async (_, headers, body) => {
    const target = '/customers/nobody/lead-source';
    const unknown = await sendWire(service, { target, key: null, headers, body });
    expect(unknown.status).toBe(401);
    const unpermitted = await sendWire(service, { target, key: await keyWith({ acl: [] }), headers, body });
    expect(unpermitted.status).toBe(403);
    await expectUnknown(service, 'nobody');
  });
});

const settingNames = [
  'affiliate-settings',
  'attribution-settings',
  'channel-rules',
  'landing-settings',
  'privacy-settings',
];

/** What each permission is for. */
const permitted: Readonly<Partial<Record<Permission, readonly string[]>>> = {
  'lead-sources:read': [
    'GET /customers/{id}/lead-source',
    'GET /customers/{id}/lead-sources',
    'GET /customers/{id}/timeline',
    'GET /customers/{id}/visitors',
    'GET /imports',
    'GET /imports/{id}',
    'GET /exports/touches',
  ],
  'lead-sources:write': [
    'PUT /customers/{id}/lead-source',
    'DELETE /customers/{id}/lead-source',
    'POST /customers/{id}/lead-sources',
    'DELETE /customers/{id}/lead-sources/{touchId}',
    'POST /customers/{id}/visitors',
    'DELETE /visitors/{visitorId}',
    'POST /lead-sources',
    'DELETE /imports/{id}',
  ],
  'customers:read': [
    'GET /customers',
    'GET /customers/{id}',
    'GET /customers/{id}/export',
    'GET /exports/customers',
  ],
  'customers:write': ['POST /customers', 'PUT /customers/{id}', 'DELETE /customers/{id}'],
  'conversions:read': [
    'GET /conversions',
    'GET /conversions/{id}',
    'GET /conversions/{id}/refunds',
    'GET /exports/conversions',
    'GET /spend',
    'GET /exports/spend',
  ],
  'conversions:write': [
    'POST /conversions',
    'POST /conversions/bulk',
    'POST /conversions/{id}/refunds',
    'PUT /spend',
  ],
  'reports:read': [
    'GET /reports/attribution',
    'GET /reports/journeys',
    'GET /reports/affiliates',
    'GET /affiliate-periods',
    'GET /affiliate-periods/{id}',
    'GET /conversions/{id}/attribution',
    'GET /experimental/reports/retention-value',
    'GET /experimental/reports/transactions',
    'GET /exports/credits',
    'GET /exports/offline-conversions',
    'GET /jobs',
    'GET /jobs/{id}',
  ],
  'reports:write': ['POST /affiliate-periods', 'POST /jobs'],
  'settings:read': [
    ...settingNames.flatMap((name) => [`GET /${name}`, `GET /${name}/versions/{version}`]),
    'GET /setting-changes',
    'POST /channel-rules/dry-run',
    'POST /privacy-settings/dry-run',
  ],
  'settings:write': settingNames
    .filter((name) => name !== 'privacy-settings')
    .flatMap((name) => [`PUT /${name}`, `DELETE /${name}`]),
  'api-keys:read': ['GET /api-keys', 'GET /api-keys/{id}'],
  'api-keys:write': ['POST /api-keys', 'PUT /api-keys/{id}', 'DELETE /api-keys/{id}', 'POST /tokens'],
  'webhooks:read': [
    'GET /webhooks',
    'GET /webhooks/{id}',
    'GET /tracking/webhooks',
    'GET /tracking/webhooks/{id}',
  ],
  'webhooks:write': [
    'POST /webhooks',
    'PUT /webhooks/{id}',
    'DELETE /webhooks/{id}',
    'POST /webhooks/{id}/secret',
    'POST /tracking/webhooks/{id}/resend',
  ],
  'privacy:write': ['PUT /privacy-settings', 'DELETE /privacy-settings', 'POST /customers/{id}/erasure'],
};

test('each operation is for one permission', () => {
  const guarded = guardedRequests().map(({ operation }) => operation);
  expect(Object.values(permitted).flat().toSorted()).toEqual(guarded.toSorted());
});

test.each(Object.entries(permitted))(
  'a key with every permission but %s may not do what that one is for',
  async (permission, operations) => {
    const key = await keyWith({ acl: permissions.filter((name) => name !== '*' && name !== permission) });
    for (const { operation, ...request } of guardedRequests()) {
      if (!operations.includes(operation)) continue;
      const answer = await sendWire(service, { ...request, key });
      expect([operation, answer.status]).toEqual([operation, 403]);
    }
    await expectUnknown(service, 'nobody');
  },
);

describe('the address of a caller', () => {
  const forwardedTo = async (at: TestService, key: string, forwarded: string | null): Promise<number> => {
    const headers = forwarded === null ? [] : [['X-Forwarded-For', forwarded] as const];
    const target = `/customers/${freshId()}/lead-source`;
    const { status } = await sendWire(at, { target, key, headers, body: '{}' });
    return status;
  };

  test('is that of its connection, whatever X-Forwarded-For says', async () => {
    const fromAfar = await keyWith({ allowedIps: ['192.0.2.1'] });
    const fromHere = await keyWith({ allowedIps: ['127.0.0.0/8'] });
    for (const forwarded of ['192.0.2.1', '192.0.2.1, 127.0.0.1', '', 'x', '::ffff:192.0.2.1', null]) {
      expect(await forwardedTo(service, fromAfar, forwarded)).toBe(403);
      expect(await forwardedTo(service, fromHere, forwarded)).toBe(201);
    }
  });

  test('is the one that a trusted proxy names last', async () => {
    await using behindProxy = await startTestService({
      LEADSOURCE_TRUSTED_PROXIES: '127.0.0.1,198.51.100.0/24',
    });
    const key = await keyWith({ allowedIps: ['192.0.2.1'] }, behindProxy);
    const cases: readonly (readonly [string | null, number])[] = [
      ['192.0.2.1', 201],
      ['192.0.2.1, 198.51.100.7', 201],
      ['203.0.113.9, 192.0.2.1', 201],
      ['192.0.2.1, 203.0.113.9', 403],
      ['203.0.113.9', 403],
      ['192.0.2.1:443', 201],
      ['203.0.113.9:443', 403],
      ['192.0.2.1, unknown', 403],
      ['999.999.999.999', 403],
      ['fe80::1%eth0', 403],
      ['<script>', 403],
      [',,,', 403],
      ['', 403],
      [null, 403],
    ];
    for (const [forwarded, status] of cases) {
      expect([forwarded, await forwardedTo(behindProxy, key, forwarded)]).toEqual([forwarded, status]);
    }
  });

  test('is that of its connection when the trusted proxy is somebody else', async () => {
    await using behindProxy = await startTestService({ LEADSOURCE_TRUSTED_PROXIES: '198.51.100.1' });
    const key = await keyWith({ allowedIps: ['192.0.2.1'] }, behindProxy);
    expect(await forwardedTo(behindProxy, key, '192.0.2.1')).toBe(403);
    expect(await forwardedTo(behindProxy, testSecretKey, '192.0.2.1')).toBe(201);
  });

  test('a trusted proxy changes neither host nor scheme of links', async () => {
    await using behindProxy = await startTestService({ LEADSOURCE_TRUSTED_PROXIES: '127.0.0.1' });
    const target = '/customers/a/lead-source';
    const headers = [
      ['X-Forwarded-Host', 'evil.example'],
      ['X-Forwarded-Proto', 'gopher'],
    ] as const;
    const answer = await sendWire(behindProxy, { target, headers, body: '{}' });
    expect(answer.headers['location']).toBe(`http://leadsource.test${target}`);
  });
});
