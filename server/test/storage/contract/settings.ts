import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { failureOf } from '../../support/failures.ts';
import { apiKeyNamed, organizationNamed } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

function hashOf(secret: string): Uint8Array {
  return new Uint8Array(hash('sha256', secret, 'buffer'));
}

const page = { limit: 100, offset: 0 };

export function settingContract({ room, engine }: ContractGround): void {
  test('an organization is kept whole, and found by its id alone', async () => {
    const { store } = await room();
    const organizations = [
      organizationNamed('org_whole', {
        name: 'Ärzte 😀',
        environment: 'sandbox',
        rateLimit: { calls: 5, windowSeconds: 60 },
      }),
      organizationNamed('org_off', { rateLimit: 'off', createdTime: 1, updatedTime: 2 }),
    ];
    for (const organization of organizations)
      await store.write('createOrganization', { organization, actor: 'operator' });
    for (const organization of organizations) {
      expect(await store.read.organization(organization.id)).toEqual(organization);
    }
    expect(await store.read.organization('ORG_WHOLE')).toBeNull();
    expect(await store.read.organizations()).toEqual(expect.arrayContaining(organizations));
  });

  test('an id of an organization is taken once', async () => {
    const { store, organizationId } = await room();
    const before = await store.read.organization(organizationId);
    const organization = organizationNamed(organizationId, { name: 'usurper' });
    expect(await failureOf(store.write('createOrganization', { organization, actor: 'operator' }))).toBe(
      'conflict',
    );
    expect(await store.read.organization(organizationId)).toEqual(before);
  });

  test('a new store has no organization, and of several first ones one is made', async () => {
    const opened = await engine.open();
    try {
      const { store } = opened;
      expect(await store.read.organizations()).toEqual([]);
      const attempts = ['org_a', 'org_b', 'org_c'].map((id) =>
        store.write('initialize', {
          organization: organizationNamed(id),
          key: apiKeyNamed(`key_${id}`, id),
          secretHash: hashOf(id),
        }),
      );
      const made = (await Promise.all(attempts)).filter(({ initialized }) => initialized);
      expect(made).toHaveLength(1);
      const [organization, ...others] = await store.read.organizations();
      expect(others).toEqual([]);
      const id = organization?.id ?? '';
      const found = await store.read.apiKeyBySecret(hashOf(id));
      expect(found).toEqual({ organization, key: apiKeyNamed(`key_${id}`, id) });
      expect((await store.read.apiKeys(id, page)).total).toBe(1);
    } finally {
      await opened.dispose();
    }
  });

  test('a key is kept whole, and found by its id and by its secret', async () => {
    const { store, organizationId } = await room();
    const key = apiKeyNamed('key_whole', organizationId, {
      type: 'publishable',
      description: 'Ω "quoted"',
      acl: ['customers:read', 'lead-sources:write'],
      allowedIps: ['10.0.0.0/8', '::1/128'],
      allowedOrigins: ['https://a.example'],
      expiresTime: 7,
      createdTime: 3,
      updatedTime: 4,
    });
    await store.write('createApiKey', { key, secretHash: hashOf('whole'), actor: 'operator' });
    expect(await store.read.apiKey(organizationId, 'key_whole')).toEqual(key);
    const organization = await store.read.organization(organizationId);
    expect(await store.read.apiKeyBySecret(hashOf('whole'))).toEqual({ key, organization });
    expect(await store.read.apiKeyBySecret(hashOf('Whole'))).toBeNull();
  });

  test('an id of a key is taken once in its organization, a secret once everywhere', async () => {
    const [one, other] = [await room(), await room()];
    const create = (organizationId: string, id: string, secret: string) =>
      failureOf(
        one.store.write('createApiKey', {
          key: apiKeyNamed(id, organizationId),
          secretHash: hashOf(secret),
          actor: 'operator',
        }),
      );
    expect(await create(one.organizationId, 'key_once', 'once')).toBeNull();
    expect(await create(one.organizationId, 'key_once', 'twice')).toBe('conflict');
    expect(await create(one.organizationId, 'key_twice', 'once')).toBe('conflict');
    expect(await create(other.organizationId, 'key_twice', 'once')).toBe('conflict');
    expect(await create(other.organizationId, 'key_once', 'other')).toBeNull();
    expect(await create('org_nobody', 'key_x', 'x')).toBe('not-found');
    expect(await one.store.read.apiKeyBySecret(hashOf('twice'))).toBeNull();
  });

  test('a key that is removed is gone, and only that one', async () => {
    const { store, organizationId } = await room();
    for (const name of ['stays', 'goes']) {
      await store.write('createApiKey', {
        key: apiKeyNamed(`key_${name}`, organizationId),
        secretHash: hashOf(`removal ${name}`),
        actor: 'operator',
      });
    }
    await store.write('noteApiKeyUse', { organizationId, keyId: 'key_goes', usedTime: 5 });
    await store.write('deleteApiKey', { organizationId, keyId: 'key_goes', actor: 'operator', now: 1 });
    expect(await store.read.apiKey(organizationId, 'key_goes')).toBeNull();
    expect(await store.read.apiKeyBySecret(hashOf('removal goes'))).toBeNull();
    expect((await store.read.apiKeys(organizationId, page)).items.map(({ id }) => id)).toEqual(['key_stays']);
    expect(
      await failureOf(
        store.write('deleteApiKey', { organizationId, keyId: 'key_goes', actor: 'operator', now: 1 }),
      ),
    ).toBe('not-found');
    const again = apiKeyNamed('key_goes', organizationId);
    await store.write('createApiKey', { key: again, secretHash: hashOf('again'), actor: 'operator' });
    expect(await store.read.apiKey(organizationId, 'key_goes')).toEqual(again);
  });

  test('the last use of a key is noted', async () => {
    const { store, organizationId } = await room();
    await store.write('createApiKey', {
      key: apiKeyNamed('key_used', organizationId),
      secretHash: hashOf('used'),
      actor: 'operator',
    });
    for (const usedTime of [10, 20]) {
      await store.write('noteApiKeyUse', { organizationId, keyId: 'key_used', usedTime });
      expect((await store.read.apiKey(organizationId, 'key_used'))?.lastUsedTime).toBe(usedTime);
    }
  });

  test("keys come in pages, newest first, and only their organization's", async () => {
    const [ground, other] = [await room(), await room()];
    const { store, organizationId } = ground;
    for (let place = 0; place < 7; place++) {
      const key = apiKeyNamed(`key_${place}`, organizationId, { createdTime: Math.floor(place / 2) });
      await store.write('createApiKey', { key, secretHash: hashOf(`page ${place}`), actor: 'operator' });
    }
    const listed: string[] = [];
    for (const offset of [0, 3, 6]) {
      const { items, total } = await store.read.apiKeys(organizationId, { limit: 3, offset });
      expect(total).toBe(7);
      listed.push(...items.map(({ id }) => id));
    }
    expect(listed).toEqual(['key_6', 'key_5', 'key_4', 'key_3', 'key_2', 'key_1', 'key_0']);
    expect(await store.read.apiKeys(other.organizationId, page)).toEqual({ items: [], total: 0 });
  });

  test('every change of an organization or a key keeps who made it, and none that failed does', async () => {
    const { store, organizationId } = await room();
    const start = Date.UTC(2027, 0, 1);
    const key = apiKeyNamed('key_told', organizationId, { createdTime: start });
    await store.write('createApiKey', { key, secretHash: hashOf('told'), actor: 'anna' });
    await failureOf(store.write('createApiKey', { key, secretHash: hashOf('told again'), actor: 'bob' }));
    const place = { organizationId, keyId: key.id };
    const changed = { ...place, request: key, giver: { permissions: key.acl, allowedIps: [] } };
    const giver = { permissions: [], allowedIps: [] };
    await store.write('changeApiKey', { ...changed, actor: 'carl', now: start + 2 });
    await failureOf(store.write('changeApiKey', { ...changed, giver, actor: 'carla', now: start + 2 }));
    await store.write('deleteApiKey', { organizationId, keyId: 'key_told', actor: 'dora', now: start + 3 });
    await failureOf(
      store.write('deleteApiKey', { organizationId, keyId: 'key_told', actor: 'emil', now: start + 4 }),
    );
    const { items, total } = await store.read.settingChanges(organizationId, { limit: 3, offset: 0 });
    expect(total).toBe(4);
    expect(items).toEqual([
      { action: 'api-key-revoked', subject: 'key_told', actor: 'dora', occurredTime: start + 3 },
      { action: 'api-key-changed', subject: 'key_told', actor: 'carl', occurredTime: start + 2 },
      { action: 'api-key-created', subject: 'key_told', actor: 'anna', occurredTime: start },
    ]);
  });
}
