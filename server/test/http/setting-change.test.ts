import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
let operator: Operator;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  operator = await operatorOf(service, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

interface Change {
  readonly action: string;
  readonly subject: string;
  readonly actor: string;
  readonly occurredTime: string;
}

async function changesOf(key = service.secretKey, query = ''): Promise<readonly Change[]> {
  const { status, body } = await service.call('GET', `/setting-changes${query}`, { key });
  expect(status).toBe(200);
  return body as Change[];
}

async function createKey(options: { readonly headers?: Readonly<Record<string, string>> } = {}) {
  const body = { type: 'secret' };
  const created = await service.call('POST', '/api-keys', { body, ...options });
  return created.body as { id: string; secretKey: string };
}

describe('GET /setting-changes', () => {
  test('every change of a key keeps what was done, when, and by whom, the newest first', async () => {
    const [maker] = (await changesOf()).filter(({ action }) => action === 'api-key-created');
    const { id } = await createKey();
    clock.advance(1000);
    await service.call('PUT', `/api-keys/${id}`, { body: { description: 'changed' } });
    clock.advance(1000);
    await service.call('DELETE', `/api-keys/${id}`);
    const changes = (await changesOf()).filter(({ subject }) => subject === id);
    const at = (secondsAgo: number) => new Date(clock.now() - secondsAgo * 1000).toISOString();
    const actor = maker?.subject;
    expect(changes).toEqual([
      { action: 'api-key-revoked', subject: id, actor, occurredTime: at(0) },
      { action: 'api-key-changed', subject: id, actor, occurredTime: at(1) },
      { action: 'api-key-created', subject: id, actor, occurredTime: at(2) },
    ]);
  });

  test('a token is named by its subject', async () => {
    const minted = await service.call('POST', '/tokens', { body: { subject: 'someone' } });
    const { token } = minted.body as { token: string };
    const { id } = await createKey({ headers: { Authorization: `Bearer ${token}` } });
    expect(await changesOf()).toContainEqual(expect.objectContaining({ subject: id, actor: 'someone' }));
  });

  test('what was done on the machine itself was done by the operator', async () => {
    const { id, key } = await operator.createOrganization({ id: 'org_made' });
    await operator.setRateLimit(id, 'off');
    const changes = await changesOf(key);
    expect(changes.map(({ action, actor }) => [action, actor])).toEqual([
      ['organization-changed', 'operator'],
      ['api-key-created', 'operator'],
      ['organization-created', 'operator'],
    ]);
  });

  test('a change that was refused leaves no line', async () => {
    const before = await changesOf();
    await service.call('POST', '/api-keys', { body: { type: 'other' } });
    await service.call('DELETE', '/api-keys/key_unknown');
    expect(await changesOf()).toEqual(before);
  });

  test('shows nothing of another organization, and no key', async () => {
    const { key } = await operator.createOrganization({ id: 'org_nosy' });
    const { id, secretKey } = await createKey();
    expect((await changesOf(key)).map(({ subject }) => subject)).not.toContain(id);
    expect(JSON.stringify(await changesOf())).not.toContain(secretKey);
  });

  test('comes by the page', async () => {
    const all = await changesOf();
    expect(await changesOf(undefined, '?limit=1&offset=1')).toEqual(all.slice(1, 2));
  });
});
