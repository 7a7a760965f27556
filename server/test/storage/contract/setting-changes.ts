import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ApiKey, ApiKeyRequest, KeyGiver } from '../../../src/domain/api-key.ts';
import { failureOf } from '../../support/failures.ts';
import { apiKeyNamed, organizationNamed, type StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const actor = 'operator';
/** After all that is made here. */
const later = Date.UTC(2026, 0, 2);
const unchanged: ApiKeyRequest = {
  description: null,
  acl: null,
  allowedIps: [],
  allowedOrigins: [],
  expiresTime: null,
};

async function addKey({ store, organizationId }: StoreRoom, members: Partial<ApiKey>): Promise<ApiKey> {
  const key = apiKeyNamed('key_changed', organizationId, members);
  const secretHash = new Uint8Array(hash('sha256', organizationId, 'buffer'));
  await store.write('createApiKey', { key, secretHash, actor });
  return key;
}

function change(
  { store, organizationId }: StoreRoom,
  request: Partial<ApiKeyRequest>,
  { permissions = ['*'], allowedIps = [] }: Partial<KeyGiver> = {},
): Promise<ApiKey> {
  return store.write('changeApiKey', {
    organizationId,
    keyId: 'key_changed',
    request: { ...unchanged, ...request },
    giver: { permissions, allowedIps },
    actor,
    now: later,
  });
}

export function settingChangeContract({ room }: ContractGround): void {
  test('an organization is changed in what is named alone', async () => {
    const { store, organizationId } = await room();
    const write = (id: string, name: string) =>
      store.write('changeOrganization', { organizationId: id, change: { name }, actor, now: later });
    const organization = organizationNamed(organizationId, { name: 'n', updatedTime: later });
    expect(await write(organizationId, 'n')).toEqual(organization);
    expect(await store.read.organization(organizationId)).toEqual(organization);
    expect(await failureOf(write('org_nobody', 'n'))).toBe('not-found');
  });

  test('changes of an organization at one time lose nothing of each other', async () => {
    const { store, organizationId } = await room();
    const changes = [{ name: 'n' }, { environment: 'sandbox' as const }, { rateLimit: 'off' as const }];
    const each = (members: (typeof changes)[number]) =>
      store.write('changeOrganization', { organizationId, change: members, actor, now: later });
    await Promise.all(changes.map(each));
    expect(await store.read.organization(organizationId)).toEqual(
      organizationNamed(organizationId, {
        name: 'n',
        environment: 'sandbox',
        rateLimit: 'off',
        updatedTime: later,
      }),
    );
  });

  test('a key is changed in all but its type, times of creation and use, and secret', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    const key = await addKey(ground, { type: 'publishable' });
    await store.write('noteApiKeyUse', { organizationId, keyId: key.id, usedTime: 1 });
    const request = {
      description: 'd',
      acl: ['customers:read'],
      allowedIps: ['::/0'],
      allowedOrigins: ['https://b.example'],
      expiresTime: 1,
    } as const;
    const changed = { ...key, ...request, lastUsedTime: 1, updatedTime: later };
    expect(await change(ground, request)).toEqual(changed);
    expect(await store.read.apiKey(organizationId, key.id)).toEqual(changed);
    await store.write('deleteApiKey', { organizationId, keyId: key.id, actor, now: 3 });
    expect(await failureOf(change(ground, request))).toBe('not-found');
  });

  test('permissions that one change takes away do not come back by another at the same time', async () => {
    const ground = await room();
    const key = await addKey(ground, { acl: ['*'] });
    const others = ['a', 'b', 'c'].map((description) => change(ground, { description }));
    await Promise.all([...others, change(ground, { acl: ['reports:read'] }), change(ground, {})]);
    expect((await ground.store.read.apiKey(ground.organizationId, key.id))?.acl).toEqual(['reports:read']);
  });

  test('a key that was given more meanwhile is beyond one who may do less', async () => {
    const ground = await room();
    await addKey(ground, { acl: ['reports:read'] });
    await change(ground, { acl: ['reports:read', 'settings:write'] });
    const lesser = { permissions: ['reports:read'] } as const;
    expect(await failureOf(change(ground, { description: 'mine' }, lesser))).toBe('forbidden');
    expect(await failureOf(change(ground, { acl: [] }, lesser))).toBe('forbidden');
    const kept = await ground.store.read.apiKey(ground.organizationId, 'key_changed');
    expect(kept).toMatchObject({ description: null, acl: ['reports:read', 'settings:write'] });
  });

  test('a key that was given more addresses meanwhile is beyond one who may call from fewer', async () => {
    const ground = await room();
    await addKey(ground, { allowedIps: ['192.0.2.1'] });
    const allowedIps = ['192.0.2.0/28'];
    expect(await change(ground, { allowedIps }, { allowedIps })).toMatchObject({ allowedIps });
    await change(ground, { allowedIps: ['192.0.2.0/24'] });
    expect(await failureOf(change(ground, { allowedIps }, { allowedIps }))).toBe('forbidden');
  });

  test('who minted a token for whom is kept', async () => {
    const { store, organizationId } = await room();
    const now = Date.UTC(2027, 0, 1);
    const minted = { subject: 'crm', actor: 'key_1', now };
    await store.write('noteMintedToken', { organizationId, ...minted });
    const { items } = await store.read.settingChanges(organizationId, { limit: 1, offset: 0 });
    expect(items).toEqual([{ action: 'token-minted', subject: 'crm', actor: 'key_1', occurredTime: now }]);
    const elsewhere = store.write('noteMintedToken', { organizationId: 'org_nobody', ...minted });
    expect(await failureOf(elsewhere)).toBe('not-found');
  });

  test('a change and the removal of a key at one time end in a key that is gone', async () => {
    const ground = await room();
    const { id: keyId } = await addKey(ground, {});
    const { store, organizationId } = ground;
    const removal = store.write('deleteApiKey', { organizationId, keyId, actor, now: 3 });
    const changes = ['a', 'b'].map((description) => failureOf(change(ground, { description })));
    const outcomes = await Promise.all([...changes, removal]);
    expect(outcomes.every((outcome) => outcome === null || outcome === 'not-found')).toBe(true);
    expect(await store.read.apiKey(organizationId, keyId)).toBeNull();
  });
}
