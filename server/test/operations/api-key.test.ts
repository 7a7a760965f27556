import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiKeyRequest } from '../../src/domain/api-key.ts';
import type { Permission } from '../../src/domain/permission.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { type ApiKeyOperations, createApiKeyOperations } from '../../src/operations/api-key.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { testClock } from '../support/clock.ts';
import { failureOf } from '../support/failures.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

const asMade: ApiKeyRequest = {
  description: null,
  acl: null,
  allowedIps: [],
  allowedOrigins: [],
  expiresTime: null,
};

describe.each(engines)('keys, kept by $name', ({ open }) => {
  const clock = testClock();
  let opened: OpenedStore;
  let operations: ApiKeyOperations;
  beforeAll(async () => {
    opened = await open();
    let drawn = 0;
    const random = (count: number) => Uint8Array.from({ length: count }, () => drawn++ % 248);
    operations = createApiKeyOperations({ store: opened.store, now: clock.now, random });
  });
  afterAll(() => opened.dispose());

  async function maker(...permissions: readonly Permission[]): Promise<Principal> {
    const { organizationId } = await StoreRoom.open(() => opened.store);
    const organization = organizationNamed(organizationId);
    const endless = { allowedIps: [], keyId: 'key_maker', expiresTime: null };
    return { organization, actor: 'key_maker', permissions, ...endless };
  }

  test('permissions taken away stay away, though a description changes at the same time', async () => {
    const principal = await maker('*');
    const { key } = await operations.create(principal, 'secret', asMade);
    await Promise.all([
      operations.update(principal, key.id, { ...asMade, acl: ['reports:read'] }),
      operations.update(principal, key.id, { ...asMade, description: 'renamed' }),
    ]);
    expect((await operations.get(principal, key.id)).acl).toEqual(['reports:read']);
  });

  test('nobody changes a key that becomes more than they are at the same time', async () => {
    const principal = await maker('*');
    const lesser: Principal = { ...principal, permissions: ['reports:read'] };
    const { key } = await operations.create(principal, 'secret', { ...asMade, acl: ['reports:read'] });
    const [, failure] = await Promise.all([
      operations.update(principal, key.id, { ...asMade, acl: ['*'], allowedIps: ['192.0.2.1'] }),
      failureOf(operations.update(lesser, key.id, asMade)),
    ]);
    // Whichever came first: what was narrowed with the wider permissions is not loosened by who lacks them.
    expect([null, 'forbidden']).toContain(failure);
    expect(await operations.get(principal, key.id)).toMatchObject({ acl: ['*'], allowedIps: ['192.0.2.1'] });
  });
});
