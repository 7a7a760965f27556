import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, expectUnknown } from '../support/verdicts.ts';
import { sendBytes, sendWire, type WireAnswer, wireBytes } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

function put(target: string, source = 'a'): Promise<WireAnswer> {
  return sendWire(service, { target, body: JSON.stringify({ source }) });
}

async function knownIds(): Promise<readonly string[]> {
  const { body } = await service.call('GET', '/customers?limit=1000&sort=id');
  return (body as readonly { id: string }[]).map(({ id }) => id);
}

/** A request that is refused as said, under the short root and the organization's, and leaves no customer behind. */
async function expectNoWrite(target: string, status: number): Promise<void> {
  const before = await knownIds();
  for (const root of ['', `/organizations/${service.organizationId}`]) {
    const answer = await put(root + target);
    expectProblem({ status: answer.status, body: answer.json }, status, status === 422 ? ['id'] : []);
  }
  expect(await knownIds()).toEqual(before);
}

const ids = [
  ...['a', 'A', 'abc', 'ABC', 'Abc', 'x'.repeat(50), '@', '~', '-', '_', '.a', 'a.', '...', 'a..b', 'a.b'],
  ...['a@b~c-d_e.f', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'null'],
  ...['undefined', 'true', '0', '-0', '-1', '00', '1e3', 'NaN', 'Infinity', 'lead-source', 'customers'],
];

describe('ids', () => {
  test('of every allowed kind are accepted, and all are different customers', async () => {
    for (const id of ids) {
      const answer = await put(`/customers/${id}/lead-source`, `of ${id}`);
      expect(answer.status).toBe(201);
      expect(answer.headers['location']).toBe(`http://leadsource.test/customers/${id}/lead-source`);
    }
    for (const id of ids) {
      const read = await sendWire(service, { method: 'GET', target: `/customers/${id}/lead-source` });
      expect(read.json).toMatchObject({ source: `of ${id}`, original: { source: `of ${id}` } });
    }
    const known = await knownIds();
    expect(known).toHaveLength(ids.length);
    expect(new Set(known)).toEqual(new Set(ids));
  });

  test('of 51 characters are invalid in a PUT, and unknown to GET and DELETE', async () => {
    const id = 'x'.repeat(51);
    await expectNoWrite(`/customers/${id}/lead-source`, 422);
    await expectNoWrite(`/customers/${id}`, 422);
    await expectUnknown(service, id);
    expect((await service.call('DELETE', `/customers/${id}/lead-source`)).status).toBe(404);
    expect((await service.call('DELETE', `/customers/${id}?targetCustomerId=a`)).status).toBe(404);
  });

  test('of 10 KB make a target that is too long', async () => {
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const answer = await sendWire(service, {
        method,
        target: `/customers/${'x'.repeat(10_000)}/lead-source`,
        ...(method === 'PUT' && { body: '{}' }),
      });
      expectProblem({ status: answer.status, body: answer.json }, 414);
    }
  });
});

describe('ids that would lead elsewhere reach no other route', () => {
  test.each([
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '%2e.',
    'a%2Fb',
    'a%2fb',
    '%2F',
    'a\\b',
    'a%5Cb',
    '..%2Fb',
    'b%2F..%2Fa',
    'b%2Flead-source',
  ])('%s is invalid', async (segment) => {
    await put('/customers/b/lead-source', 'mine');
    await expectNoWrite(`/customers/${segment}/lead-source`, 422);
    await expectNoWrite(`/customers/${segment}`, 422);
    const read = await sendWire(service, { method: 'GET', target: `/customers/${segment}` });
    expect(read.status).toBe(404);
    const removed = await sendWire(service, {
      method: 'DELETE',
      target: `/customers/${segment}/lead-source`,
    });
    expect(removed.status).toBe(404);
  });

  test.each([
    '/customers/a/b/lead-source',
    '/customers//lead-source',
    '/customers/x/../b/lead-source',
    '/customers/x/%2e%2e/b/lead-source',
    '/customers/b/./lead-source',
    '/customers/',
    '/customers%2Fb/lead-source',
    '/x/../customers/b/lead-source',
    '//customers/b/lead-source',
    '/customers//b/lead-source',
    '/customers/b//lead-source',
    '/customers/b/lead-source/',
    '/customers/b/lead-source//',
    '/Customers/b/lead-source',
    '/CUSTOMERS/b/lead-source',
    '/customers/b/Lead-Source',
    '/customers/b/lead-source;x=1',
    '/customers;x=1/b/lead-source',
    '/customers/b/lead_source',
    '/customers/b/lead-source.json',
    '/customers/b/lead-source%20',
    '/customers/b/lead-source%00',
    '/api/customers/b/lead-source',
    '/.',
    '/..',
  ])('%s is no route', async (target) => {
    await expectNoWrite(target, 404);
  });

  test('a PUT with path parameters in the id is invalid', async () => {
    await expectNoWrite('/customers/b;x=1/lead-source', 422);
    await expectNoWrite('/customers/b,c/lead-source', 422);
  });
});

