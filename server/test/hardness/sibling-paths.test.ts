import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem } from '../support/verdicts.ts';
import { sendWire, type WireAnswer, type WireRequest } from '../support/wire.ts';

let service: TestService;
let keyId = '';
beforeAll(async () => {
  service = await startTestService();
  const made = await service.call('POST', '/api-keys', { body: { type: 'secret', description: 'kept' } });
  keyId = (made.body as { id: string }).id;
  for (const id of ['a', 'b']) {
    await service.call('PUT', `/customers/${id}`, { body: { leadSource: { source: id } } });
  }
});
afterAll(() => service[Symbol.asyncDispose]());

async function state(): Promise<unknown> {
  const customers = await service.call('GET', '/customers?expand=leadSource&sort=id');
  const key = await service.call('GET', `/api-keys/${keyId}`);
  return [customers.body, key.body];
}

/** A request that is refused as said, and changes nothing. */
async function expectRefused(request: WireRequest, status: number, fields: readonly string[] = []) {
  const before = await state();
  const answer: WireAnswer = await sendWire(service, request);
  expectProblem({ status: answer.status, body: answer.json }, status, fields);
  expect(await state()).toEqual(before);
}

const unknownSegments = [
  ...[
    '.',
    '..',
    '%2e%2e',
    'a%2Fb',
    'x%5Cb',
    '%00',
    'x%00',
    '%0a',
    'x%0d%0aX:%20y',
    '%20',
    '+',
    "'%20OR%201=1--",
  ],
  ...['_', '*', '%C3%A9', '%EF%BD%81', '%E2%84%AA', '__proto__', 'constructor', 'toString', 'null'],
  ...['undefined', '0', '-1', 'NaN', 'x'.repeat(51), 'x'.repeat(4000)],
];

describe('a segment that names nothing is 404 to whoever reads or deletes', () => {
  test.each(unknownSegments)('%s', async (segment) => {
    for (const [method, target] of [
      ['GET', `/customers/${segment}`],
      ['GET', `/customers/${segment}/lead-source`],
      ['GET', `/customers/${segment}/lead-sources`],
      ['DELETE', `/customers/${segment}/lead-source`],
      ['DELETE', `/customers/${segment}?targetCustomerId=a`],
      ['DELETE', `/customers/a?targetCustomerId=${segment}`],
      ['GET', `/api-keys/${segment}`],
      ['DELETE', `/api-keys/${segment}`],
    ] as const) {
      await expectRefused({ method, target }, 404);
    }
    await expectRefused({ target: `/api-keys/${segment}`, body: '{"description":"changed"}' }, 404);
  });
});

describe('a segment that cannot be understood is 400 everywhere', () => {
  test.each(['%', '%ZZ', '%C0%AE', '%ED%A0%80', '%FF'])('%s', async (segment) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const sent = method === 'PUT' ? { body: '{}' } : {};
      await expectRefused({ method, target: `/customers/${segment}`, ...sent }, 400);
      await expectRefused({ method, target: `/api-keys/${segment}`, ...sent }, 400);
    }
  });
});

describe('a merge', () => {
  test.each(['', '?', '?targetCustomerId=', '?targetCustomerId', '?targetcustomerid=b'])(
    'without a target (%s) is invalid',
    async (query) =>
      expectRefused({ method: 'DELETE', target: `/customers/a${query}` }, 422, ['targetCustomerId']),
  );

  test('into several targets is invalid', async () => {
    const target = '/customers/a?targetCustomerId=b&targetCustomerId=b';
    await expectRefused({ method: 'DELETE', target }, 422, ['targetCustomerId']);
  });

  test('into oneself is invalid', async () => {
    const target = '/customers/a?targetCustomerId=a';
    await expectRefused({ method: 'DELETE', target }, 422, ['targetCustomerId']);
  });

  test('reads its target from the query alone', async () => {
    const request = { method: 'DELETE', target: '/customers/a', body: '{"targetCustomerId":"b"}' };
    await expectRefused(request, 422, ['targetCustomerId']);
  });
});

describe('doubled, missing and added slashes, and other cases, are no route', () => {
  test.each([
    ['PUT', '/customers/'],
    ['PUT', '/customers/a/'],
    ['PUT', '//customers/a'],
    ['PUT', '/customers//a'],
    ['PUT', '/CUSTOMERS/a'],
    ['PUT', '/customers/a;x=1/lead-source/'],
    ['GET', '/customers/a/Lead-Sources'],
    ['POST', '/customers//'],
    ['POST', '//customers'],
    ['POST', '/api-keys//'],
    ['POST', '/API-KEYS'],
    ['POST', '/tokens//'],
    ['POST', '/Tokens'],
    ['POST', '/tokens;x=1'],
    ['GET', '/organizations//customers'],
    ['GET', '/organizations/customers'],
    ['GET', '/organizations/org_test'],
    ['GET', '/organizations/org_test/organizations/org_test/customers'],
  ])('%s %s', async (method, target) => {
    await expectRefused({ method, target, ...(method !== 'GET' && { body: '{"type":"secret"}' }) }, 404);
  });
});

test('a POST works with a slash at the end of its collection, under both roots', async () => {
  for (const root of ['', `/organizations/${service.organizationId}`]) {
    for (const target of ['/customers/', '/api-keys/', '/tokens/']) {
      const answer = await sendWire(service, {
        method: 'POST',
        target: root + target,
        body: '{"type":"secret"}',
      });
      expect(answer.status).toBe(201);
    }
  }
});
