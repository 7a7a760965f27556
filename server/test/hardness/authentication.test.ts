import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openStore } from '../../src/open-store.ts';
import { hashSecret } from '../../src/operations/api-key.ts';
import { createAuthentication } from '../../src/operations/authentication.ts';
import { createOrganizationOperations } from '../../src/operations/organization.ts';
import type { Store } from '../../src/storage/store.ts';
import { startTestService, type TestService, testSecretKey } from '../support/service.ts';
import { expectFacts, expectProblem, expectUnknown, freshId } from '../support/verdicts.ts';
import { sendBytes, sendWire, type WireAnswer, wireBytes } from '../support/wire.ts';

type Header = readonly [name: string, value: string];

let now = Date.UTC(2026, 10, 23);
let service: TestService;
let token = '';
beforeAll(async () => {
  service = await startTestService({}, () => now);
  const permissions = ['lead-sources:read', 'lead-sources:write'];
  const { body } = await service.call('POST', '/tokens', { body: { permissions } });
  token = (body as { token: string }).token;
});
afterAll(() => service[Symbol.asyncDispose]());

const body = '{"source":"a"}';
const target = '/customers/nobody/lead-source';

function put(headers: readonly Header[], more: { target?: string; body?: string } = {}): Promise<WireAnswer> {
  return sendWire(service, { target, body, key: null, headers, ...more });
}

/** The whole answer of somebody unknown, but for what differs from one request to the next. */
function comparable({ status, headers, json }: WireAnswer): unknown {
  const { date: _, 'x-request-id': __, ...same } = headers;
  return { status, headers: same, json };
}

/** Is answered in the one way in which every bad credential is. */
async function expectStranger(answer: Promise<WireAnswer>): Promise<void> {
  const none = await sendWire(service, { target, body, key: null });
  expect(none.status).toBe(401);
  expect(none.headers['www-authenticate']).toBe('Bearer');
  expect(comparable(await answer)).toEqual(comparable(none));
  await expectUnknown(service, 'nobody');
}

async function expectKnown(headers: readonly Header[]): Promise<void> {
  const known = `/customers/${freshId()}/lead-source`;
  expect((await put(headers, { target: known })).status).toBe(201);
  expectFacts((await service.call('GET', known)).body, { source: 'a' });
}

/** A key made by the service. */
async function makeKey(settings: Readonly<Record<string, unknown>>): Promise<{ id: string; secret: string }> {
  const made = await service.call('POST', '/api-keys', { body: { type: 'secret', ...settings } });
  expect(made.status).toBe(201);
  const { id, secretKey, publishableKey } = made.body as Record<string, string>;
  return { id: id ?? '', secret: secretKey ?? publishableKey ?? '' };
}

describe('a key that is none is refused with one answer', () => {
  test.each([
    ['empty', ''],
    ['10 KB long', 'k'.repeat(10 * 1024)],
    ['with one character off', testSecretKey.replace(/.$/, '1')],
    ['with another first character', testSecretKey.replace(/^s/, 'S')],
    ['in upper case', testSecretKey.toUpperCase()],
    ['cut short', testSecretKey.slice(0, -1)],
    ['with more', `${testSecretKey}0`],
    ['twice in one header', `${testSecretKey}, ${testSecretKey}`],
    ['in quotes', `"${testSecretKey}"`],
    ['with a space inside', testSecretKey.replace('_', ' ')],
    ['with a control character', `${testSecretKey}\u0080`],
    ['beyond ASCII', `${testSecretKey}é`],
    ['percent-encoded', testSecretKey.replaceAll('_', '%5F')],
    ['as Bearer', `Bearer ${testSecretKey}`],
    ['a member every object has', '__proto__'],
    ['SQL', "' OR '1'='1"],
  ])('%s', async (_, key) => expectStranger(put([['REB-APIKEY', key]])));

  test('none', async () => expectStranger(put([])));

  test('with a bad checksum', async () => {
    const { secret } = await makeKey({});
    const last = secret.endsWith('A') ? 'B' : 'A';
    await expectStranger(put([['REB-APIKEY', secret.slice(0, -1) + last]]));
    await expectStranger(put([['REB-APIKEY', `${secret.slice(0, -8)}00${secret.slice(-6)}`]]));
  });

  test('a publishable one', async () => {
    const { secret } = await makeKey({ type: 'publishable' });
    expect(secret).toMatch(/^pk_live_/);
    await expectStranger(put([['REB-APIKEY', secret]]));
  });

  test('a revoked one', async () => {
    const { id, secret } = await makeKey({});
    await expectKnown([['REB-APIKEY', secret]]);
    await service.call('DELETE', `/api-keys/${id}`);
    // How long another process may go on believing it.
    now += 1000;
    await expectStranger(put([['REB-APIKEY', secret]]));
  });

  test('an expired one, from the very millisecond', async () => {
    const expires = now + 60_000;
    const { secret } = await makeKey({ expiresTime: new Date(expires).toISOString() });
    now = expires - 1;
    await expectKnown([['REB-APIKEY', secret]]);
    now = expires;
    await expectStranger(put([['REB-APIKEY', secret]]));
  });
});

