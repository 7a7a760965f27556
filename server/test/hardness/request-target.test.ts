import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, expectUnknown, freshId } from '../support/verdicts.ts';
import { sendWire, type WireRequest } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const body = '{"source":"a"}';

describe('the query', () => {
  test.each([
    '?x=1',
    '?',
    '?x=1&x=2',
    '?x[]=1&x[y]=2',
    '?_method=DELETE',
    '?method=GET&_method=PATCH',
    '?__proto__[polluted]=1&constructor.prototype.polluted=1',
    '?__proto__=1&toString=2',
    '?organizationId=org_other&id=other',
    '?&&&===',
    '?a#b'.replace('#', '%23'),
  ])('%s of a PUT is ignored', async (query) => {
    const id = freshId();
    const target = `/customers/${id}/lead-source${query}`;
    expect((await sendWire(service, { target, body })).status).toBe(201);
    const read = await sendWire(service, { method: 'GET', target });
    expect(read.status).toBe(200);
    expect(read.json).toMatchObject({ source: 'a' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test.each(['?%zz=%', '?%00=%FF'])('%s of a PUT is ignored, of a GET malformed', async (query) => {
    const target = `/customers/${freshId()}/lead-source${query}`;
    expect((await sendWire(service, { target, body })).status).toBe(201);
    expect((await sendWire(service, { method: 'GET', target })).status).toBe(400);
  });

  test('is not part of what a problem calls its instance', async () => {
    const target = '/customers/nobody/lead-source?secret=sk_live_x';
    const { json } = await sendWire(service, { method: 'GET', target });
    expect(json).toMatchObject({ instance: '/customers/nobody/lead-source' });
  });
});

describe('headers that claim another method or address', () => {
  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    '%s is ignored',
    async (name) => {
      const id = freshId();
      const target = `/customers/${id}/lead-source`;
      expect((await sendWire(service, { target, body, headers: [[name, 'DELETE']] })).status).toBe(201);
      const read = await sendWire(service, { method: 'GET', target, headers: [[name, 'DELETE']] });
      expect(read.json).toMatchObject({ source: 'a' });
      const posted = await sendWire(service, { method: 'POST', target, body, headers: [[name, 'PUT']] });
      expect(posted.status).toBe(405);
    },
  );

  test.each([
    ['X-Original-URL', '/customers/other/lead-source'],
    ['X-Rewrite-URL', '/customers/other/lead-source'],
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Port', '444'],
    ['X-Forwarded-Prefix', '/evil'],
    ['X-Forwarded-Path', '/customers/other/lead-source'],
    ['Forwarded', 'for=192.0.2.1;host=evil.example;proto=https'],
    ['X-Forwarded-For', '192.0.2.1'],
    ['X-Host', 'evil.example'],
  ])('%s is ignored', async (name, value) => {
    const id = freshId();
    const target = `/customers/${id}/lead-source`;
    const written = await sendWire(service, { target, body, headers: [[name, value]] });
    expect(written.status).toBe(201);
    expect(written.headers['location']).toBe(`http://leadsource.test${target}`);
    expect(JSON.stringify(written.json)).not.toContain('evil');
    await expectUnknown(service, 'other');
  });

  test('links never come from the Host header', async () => {
    const target = `/customers/${freshId()}/lead-source`;
    const written = await sendWire(service, { target, body, host: 'evil.example' });
    expect(written.headers['location']).toBe(`http://leadsource.test${target}`);
    expect(JSON.stringify(written.json)).not.toContain('evil');
  });
});

describe('an organization in the path', () => {
  test('that is the own one is like none, and links keep it', async () => {
    const id = freshId();
    const root = `/organizations/${service.organizationId}`;
    const written = await sendWire(service, { target: `${root}/customers/${id}/lead-source`, body });
    expect(written.headers['location']).toBe(`http://leadsource.test${root}/customers/${id}/lead-source`);
    const read = await service.call('GET', `/customers/${id}/lead-source`);
    expect(read.body).toMatchObject({ source: 'a' });
  });

  const strangers = [
    'org_other',
    'ORG_TEST',
    'org_test%20',
    'org_test%00',
    'org_tes',
    '__proto__',
    'null',
    '*',
    '..',
    '%2e%2e',
    "org_test'--",
  ];

  test.each(strangers)('that is not the own one (%s) is 404, like an unknown one', async (organization) => {
    const id = freshId();
    const asked: readonly WireRequest[] = [
      { target: `/customers/${id}/lead-source`, body },
      { target: `/customers/${id}`, body },
      { method: 'POST', target: '/customers', body: JSON.stringify({ id }) },
      { method: 'GET', target: `/customers/${id}/lead-source` },
      { method: 'DELETE', target: `/customers/${id}/lead-source` },
      { method: 'GET', target: '/customers' },
    ];
    const expected = await sendWire(service, {
      method: 'GET',
      target: '/organizations/org_unknown/customers',
    });
    for (const request of asked) {
      const target = `/organizations/${organization}${request.target}`;
      const { status, json } = await sendWire(service, { ...request, target });
      expectProblem({ status, body: json }, 404);
      expect({ ...(json as object), instance: '' }).toEqual({ ...(expected.json as object), instance: '' });
    }
    await expectUnknown(service, id);
  });
});