describe('percent signs', () => {
  test('are undone once: %40 is @ and %61 is a', async () => {
    await put('/customers/one@a/lead-source', 'first');
    await put('/customers/one%40%61/lead-source', 'second');
    const third = { target: '/customers/%6fne@a/%6cead-source', body: '{"source":"third"}' };
    expect((await sendBytes(service, wireBytes(third))).status).toBe(201);
    const read = await sendWire(service, { method: 'GET', target: '/customers/one@a/lead-source' });
    expect(read.json).toMatchObject({ source: 'third', original: { source: 'first' } });
    const touches = await service.call('GET', '/customers/one@a/lead-sources');
    expect(touches.body).toHaveLength(3);
  });

  test.each(['%2540', '%252e', '%25', 'a%2541', '%2561', '%2%35'])(
    '%s is not undone twice',
    async (segment) => {
      if (segment === '%2%35') return expectNoWrite(`/customers/${segment}/lead-source`, 400);
      return expectNoWrite(`/customers/${segment}/lead-source`, 422);
    },
  );

  test.each([
    ...[
      '%00',
      'a%00',
      '%0a',
      'a%0a',
      'a%0d%0a',
      '%0d%0aX:%20y',
      'a%20',
      '%20',
      '%09',
      '+',
      'a+b',
      '%2B',
      '%7f',
    ],
    ...[
      '*',
      '!',
      "'",
      '(a)',
      '$',
      '&',
      '=',
      ',',
      ':',
      '%22',
      '%3Cscript%3E',
      '%23',
      '%3F',
      '%26',
      '[a]',
      '{a}',
      '|',
    ],
  ])('%s is no character of an id', async (segment) =>
    expectNoWrite(`/customers/${segment}/lead-source`, 422),
  );

  test.each([
    ...['%', 'a%', '%a', '%Z', '%ZZ', '%u0061', '%C0%AE', '%c0%ae%c0%ae', '%ED%A0%80', '%FF', '%E9', '%80'],
    ...['%F4%90%80%80', '%e0%80%af', '%f0%9f%98'],
  ])('%s cannot be understood', async (segment) => {
    await expectNoWrite(`/customers/${segment}/lead-source`, 400);
  });
});

describe('letters beyond ASCII are in no id, however they look', () => {
  test.each([
    ['é', 'é'],
    ['decomposed é', 'e\u0301'],
    ['full-width letters', 'ａｂｃ'],
    ['the Kelvin sign', '\u212a'],
    ['a long s', 'ſ'],
    ['a Cyrillic а', '\u0430'],
    ['an Arabic digit', '٣'],
    ['an emoji', '😀'],
    ['a zero-width space', 'a\u200b'],
  ])('%s', async (_, text) => {
    await expectNoWrite(`/customers/${encodeURIComponent(text)}/lead-source`, 422);
    // Unescaped, they are no request target at all (RFC 3986, section 2).
    await expectNoWrite(`/customers/${Buffer.from(text).toString('latin1')}/lead-source`, 400);
  });
});
