import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture, freshVisitor, publishableKey, touchesOf } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService, testSecretKey } from '../support/service.ts';
import { expectProblem, expectUnknown, freshId, promptly } from '../support/verdicts.ts';

const clock = testClock();
const url = 'https://shop.example/?utm_source=a';
let service: TestService;
let key: string;
beforeAll(async () => {
  service = await startTestService({ LEADSOURCE_CAPTURE_RATE_LIMIT: 'off' }, clock.now);
  ({ key } = await publishableKey(service));
});
afterAll(() => service[Symbol.asyncDispose]());

/** Nothing of it is kept under the visitor that it names. */
async function expectRefused(body: object, status: number, fields: readonly string[] = []): Promise<void> {
  const visitorId = freshVisitor();
  expectProblem(await capture(service, key, { visitorId, url, ...body }), status, fields);
  expect(await touchesOf(service, visitorId)).toEqual([]);
}

describe('the key of a capture', () => {
  test.each([
    ['none', null],
    ['an empty one', ''],
    ['a secret one', testSecretKey],
    ['one character off', 'X'],
    ['of the other environment', 'pk_sandbox_notARealKeyButLongEnoughForTheTests0000'],
    ['10 KB long', 'k'.repeat(10_240)],
    ['a number', 5],
    ['a Bearer of a publishable key', 'bearer'],
  ])('%s is 401', async (_words, given) => {
    const body = { visitorId: freshVisitor(), url };
    const wrong = given === 'X' ? `${key.slice(0, -1)}_` : given;
    const headers = given === 'bearer' ? { Authorization: `Bearer ${key}` } : {};
    const members = given === null || given === 'bearer' ? body : { ...body, key: wrong };
    expectProblem(await capture(service, null, members, { headers }), 401);
    expect(await touchesOf(service, body.visitorId)).toEqual([]);
  });

  test('revoked, expired or without the permission it is 401, 401 and 403', async () => {
    const soon = new Date(clock.now() + 1000).toISOString();
    const [revoked, expiring, weak] = [
      await publishableKey(service),
      await publishableKey(service, { expiresTime: soon }),
      await publishableKey(service, { acl: ['customers:read'] }),
    ];
    await service.call('DELETE', `/api-keys/${revoked.id}`);
    clock.advance(1000);
    const body = { visitorId: freshVisitor(), url };
    expectProblem(await capture(service, revoked.key, body), 401);
    expectProblem(await capture(service, expiring.key, body), 401);
    expectProblem(await capture(service, weak.key, body), 403);
    const elsewhere = await publishableKey(service, { allowedIps: ['192.0.2.1'] });
    expectProblem(await capture(service, elsewhere.key, body), 403);
    expect(await touchesOf(service, body.visitorId)).toEqual([]);
  });

  test('opens nothing else, wherever it stands', async () => {
    for (const headers of [{ 'REB-APIKEY': key }, { Authorization: key }]) {
      expectProblem(await service.call('GET', '/customers', { key: null, headers }), 401);
      const linking = { body: { visitorId: freshVisitor() }, key: null, headers };
      expectProblem(await service.call('POST', '/customers/c/visitors', linking), 401);
    }
    await expectUnknown(service, 'c');
  });
});