function storeBeside({ databaseUrl }: TestService): Promise<Store> {
  return openStore(readConfig({ DATABASE_URL: databaseUrl }), 'command', () => {});
}

test('a key of the other environment is refused with that answer', async () => {
  await using other = await startTestService({}, () => now);
  const made = await other.call('POST', '/api-keys', { body: { type: 'secret' } });
  const key = (made.body as { secretKey: string }).secretKey;
  const request = { target, body, key };
  expect((await sendWire(other, request)).status).toBe(201);
  await using store = await storeBeside(other);
  const context = { store, now: () => now, random: (count: number) => randomBytes(count) };
  await createOrganizationOperations(context).update(other.organizationId, { environment: 'sandbox' });
  now += 1000;
  const unknown = await sendWire(other, { ...request, key: null });
  expect(comparable(await sendWire(other, request))).toEqual(comparable(unknown));
});

/** What a storage is asked for a credential: how often, and with what. */
async function lookUpsOf(secret: string): Promise<readonly Uint8Array[]> {
  await using store = await storeBeside(service);
  const asked: Uint8Array[] = [];
  const read: Store['read'] = {
    ...store.read,
    apiKeyBySecret(secretHash) {
      asked.push(secretHash);
      return store.read.apiKeyBySecret(secretHash);
    },
  };
  const watched = new Proxy(store, {
    get: (target, name) => (name === 'read' ? read : Reflect.get(target, name, target)),
  });
  const random = (count: number) => randomBytes(count);
  const authentication = createAuthentication({ store: watched, now: () => now, random });
  expect(await authentication.byKey(secret, 'secret')).toBeNull();
  return asked;
}

test('every key that is none costs one look-up of its hash, so that time tells nothing of how near it is', async () => {
  const { secret: publishable } = await makeKey({ type: 'publishable' });
  const expiring = await makeKey({ expiresTime: new Date(now + 60_000).toISOString() });
  const revoked = await makeKey({});
  await service.call('DELETE', `/api-keys/${revoked.id}`);
  now += 60_000;
  for (const secret of [
    'x',
    testSecretKey.replace(/.$/, '1'),
    testSecretKey.replace(/^./, 'S'),
    testSecretKey.slice(0, -1),
    'k'.repeat(512),
    publishable,
    expiring.secret,
    revoked.secret,
  ]) {
    expect(await lookUpsOf(secret)).toEqual([hashSecret(secret)]);
  }
});

