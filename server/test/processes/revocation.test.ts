import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type Answer, testOrganizationId } from '../support/service.ts';

/** Within which every process holds to a change. */
const soonMilliseconds = 5000;
const clock = testClock();
let fleet: Fleet;
let operator: Operator;
let commands: CommandLine;

beforeAll(async () => {
  fleet = await startFleet(2, {}, clock.now);
  operator = await operatorOf({ databaseUrl: fleet.database.url }, clock.now);
  commands = commandLine(fleet.database.url);
});
afterAll(async () => {
  commands[Symbol.dispose]();
  await operator[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

interface MadeKey {
  readonly id: string;
  readonly secretKey: string;
}

/** Sends through the first service. */
async function change(method: string, path: string, body?: object, key?: string): Promise<unknown> {
  const options = { ...(body && { body }), ...(key && { key }) };
  const answer: Answer = await fleet.service(0).call(method, path, options);
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}

async function makeKey(request: object = {}): Promise<MadeKey> {
  return (await change('POST', '/api-keys', { type: 'secret', ...request })) as MadeKey;
}

/** What the second service answers to a key. */
async function statusOfKey(key: string, path = '/customers'): Promise<number> {
  return (await fleet.service(1).call('GET', path, { key })).status;
}

async function statusOfToken(token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fleet.service(1).call('GET', '/customers', { key: null, headers })).status;
}

describe('five seconds after the first service made a change, the second', () => {
  test('refuses a key that was revoked', async () => {
    const { id, secretKey } = await makeKey();
    expect(await statusOfKey(secretKey)).toBe(200);
    await change('DELETE', `/api-keys/${id}`);
    clock.advance(soonMilliseconds);
    expect(await statusOfKey(secretKey)).toBe(401);
  });

  test.each([
    ['a key what it may no longer do', { acl: ['reports:read'] }, 403],
    ['a key from an address it may no longer come from', { allowedIps: ['192.0.2.1'] }, 403],
    ['a key that ends earlier now', { expiresTime: new Date(clock.now() + 60_000).toISOString() }, 401],
  ])('refuses %s', async (_words, request, status) => {
    const { id, secretKey } = await makeKey();
    expect(await statusOfKey(secretKey)).toBe(200);
    await change('PUT', `/api-keys/${id}`, request);
    clock.advance(status === 401 ? 60_000 : soonMilliseconds);
    expect(await statusOfKey(secretKey)).toBe(status);
  });

  test('lets a key do what it may from now on', async () => {
    const { id, secretKey } = await makeKey({ acl: ['reports:read'] });
    expect(await statusOfKey(secretKey)).toBe(403);
    await change('PUT', `/api-keys/${id}`, { acl: ['customers:read'] });
    clock.advance(soonMilliseconds);
    expect(await statusOfKey(secretKey)).toBe(200);
  });

  test('refuses the tokens of a key that was revoked, which it took at once when they were minted', async () => {
    const { id, secretKey } = await makeKey();
    const { token } = (await change('POST', '/tokens', {}, secretKey)) as { token: string };
    expect(await statusOfToken(token)).toBe(200);
    await change('DELETE', `/api-keys/${id}`);
    clock.advance(soonMilliseconds);
    expect(await statusOfToken(token)).toBe(401);
  });

  test('takes a key that was made a moment ago, at once', async () => {
    const { secretKey } = await makeKey();
    expect(await statusOfKey(secretKey)).toBe(200);
  });
});

describe('five seconds after an operator made a change on the command line, every service', () => {
  async function statuses(key: string): Promise<readonly number[]> {
    const answers = fleet.services.map((service) => service.call('GET', '/customers', { key }));
    return (await Promise.all(answers)).map(({ status }) => status);
  }

  test('refuses a key that was revoked, and its tokens', async () => {
    const { id, secretKey } = await makeKey();
    const { token } = (await change('POST', '/tokens', {}, secretKey)) as { token: string };
    expect(await statuses(secretKey)).toEqual([200, 200]);
    expect(await statusOfToken(token)).toBe(200);
    expect((await commands.run('key', 'revoke', id, '--organization', testOrganizationId)).exitCode).toBe(0);
    clock.advance(soonMilliseconds);
    expect(await statuses(secretKey)).toEqual([401, 401]);
    expect(await statusOfToken(token)).toBe(401);
  });

  test('refuses the keys of an organization that changed its environment', async () => {
    const { id, key } = await operator.createOrganization({ id: 'org_moving' });
    expect(await statuses(key)).toEqual([200, 200]);
    const change = ['organization', 'set', id, '--environment', 'sandbox'];
    expect((await commands.run(...change)).exitCode).toBe(0);
    clock.advance(soonMilliseconds);
    expect(await statuses(key)).toEqual([401, 401]);
  });
});
