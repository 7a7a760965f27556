import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

interface Credential {
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

async function post(path: string, body: object, credential: Credential = {}): Promise<object> {
  const answer = await service.call('POST', path, { body, ...credential });
  expect(answer.status).toBe(201);
  return answer.body as object;
}

async function createKey(members: object = {}): Promise<{ id: string; key: string }> {
  const { id, secretKey } = (await post('/api-keys', { type: 'secret', ...members })) as {
    id: string;
    secretKey: string;
  };
  return { id, key: secretKey };
}

async function mint(credential: Credential, request: object = {}) {
  const minted = (await post('/tokens', request, credential)) as { token: string; expiresTime: string };
  return { ...minted, headers: { Authorization: `Bearer ${minted.token}` } };
}

async function statusWith(headers: Readonly<Record<string, string>>): Promise<number> {
  return (await service.call('GET', '/customers', { key: null, headers })).status;
}

const inSeconds = (seconds: number) => new Date(clock.now() + seconds * 1000).toISOString();

describe('a token', () => {
  test('is refused once the key that minted it is revoked, and so is one minted by it', async () => {
    const { id, key } = await createKey();
    const first = await mint({ key }, { subject: 'first' });
    const second = await mint({ headers: first.headers }, { subject: 'second' });
    expect(await statusWith(second.headers)).toBe(200);
    await service.call('DELETE', `/api-keys/${id}`);
    expect(await statusWith(first.headers)).toBe(401);
    expect(await statusWith(second.headers)).toBe(401);
  });

  test('ends with the key that minted it, whatever lifetime was asked for', async () => {
    const end = inSeconds(100);
    const { key } = await createKey({ expiresTime: end });
    const first = await mint({ key }, { lifetimeSeconds: 3600 });
    const second = await mint({ headers: first.headers }, { lifetimeSeconds: 3600 });
    expect([first.expiresTime, second.expiresTime]).toEqual([end, end]);
  });

  test('is refused from the moment to which the end of its key is moved', async () => {
    const { id, key } = await createKey();
    const { headers } = await mint({ key });
    await service.call('PUT', `/api-keys/${id}`, { body: { expiresTime: inSeconds(10) } });
    expect(await statusWith(headers)).toBe(200);
    clock.advance(10_000);
    expect(await statusWith(headers)).toBe(401);
  });

  test('ends with the token that minted it', async () => {
    const first = await mint({}, { lifetimeSeconds: 60 });
    const second = await mint({ headers: first.headers }, { lifetimeSeconds: 3600 });
    expect(second.expiresTime).toBe(first.expiresTime);
  });

  test('may no more than its key may still, and hands no more on', async () => {
    const acl = ['customers:write', 'api-keys:write'];
    const { id, key } = await createKey({ acl });
    const { headers } = await mint({ key });
    const post = async () =>
      (await service.call('POST', '/customers', { key: null, body: {}, headers })).status;
    expect(await post()).toBe(201);
    await service.call('PUT', `/api-keys/${id}`, { body: { acl: ['api-keys:write'] } });
    expect(await post()).toBe(403);
    const beyond = await service.call('POST', '/api-keys', {
      key: null,
      body: { type: 'secret', acl },
      headers,
    });
    expect(beyond.status).toBe(403);
    await service.call('PUT', `/api-keys/${id}`, { body: { acl: ['*'] } });
    expect(await post()).toBe(201);
    expect(await statusWith(headers)).toBe(403);
  });

  test('is 403 from where its key may not be used', async () => {
    const { id, key } = await createKey({ allowedIps: ['127.0.0.1'] });
    const { headers } = await mint({ key });
    expect(await statusWith(headers)).toBe(200);
    await service.call('PUT', `/api-keys/${id}`, { body: { allowedIps: ['192.0.2.0/24'] } });
    expect(await statusWith(headers)).toBe(403);
  });

  test.each(['operator', 'operator\u200b', '\u043eperator', 'operator\t', 'key_01JDCF1F7A0000000000000000'])(
    'is not minted for %s, who is somebody else',
    async (subject) => {
      const { status, body } = await service.call('POST', '/tokens', { body: { subject } });
      expect(status).toBe(422);
      expect(body).toMatchObject({ invalidFields: [{ field: 'subject' }] });
    },
  );

  test('leaves a line of who minted it for whom, and none where it was refused', async () => {
    const { id, key } = await createKey({ acl: ['api-keys:write'] });
    await mint({ key }, { subject: 'crm' });
    await service.call('POST', '/tokens', { key, body: { subject: 'crm', permissions: ['*'] } });
    const { body } = await service.call('GET', '/setting-changes?limit=1000');
    const lines = (body as { actor: string }[]).filter(({ actor }) => actor === id);
    const occurredTime = inSeconds(0);
    expect(lines).toEqual([{ action: 'token-minted', subject: 'crm', actor: id, occurredTime }]);
  });
});