describe('a key is read from its header alone', () => {
  test.each(['reb-apikey', 'REB-APIKEY', 'Reb-ApiKey', 'rEb-aPiKeY'])('%s is its name', async (name) =>
    expectKnown([[name, testSecretKey]]),
  );

  test.each(['X-API-Key', 'REB_APIKEY', 'REBAPIKEY', 'API-Key', 'Proxy-Authorization'])(
    '%s is not',
    async (name) => expectStranger(put([[name, testSecretKey]])),
  );

  test('not from the query', async () => {
    const query = `REB-APIKEY=${testSecretKey}&api_key=${testSecretKey}&access_token=${token}`;
    await expectStranger(put([], { target: `${target}?${query}` }));
  });

  test('not from a cookie', async () =>
    expectStranger(put([['Cookie', `REB-APIKEY=${testSecretKey}; token=${token}`]])));

  test('not from the body', async () => {
    const keys = { 'REB-APIKEY': testSecretKey, key: testSecretKey, access_token: token };
    await expectStranger(put([], { body: JSON.stringify(keys) }));
  });

  test.each([
    ['Basic', `Basic ${Buffer.from(`${testSecretKey}:`).toString('base64')}`],
    ['Basic, as the password', `Basic ${Buffer.from(`:${testSecretKey}`).toString('base64')}`],
    ['Bearer', `Bearer ${testSecretKey}`],
    ['no scheme', testSecretKey],
    ['its own scheme', `REB-APIKEY ${testSecretKey}`],
    ['Digest', `Digest username="${testSecretKey}"`],
  ])('not from Authorization with %s', async (_, value) => expectStranger(put([['Authorization', value]])));

  test('spaces around it are not part of it (RFC 9110, section 5.5)', async () => {
    await expectKnown([['REB-APIKEY', `  ${testSecretKey} \t `]]);
  });

  test('one with NUL is no header at all', async () => {
    const request = wireBytes({ target, body, key: `${testSecretKey}\0` });
    const answer = await sendBytes(service, request);
    expectProblem({ status: answer.status, body: answer.json }, 400);
    await expectUnknown(service, 'nobody');
  });
});

describe('several credentials', () => {
  test('a good key does not help a bad token', async () => {
    const headers: Header[] = [['REB-APIKEY', testSecretKey]];
    await expectStranger(put([...headers, ['Authorization', 'Bearer nobody']]));
    await expectStranger(put([...headers, ['Authorization', `Basic ${testSecretKey}`]]));
    await expectStranger(put([...headers, ['Authorization', '']]));
  });

  test('a bad key does not harm a good token', async () => {
    await expectKnown([
      ['REB-APIKEY', 'nobody'],
      ['Authorization', `Bearer ${token}`],
    ]);
  });

  test('the token decides what is permitted, not the key', async () => {
    const headers: Header[] = [
      ['REB-APIKEY', testSecretKey],
      ['Authorization', `Bearer ${token}`],
    ];
    const answer = await sendWire(service, { method: 'GET', target: '/customers', key: null, headers });
    expect(answer.status).toBe(403);
  });

  test.each([
    ['two keys', () => [testSecretKey, testSecretKey].map((key): Header => ['REB-APIKEY', key])],
    ['two keys, the first bad', () => ['x', testSecretKey].map((key): Header => ['REB-APIKEY', key])],
    ['two keys, the second bad', () => [testSecretKey, ''].map((key): Header => ['reb-apikey', key])],
    ['two tokens', () => [token, token].map((each): Header => ['Authorization', `Bearer ${each}`])],
    ['two tokens, one bad', () => ['x', token].map((each): Header => ['authorization', `Bearer ${each}`])],
  ])('%s are not understood', async (_, headers) => {
    const answer = await put(headers());
    expectProblem({ status: answer.status, body: answer.json }, 400);
    await expectUnknown(service, 'nobody');
  });
});

describe('the Bearer scheme', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('%s is accepted', async (scheme) =>
    expectKnown([['Authorization', `${scheme} ${token}`]]),
  );

  test.each([
    ['no space', (given: string) => `Bearer${given}`],
    ['a tab', (given: string) => `Bearer\t${given}`],
    ['two spaces', (given: string) => `Bearer  ${given}`],
    ['a comma', (given: string) => `Bearer,${given}`],
    ['a colon', (given: string) => `Bearer: ${given}`],
    ['quotes', (given: string) => `Bearer "${given}"`],
    ['a parameter', (given: string) => `Bearer token=${given}`],
    ['more after it', (given: string) => `Bearer ${given} x`],
    ['two in one header', (given: string) => `Bearer ${given}, Bearer ${given}`],
    ['nothing after it', () => 'Bearer'],
    ['the token alone', (given: string) => given],
    ['another scheme', (given: string) => `Token ${given}`],
    ['spaces without end', () => `Bearer${' '.repeat(10_000)}x`],
  ])('with %s is refused', async (_, value) => expectStranger(put([['Authorization', value(token)]])));
});
