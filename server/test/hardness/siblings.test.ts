import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService, testSecretKey } from '../support/service.ts';
import { expectProblem, expectUnknown, promptly } from '../support/verdicts.ts';
import { sendWire } from '../support/wire.ts';

let service: TestService;
let keyId = '';
beforeAll(async () => {
  service = await startTestService();
  const made = await service.call('POST', '/api-keys', { body: { type: 'secret', description: 'kept' } });
  keyId = (made.body as { id: string }).id;
});
afterAll(() => service[Symbol.asyncDispose]());

/** Routes that take a body, each with a member of text and a body that would be accepted. */
const routes = [
  { method: 'PUT', path: '/customers/nobody/lead-source', text: 'source', good: {} },
  { method: 'PUT', path: '/customers/nobody', text: 'websiteId', good: {} },
  { method: 'POST', path: '/customers', text: 'websiteId', good: { id: 'nobody' } },
  { method: 'POST', path: '/customers/', text: 'websiteId', good: { id: 'nobody' } },
  { method: 'POST', path: '/api-keys', text: 'description', good: { type: 'secret' } },
  { method: 'PUT', path: '/api-keys/:keyId', text: 'description', good: {} },
  { method: 'POST', path: '/tokens', text: 'subject', good: {} },
] as const;
type Route = (typeof routes)[number];

/** A body that would be accepted, with one more member written as it stands. */
function withMember({ good }: Route, name: string, value: string): string {
  const members = Object.entries(good).map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
  return `{${[...members, `${JSON.stringify(name)}:${value}`].join(',')}}`;
}

async function expectRefused(
  { method, path }: Route,
  body: string | Uint8Array,
  status: number,
  fields: readonly string[] = [],
): Promise<void> {
  const keysBefore = (await service.call('GET', '/api-keys')).body;
  const answer = await promptly(service, method, path.replace(':keyId', keyId), { body });
  expectProblem(answer, status, fields);
  await expectUnknown(service, 'nobody');
  // The key in use may have noted its use in the meantime.
  const seen = (keys: unknown) =>
    (keys as readonly Record<string, unknown>[]).map((key) => ({ ...key, lastUsedTime: null }));
  expect(seen((await service.call('GET', '/api-keys')).body)).toEqual(seen(keysBefore));
}

