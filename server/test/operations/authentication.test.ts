import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiKey } from '../../src/domain/api-key.ts';
import type { VerifiedToken } from '../../src/domain/token.ts';
import { hashSecret } from '../../src/operations/api-key.ts';
import { type Authentication, createAuthentication } from '../../src/operations/authentication.ts';
import type { Store } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { type TestClock, testClock } from '../support/clock.ts';
import { until } from '../support/patience.ts';
import { apiKeyNamed, StoreRoom } from '../support/store-room.ts';

const actor = 'operator';
const liveKey = 'sk_live_0000000000000000000000000000000000000A';
const minuteMilliseconds = 60_000;

describe.each(engines)('a key, kept by $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let clock: TestClock;
  let authentication: Authentication;
  let keys = 0;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());
  beforeEach(async () => {
    room = await StoreRoom.open(() => opened.store);
    clock = testClock();
    authentication = newAuthentication();
  });

  /** On the room's storage, of which some is done otherwise. */
  function newAuthentication(otherwise: Partial<Pick<Store, 'read' | 'write'>> = {}): Authentication {
    const { read } = opened.store;
    const write = opened.store.write.bind(opened.store);
    const store = Object.assign(Object.create(opened.store) as Store, { read, write, ...otherwise });
    return createAuthentication({ store, now: clock.now, random: (count) => new Uint8Array(count) });
  }

  /** A key of the room's organization, and its secret. */
  async function addKey(members: Partial<ApiKey> = {}, secret = `a-secret-of-its-own-${++keys}`) {
    const key = apiKeyNamed(`key_${++keys}`, room.organizationId, members);
    await opened.store.write('createApiKey', { key, secretHash: hashSecret(secret), actor });
    return { key, secret };
  }

  async function removeKey({ id: keyId, organizationId }: ApiKey): Promise<void> {
    await opened.store.write('deleteApiKey', { organizationId, keyId, actor, now: clock.now() });
  }

  async function isKnown(secret: string): Promise<boolean> {
    return (await authentication.byKey(secret, 'secret')) !== null;
  }

  test('stands for its organization with its own permissions', async () => {
    const { key, secret } = await addKey({ acl: ['customers:read'] });
    const organization = await opened.store.read.organization(room.organizationId);
    const ends = { allowedIps: [], keyId: key.id, expiresTime: null };
    expect((await authentication.byKey(secret, 'secret'))?.principal).toEqual({
      organization,
      actor: key.id,
      permissions: ['customers:read'],
      ...ends,
    });
  });

  test('is nobody where it is unknown, near to a known one, or too long to be any', async () => {
    const { secret } = await addKey();
    for (const other of ['', `${secret} `, secret.toUpperCase(), secret.slice(0, -1), 'x'.repeat(10_000)]) {
      expect(await isKnown(other)).toBe(false);
    }
  });

  test('is looked up for each caller, so that none waits with one whose storage stands still', async () => {
    const { secret } = await addKey();
    const { read } = opened.store;
    let looks = 0;
    const apiKeyBySecret = (secretHash: Uint8Array) =>
      ++looks === 1 ? new Promise<never>(() => {}) : read.apiKeyBySecret(secretHash);
    authentication = newAuthentication({ read: { ...read, apiKeyBySecret } });
    void isKnown(secret);
    expect(await isKnown(secret)).toBe(true);
  });

  test.each(['secret', 'publishable'] as const)('of the type %s is not one of the other', async (type) => {
    const { secret } = await addKey({ type });
    const other = type === 'secret' ? 'publishable' : 'secret';
    expect(await authentication.byKey(secret, other)).toBeNull();
    expect(await authentication.byKey(secret, type)).not.toBeNull();
  });

  test('ends with the moment of its expiry, also while it is remembered', async () => {
    const { secret } = await addKey({ expiresTime: clock.now() + 10 });
    clock.advance(9);
    expect(await isKnown(secret)).toBe(true);
    clock.advance(1);
    expect(await isKnown(secret)).toBe(false);
  });

  test("of another environment than its organization's is refused", async () => {
    await addKey({}, liveKey);
    expect(await isKnown(liveKey)).toBe(true);
    const { organizationId } = room;
    const change = { environment: 'sandbox' } as const;
    await opened.store.write('changeOrganization', { organizationId, change, actor, now: clock.now() });
    authentication.forget();
    expect(await isKnown(liveKey)).toBe(false);
  });

  test('that another process revoked is refused within a second', async () => {
    const { key, secret } = await addKey();
    expect(await isKnown(secret)).toBe(true);
    await removeKey(key);
    clock.advance(1000);
    expect(await isKnown(secret)).toBe(false);
  });

  test('that another process revoked while the storage was slow is refused within a second of the question', async () => {
    const { key, secret } = await addKey();
    const { read } = opened.store;
    const apiKeyBySecret = async (secretHash: Uint8Array) => {
      const found = await read.apiKeyBySecret(secretHash);
      clock.advance(1000);
      return found;
    };
    authentication = newAuthentication({ read: { ...read, apiKeyBySecret } });
    expect(await isKnown(secret)).toBe(true);
    await removeKey(key);
    expect(await isKnown(secret)).toBe(false);
  });

  test('that another process revoked is refused even where the clock goes backwards', async () => {
    const { key, secret } = await addKey();
    expect(await isKnown(secret)).toBe(true);
    await removeKey(key);
    clock.advance(-minuteMilliseconds);
    expect(await isKnown(secret)).toBe(false);
  });

  test('that this process revoked is refused at once', async () => {
    const { key, secret } = await addKey();
    expect(await isKnown(secret)).toBe(true);
    await removeKey(key);
    authentication.forget();
    expect(await isKnown(secret)).toBe(false);
  });

  test('that this process revoked while it was being looked up is refused from then on', async () => {
    const { key, secret } = await addKey();
    const { read } = opened.store;
    const apiKeyBySecret = async (secretHash: Uint8Array) => {
      const found = await read.apiKeyBySecret(secretHash);
      if (found !== null) await removeKey(key);
      authentication.forget();
      return found;
    };
    authentication = newAuthentication({ read: { ...read, apiKeyBySecret } });
    expect([await isKnown(secret), await isKnown(secret)]).toEqual([true, false]);
  });

  test('that is made is known at once, though it was asked for before', async () => {
    expect(await isKnown('asked-for-before-it-was-made')).toBe(false);
    await addKey({}, 'asked-for-before-it-was-made');
    expect(await isKnown('asked-for-before-it-was-made')).toBe(true);
  });

  test('has its last use noted, at most once a minute, also by a process that starts anew', async () => {
    const { key, secret } = await addKey();
    const noted = async () => (await opened.store.read.apiKey(key.organizationId, key.id))?.lastUsedTime;
    const first = clock.now();
    await isKnown(secret);
    await until(async () => (await noted()) === first);
    // What is read may not have been counted yet; what comes behind it is, and so it is.
    await room.put('c', { source: 'a' });
    const writesBefore = opened.store.statistics().committedWrites;
    for (let use = 0; use < 5; use++) {
      clock.advance(minuteMilliseconds / 5 - 1);
      await isKnown(secret);
    }
    authentication = newAuthentication();
    await isKnown(secret);
    // A write that waits its turn behind any note that was made shows that there was none.
    await room.put('c', { source: 'b' });
    expect(opened.store.statistics().committedWrites - writesBefore).toBe(1);
    expect(await noted()).toBe(first);
    clock.advance(5);
    await isKnown(secret);
    await until(async () => (await noted()) === first + minuteMilliseconds);
  });

  test('of pages has the latest visit of a minute noted at its end, unless it is gone or a later one is known', async () => {
    const noted = async ({ organizationId, id }: ApiKey) =>
      (await opened.store.read.apiKey(organizationId, id))?.lastUsedTime;
    const [seen, gone, known] = [await addKey(), await addKey(), await addKey()];
    const visits = () => {
      for (const { key } of [seen, gone, known]) authentication.noteVisit(key);
    };
    visits();
    visits();
    const first = clock.now();
    clock.advance(1);
    visits();
    await removeKey(gone.key);
    const { organizationId, id: keyId } = known.key;
    await opened.store.write('noteApiKeyUse', { organizationId, keyId, usedTime: first + 2 });
    clock.advance(minuteMilliseconds - 2);
    await authentication.noteWaiting();
    expect(await noted(seen.key)).toBe(first);
    clock.advance(1);
    await authentication.noteWaiting();
    expect([await noted(seen.key), await noted(gone.key), await noted(known.key)]).toEqual([
      first + 1,
      undefined,
      first + 2,
    ]);
    // The minute begins anew with each note.
    authentication.noteVisit(seen.key);
    await authentication.noteWaiting();
    expect(await noted(seen.key)).toBe(first + 1);
    await authentication.noteWaiting({ isEnd: true });
    expect(await noted(seen.key)).toBe(clock.now());
  });

  test('of pages has a visit noted that comes while earlier ones are, though the first could not be', async () => {
    const { key } = await addKey();
    const { read } = opened.store;
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const apiKey: typeof read.apiKey = async (...named) => {
      asked.resolve();
      await held.promise;
      return read.apiKey(...named);
    };
    const write = vi.fn(opened.store.write.bind(opened.store)).mockRejectedValueOnce(new Error('no room'));
    authentication = newAuthentication({ read: { ...read, apiKey }, write: write as Store['write'] });
    for (let visit = 0; visit < 2; visit++) {
      authentication.noteVisit(key);
      clock.advance(1);
    }
    expect(write).toHaveBeenCalledTimes(1);
    const noting = authentication.noteWaiting({ isEnd: true });
    await asked.promise;
    authentication.noteVisit({ ...key, lastUsedTime: clock.now() - 1 });
    held.resolve();
    await noting;
    expect((await read.apiKey(key.organizationId, key.id))?.lastUsedTime).toBe(clock.now());
  });

  test('has its uses noted also after the clock was set back', async () => {
    const { key, secret } = await addKey();
    const noted = async () => (await opened.store.read.apiKey(key.organizationId, key.id))?.lastUsedTime;
    await isKnown(secret);
    await until(async () => (await noted()) === clock.now());
    clock.advance(-60 * minuteMilliseconds);
    await isKnown(secret);
    await until(async () => (await noted()) === clock.now());
    clock.advance(60 * minuteMilliseconds);
  });

  test('works on where its use cannot be noted, and has the next one noted at once', async () => {
    const { key, secret } = await addKey();
    const write = vi.fn(opened.store.write.bind(opened.store)).mockRejectedValueOnce(new Error('no room'));
    authentication = newAuthentication({ write: write as Store['write'] });
    expect(await isKnown(secret)).toBe(true);
    await Promise.allSettled(write.mock.results.map(({ value }) => value));
    expect(await isKnown(secret)).toBe(true);
    expect(write).toHaveBeenCalledTimes(2);
    const noted = async () => (await opened.store.read.apiKey(key.organizationId, key.id))?.lastUsedTime;
    await until(async () => (await noted()) === clock.now());
  });

  test('lends its end and its addresses to its tokens, which ask for it once a second', async () => {
    const { key } = await addKey({ allowedIps: ['192.0.2.0/24'] });
    const token: VerifiedToken = {
      issuer: 'https://leads.example',
      isOwn: true,
      subject: 'crm',
      organizationId: room.organizationId,
      permissions: [],
      keyId: key.id,
      expiresTime: clock.now() + minuteMilliseconds,
    };
    const found = await authentication.byToken(token);
    expect(found?.principal).toMatchObject({ actor: 'crm', keyId: key.id, expiresTime: token.expiresTime });
    expect(['192.0.2.7', '198.51.100.7'].map((address) => found?.allowsAddress(address))).toEqual([
      true,
      false,
    ]);
    await removeKey(key);
    clock.advance(999);
    expect(await authentication.byToken(token)).not.toBeNull();
    clock.advance(1);
    expect(await authentication.byToken(token)).toBeNull();
  });

  test('is not needed by a token, which stands for its subject in an organization there is', async () => {
    const token = {
      issuer: 'https://issuer.example',
      isOwn: false,
      keyId: null,
      expiresTime: clock.now() + minuteMilliseconds,
      subject: 'somebody',
      organizationId: room.organizationId,
      permissions: ['reports:read'],
    } as const;
    const organization = await opened.store.read.organization(room.organizationId);
    const { permissions, keyId, expiresTime } = token;
    const principal = { organization, permissions, allowedIps: [], keyId, expiresTime };
    const principalOf = async (each: VerifiedToken) => (await authentication.byToken(each))?.principal;
    expect(await principalOf(token)).toEqual({ ...principal, actor: 'https://issuer.example somebody' });
    expect(await principalOf({ ...token, isOwn: true })).toEqual({ ...principal, actor: 'somebody' });
    expect(await authentication.byToken({ ...token, organizationId: 'org_nobody' })).toBeNull();
  });
});