describe('the body of a capture', () => {
  test.each([
    ['nothing', ''],
    ['white space', '  \n'],
    ['no JSON', '{"visitorId":'],
    ['a member twice', '{"key":"a","key":"b"}'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['a byte order mark', '\u{FEFF}{}'],
    ['nesting', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ])('%s is 400', async (_words, body) => {
    expectProblem(await capture(service, null, body, { headers: { Authorization: key } }), 400);
  });

  test.each(['null', 'true', '[]', '"text"'])(
    '%s is 422 by a key in the header, 401 without',
    async (body) => {
      expectProblem(await capture(service, null, body, { headers: { Authorization: key } }), 422, ['']);
      expectProblem(await capture(service, null, body), 401);
    },
  );

  test('all wrong members are named at once', async () => {
    const body = { visitorId: 'short', url: 5, referrer: {}, occurredTime: 'today', consent: 'maybe' };
    const fields = ['visitorId', 'url', 'referrer', 'occurredTime', 'consent'];
    expectProblem(await capture(service, key, body), 422, fields);
    expectProblem(await capture(service, key, {}), 422, ['visitorId', 'url']);
  });

  test.each([
    '1234567',
    'x'.repeat(65),
    'visitor 1',
    'visitor\n1',
    'visitör-1',
    '../visitor',
    ':visitor1',
    '________\u0000',
  ])('the visitor id %j is 422', async (visitorId) => {
    expectProblem(await capture(service, key, { visitorId, url }), 422, ['visitorId']);
  });

  test.each(['________', '-'.repeat(64), '__proto__', 'constructor'])(
    'the visitor id %j is one',
    async (id) => {
      expect((await capture(service, key, { visitorId: id, url })).status).toBe(202);
      expect(await touchesOf(service, id)).toMatchObject([{ source: 'a' }]);
    },
  );

  test.each([
    ['2024-02-30T00:00:00Z'],
    ['2026-01-01T00:00:00'],
    ['+275760-09-13T00:00:00Z'],
    [1_700_000_000],
  ])('the moment %j is 422', async (occurredTime) => {
    await expectRefused({ occurredTime }, 422, ['occurredTime']);
  });

  test.each([
    ['javascript:alert(1)', null],
    ['no url at all', 'neither'],
    [`https://shop.example/?utm_source=${'é'.repeat(600)}`, 'https://%zz/'],
    ['https://user:secret@shop.example/?token=secret&utm_source=\u0000a', 'https://user:secret@a.example/'],
    ['https://shop.example/?utm_source=\ud800', '\udfff'],
    ["https://shop.example/?utm_source=';DROP TABLE touches;--", '<script>'],
  ])('whatever the page says is taken, and no secret is kept: %j', async (page, referrer) => {
    const visitorId = freshVisitor();
    const body = { visitorId, url: page, referrer };
    expect((await capture(service, key, JSON.stringify({ key, ...body }))).status).toBe(202);
    const touches = await touchesOf(service, visitorId);
    expect(touches).toHaveLength(1);
    expect(JSON.stringify(touches)).not.toContain('secret');
  });

  test('members that nobody asked for are ignored', async () => {
    const body =
      '{"__proto__":{"recorded":1},"constructor":1,"hit":{},"origin":"api","actor":"me","customerId":"c"';
    const visitorId = freshVisitor();
    const text = `${body},"key":"${key}","visitorId":"${visitorId}","url":"${url}"}`;
    expect((await capture(service, null, text)).body).toEqual({ recorded: true, visitorId });
    expect(await touchesOf(service, visitorId)).toMatchObject([{ origin: 'capture' }]);
    await expectUnknown(service, 'c');
  });
});

describe('the transport of a capture', () => {
  test.each(['application/json', 'text/plain', 'Text/Plain; Charset="UTF-8"'])('%s is read', async (type) => {
    const body = { visitorId: freshVisitor(), url };
    const answer = await capture(service, key, body, { headers: { 'Content-Type': type } });
    expect(answer.status).toBe(202);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; charset=latin1',
    'text/html',
    'application/x-ndjson',
  ])('%s is 415', async (type) => {
    const body = { visitorId: freshVisitor(), url };
    expectProblem(await capture(service, key, body, { headers: { 'Content-Type': type } }), 415);
  });

  test('16 KiB are read, one byte more is 413, and plain text is for captures alone', async () => {
    const [visitorId, other] = [freshVisitor(), freshVisitor()];
    const sized = (id: string, bytes: number) => {
      const text = JSON.stringify({ key, visitorId: id, url, more: '' });
      return text.replace('"more":""', `"more":"${'x'.repeat(bytes - text.length)}"`);
    };
    expect((await capture(service, null, sized(visitorId, 16_384))).status).toBe(202);
    expectProblem(await capture(service, null, sized(other, 16_385)), 413);
    expect(await touchesOf(service, other)).toEqual([]);
    const headers = { 'Content-Type': 'text/plain' };
    expectProblem(await service.call('PUT', '/customers/c/lead-source', { body: '{}', headers }), 415);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s is 405', async (method) => {
    const { status, headers } = await service.call(method, '/capture', { key: null });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('POST, OPTIONS');
  });

  test.each(['', 'null', 'https://a.example, https://b.example', 'x'.repeat(2000), 'https://ä.example'])(
    'an Origin of %j is refused or passed over, never echoed wrongly',
    async (origin) => {
      const body = { visitorId: freshVisitor(), url };
      const headers = { Origin: Buffer.from(origin).toString('latin1') };
      const answer = await capture(service, key, body, { headers });
      expect(answer.status).toBe(202);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin === 'null' ? 'null' : null);
    },
  );
});

describe('links of visitors', () => {
  const linking = (id: string, body: unknown) =>
    promptly(service, 'POST', `/customers/${id}/visitors`, { body });

  test.each([
    [{}, ['visitorId']],
    [{ visitorId: 'short' }, ['visitorId']],
    [{ visitorId: 5, linkedTime: 5 }, ['visitorId', 'linkedTime']],
    [{ visitorId: 'visitor_x', linkedTime: '2024-02-30T00:00:00Z' }, ['linkedTime']],
    [{ visitorId: 'visitor_x', linkedTime: '2999-01-01T00:00:00Z' }, ['linkedTime']],
    [[], ['']],
    [null, ['']],
  ])('%j is 422, and no customer comes into being', async (body, fields) => {
    const id = freshId();
    expectProblem(await linking(id, body), 422, fields);
    await expectUnknown(service, id);
  });

  test('bad ids of customers are 422 where one would be made, 404 where one is looked for', async () => {
    const bad = 'a%20b';
    expectProblem(await linking(bad, { visitorId: 'visitor_x' }), 422, ['id']);
    expectProblem(await service.call('GET', `/customers/${bad}/visitors`), 404);
    for (const id of ['short', 'a%2Fbcdefgh', '%3Avisitor']) {
      expectProblem(await service.call('DELETE', `/visitors/${id}`), 404);
    }
  });

  test('by who may not write lead sources they are 403', async () => {
    const made = await service.call('POST', '/api-keys', {
      body: { type: 'secret', acl: ['lead-sources:read', 'customers:write'] },
    });
    const { secretKey } = made.body as { secretKey: string };
    const id = freshId();
    const body = { visitorId: freshVisitor() };
    expectProblem(await service.call('POST', `/customers/${id}/visitors`, { body, key: secretKey }), 403);
    expectProblem(await service.call('DELETE', '/visitors/visitor_x', { key: secretKey }), 403);
    await expectUnknown(service, id);
  });
});