describe.each(routes)('$method $path', (route) => {
  test.each([
    ['an empty body', ''],
    ['white space', ' \n'],
    ['cut off', '{"a":'],
    ['two values', '{}{}'],
    ['NDJSON', '{}\n{}\n'],
    ['a byte order mark', '\ufeff{}'],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')],
    ['NaN', '{"a":NaN}'],
    ['a trailing comma', '{"a":1,}'],
    ['33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
    ['a raw control character', '{"a":"\u0007"}'],
    ['an unknown member named twice', '{"unknown":1,"unknown":1}'],
    ['a member named twice by an escape', `{"${route.text}":"a","\\u00${hexOf(route.text)}":"b"}`],
  ])('does not understand %s', async (_, body) => expectRefused(route, body, 400));

  test.each(['null', 'true', '1', '"x"', '[]', '[{}]'])('takes no %s for an object', async (body) =>
    expectRefused(route, body, 422, ['']),
  );

  test.each(['1', 'true', '{}', '["a"]', '1e400'])('does not make a text of %s', async (value) =>
    expectRefused(route, withMember(route, route.text, value), 422, [route.text]),
  );

  test.each(['"a\\u0000"', '"\\ud800"', '"\\udc00\\ud800"'])('keeps no text like %s', async (value) =>
    expectRefused(route, withMember(route, route.text, value), 422, [route.text]),
  );

  test('takes no text over its limit', async () => {
    const limit = route.text === 'websiteId' ? 50 : route.text === 'source' ? 512 : 255;
    await expectRefused(route, withMember(route, route.text, `"${'😀'.repeat(limit + 1)}"`), 422, [
      route.text,
    ]);
  });

  test('takes no other type, coding or size', async () => {
    const target = route.path.replace(':keyId', keyId);
    const { method } = route;
    const body = JSON.stringify(route.good);
    for (const header of [
      ['Content-Type', 'text/plain'],
      ['Content-Type', ''],
      ['Content-Encoding', 'gzip'],
    ] as const) {
      expect((await sendWire(service, { method, target, body, headers: [header] })).status).toBe(415);
    }
    const twice = ['Content-Type', 'application/json'] as const;
    expect((await sendWire(service, { method, target, body, headers: [twice, twice] })).status).toBe(400);
    expect((await sendWire(service, { method, target, body: body.padEnd(65_537) })).status).toBe(413);
    await expectUnknown(service, 'nobody');
  });

  test('asks who calls before it reads', async () => {
    const target = route.path.replace(':keyId', keyId);
    for (const key of [null, '', `${testSecretKey}0`]) {
      const answer = await sendWire(service, { method: route.method, target, body: '{"a":', key });
      expectProblem({ status: answer.status, body: answer.json }, 401);
    }
  });

  test('passes over names that every object has, and changes no prototype', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'valueOf'];
    const poison = `{${names.map((name) => `"${name}":{"polluted":true}`).join(',')},"${route.text}":1}`;
    await expectRefused(route, poison.replace(/}$/, ''), 400);
    const fields = 'type' in route.good ? ['type', route.text] : [route.text];
    await expectRefused(route, poison, 422, fields);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

/** The first letter of a name as the digits of an escape, followed by its rest. */
function hexOf(name: string): string {
  return name.charCodeAt(0).toString(16) + name.slice(1);
}

describe('several faults', () => {
  test.each([
    [
      routes[1],
      '{"websiteId":1,"customFields":[1],"leadSource":{"referrer":"x","source":2,"medium":"\\u0000"}}',
      ['websiteId', 'customFields', 'leadSource.referrer', 'leadSource.source', 'leadSource.medium'],
    ],
    [
      routes[2],
      '{"id":"a b","websiteId":{},"leadSource":{"path":[]},"customFields":1}',
      ['id', 'websiteId', 'leadSource.path', 'customFields'],
    ],
    [routes[2], '{"id":5,"leadSource":"x"}', ['id', 'leadSource']],
    [
      routes[4],
      '{"type":"master","description":1,"acl":["*","root",1],"allowedIps":["1.2.3.4/33","x"],"expiresTime":"soon"}',
      ['type', 'description', 'acl.1', 'acl.2', 'allowedIps.0', 'allowedIps.1', 'expiresTime'],
    ],
    [
      routes[4],
      '{"acl":"*","allowedOrigins":["example.com","https://a/b"],"allowedIps":{}}',
      ['type', 'acl', 'allowedOrigins.0', 'allowedOrigins.1', 'allowedIps'],
    ],
    [
      routes[6],
      '{"subject":1,"permissions":["nothing"],"lifetimeSeconds":"60"}',
      ['subject', 'permissions.0', 'lifetimeSeconds'],
    ],
    [routes[6], '{"permissions":{},"lifetimeSeconds":59}', ['permissions', 'lifetimeSeconds']],
    [routes[6], '{"lifetimeSeconds":1e400}', ['lifetimeSeconds']],
  ] as const)('of $method $path are named at once, each by its place', async (route, body, fields) =>
    expectRefused(route, body, 422, fields),
  );
});

describe('the id of a new customer', () => {
  test.each(['.', '..', 'a/b', 'a b', ' a', 'é', 'x'.repeat(51), 'a\n', 'a\u0000', '%40', 'a+b', '\ud800'])(
    '%j is invalid',
    async (id) => {
      const before = (await service.call('GET', '/customers')).body;
      expectProblem(await service.call('POST', '/customers', { body: { id } }), 422, ['id']);
      expect((await service.call('GET', '/customers')).body).toEqual(before);
    },
  );

  test('that is taken is a conflict, and nothing of the new one is kept', async () => {
    const body = { id: 'taken', websiteId: 'first', leadSource: { source: 'first' } };
    expect((await service.call('POST', '/customers', { body })).status).toBe(201);
    const before = await service.call('GET', '/customers/taken?expand=leadSource');
    const second = { id: 'taken', websiteId: 'second', leadSource: { source: 'second' } };
    expectProblem(await service.call('POST', '/customers', { body: second }), 409);
    expect((await service.call('GET', '/customers/taken?expand=leadSource')).body).toEqual(before.body);
  });
});
