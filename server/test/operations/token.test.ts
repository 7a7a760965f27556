import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Permission } from '../../src/domain/permission.ts';
import type { Principal } from '../../src/domain/principal.ts';
import type { SigningKey } from '../../src/domain/signing-key.ts';
import { createTokenVerifier } from '../../src/http/bearer.ts';
import { createTokenOperations, type TokenParts, type TokenRequest } from '../../src/operations/token.ts';

const ISSUER = 'https://leads.example.com';
const AUDIENCE = 'https://leads.example.com/api';
const NOW = Date.UTC(2026, 10, 23, 8, 15, 30, 123);
const NOW_SECONDS = Math.floor(NOW / 1000);

const nothingAsked: TokenRequest = { subject: null, permissions: null, lifetimeSeconds: null };

function maker(...permissions: readonly Permission[]): Principal {
  const times = { createdTime: NOW, updatedTime: NOW };
  const organization = { id: 'org_1', name: null, environment: 'live', rateLimit: null, ...times } as const;
  return { organization, actor: 'key_7', permissions, allowedIps: [], keyId: 'key_7', expiresTime: null };
}

/** Keeps signing keys as a store does: the first one that is offered stays. */
function keyStore() {
  const kept: SigningKey[] = [];
  const offered: SigningKey[] = [];
  const write = async (_kind: string, input: { key?: SigningKey }) => {
    if (input.key === undefined) return null;
    offered.push(input.key);
    if (kept.length === 0) kept.push(input.key);
    return kept[0] ?? input.key;
  };
  const store: TokenParts['store'] = {
    read: { signingKeys: async () => [...kept] },
    write: write as TokenParts['store']['write'],
  };
  return { kept, offered, store };
}

function world() {
  const keys = keyStore();
  let drawn = 0;
  const random = (byteCount: number) => new Uint8Array(byteCount).fill(++drawn);
  const tokens = createTokenOperations({
    store: keys.store,
    issuer: ISSUER,
    audience: AUDIENCE,
    outside: [{ issuer: 'https://id.example' }, { issuer: 'https://idp.example/' }],
    now: () => NOW,
    random,
  });
  return { ...keys, tokens };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error('A failure was expected.', { cause: error });
  return error;
}

describe('a minted token', () => {
  test('says who made it, for whom, since when and until when', async () => {
    const { tokens } = world();
    const minted = await tokens.mint(maker('reports:read'), {
      ...nothingAsked,
      subject: 'nightly',
      lifetimeSeconds: 60,
    });
    expect(decodeJwt(minted.token)).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'nightly',
      iat: NOW_SECONDS,
      exp: NOW_SECONDS + 60,
      jti: expect.stringMatching(/^tok_[0-9A-HJKMNP-TV-Z]{26}$/),
      organizationId: 'org_1',
      permissions: ['reports:read'],
      keyId: 'key_7',
    });
    expect(minted).toMatchObject({
      subject: 'nightly',
      permissions: ['reports:read'],
      expiresTime: (NOW_SECONDS + 60) * 1000,
    });
  });

  test('is believed by our own verifier', async () => {
    const { tokens, store } = world();
    const { token } = await tokens.mint(maker('reports:read', 'customers:write'), nothingAsked);
    const own = { issuer: ISSUER, audience: AUDIENCE, keys: () => store.read.signingKeys() };
    const verifier = createTokenVerifier({ own, outside: [], now: () => NOW });
    expect(await verifier.verify(token)).toEqual({
      issuer: ISSUER,
      isOwn: true,
      subject: 'key_7',
      organizationId: 'org_1',
      permissions: ['reports:read', 'customers:write'],
      keyId: 'key_7',
      expiresTime: (NOW_SECONDS + 3600) * 1000,
    });
  });

  test('can be checked by a stranger with the published key set', async () => {
    const { tokens } = world();
    const { token } = await tokens.mint(maker('*'), nothingAsked);
    const options = { issuer: ISSUER, audience: AUDIENCE, currentDate: new Date(NOW) };
    const { payload } = await jwtVerify(token, createLocalJWKSet(await tokens.keySet()), options);
    expect(payload.sub).toBe('key_7');
  });

  test('lives for an hour, acts for its maker and has its permissions where nothing else is asked', async () => {
    const minted = await world().tokens.mint(maker('settings:write', 'reports:read'), nothingAsked);
    expect(minted).toMatchObject({
      subject: 'key_7',
      permissions: ['settings:write', 'reports:read'],
      expiresTime: (NOW_SECONDS + 3600) * 1000,
    });
  });

  test.each([
    ['ends with a maker that ends before', 90_999, 90],
    ['is no longer than asked for where its maker lasts longer', 9_000_000, 3600],
  ])('%s', async (_name, makerMilliseconds, lifetimeSeconds) => {
    const expiresTime = NOW_SECONDS * 1000 + makerMilliseconds;
    const minted = await world().tokens.mint({ ...maker('*'), expiresTime }, nothingAsked);
    expect(minted.expiresTime).toBe((NOW_SECONDS + lifetimeSeconds) * 1000);
    expect(decodeJwt(minted.token).exp).toBe(NOW_SECONDS + lifetimeSeconds);
  });

  test('of a maker without a key names none', async () => {
    const { token } = await world().tokens.mint({ ...maker('*'), keyId: null }, nothingAsked);
    expect(decodeJwt(token)).not.toHaveProperty('keyId');
  });

  test('has an id that no other has', async () => {
    const { tokens } = world();
    const minted = await Promise.all([1, 2, 3].map(() => tokens.mint(maker('*'), nothingAsked)));
    expect(new Set(minted.map(({ token }) => decodeJwt(token).jti)).size).toBe(3);
  });
});

describe('what a maker may grant', () => {
  test('is a part of what it has', async () => {
    const request = { ...nothingAsked, permissions: ['reports:read'] as const };
    const minted = await world().tokens.mint(maker('reports:read', 'settings:read'), request);
    expect(minted.permissions).toEqual(['reports:read']);
  });

  test('is anything where it has everything, named once each', async () => {
    const request = { ...nothingAsked, permissions: ['privacy:write', '*', '*'] as const };
    expect((await world().tokens.mint(maker('*'), request)).permissions).toEqual(['privacy:write', '*']);
  });

  test.each<[Permission]>([['reports:write'], ['customers:read'], ['*']])(
    'is not %s where it has reports:read alone',
    async (permission) => {
      const { tokens, kept } = world();
      const request = { ...nothingAsked, permissions: ['reports:read', permission] as const };
      expect((await failureOf(tokens.mint(maker('reports:read'), request))).code).toBe('forbidden');
      expect(kept).toEqual([]);
    },
  );
});

describe('a request out of bounds is refused by the field', () => {
  test.each([59, 86_401, 0, -60, 60.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'a lifetime of %d seconds',
    async (lifetimeSeconds) => {
      const failure = await failureOf(world().tokens.mint(maker('*'), { ...nothingAsked, lifetimeSeconds }));
      expect(failure.code).toBe('invalid');
      expect(failure.invalidFields.map(({ field }) => field)).toEqual(['lifetimeSeconds']);
    },
  );

  test.each([60, 86_400])('but not a lifetime of %d seconds', async (lifetimeSeconds) => {
    const { expiresTime } = await world().tokens.mint(maker('*'), { ...nothingAsked, lifetimeSeconds });
    expect(expiresTime).toBe((NOW_SECONDS + lifetimeSeconds) * 1000);
  });

  test.each(['', 'x'.repeat(256), 'crm\0', 'crm\ud800'])('the subject %j', async (subject) => {
    const failure = await failureOf(world().tokens.mint(maker('*'), { ...nothingAsked, subject }));
    expect(failure.invalidFields.map(({ field }) => field)).toEqual(['subject']);
  });

  test.each([
    ...['operator', ' Operator ', 'leadsource', 'Leadsource', 'key_7', 'key_other', 'KEY_7'],
    ...['operator\u200b', 'op\u00aderator', '\u2060operator', '\ufeffoperator\ufe0f', 'oper\u{e0061}ator'],
    ...['\u043eperator', '\u039f\u03a1\u0395RATOR', '\ua4f3\ua4d1\ua4f0\ua4e3\ua4ee\ua4d4\ua4f3\ua4e3'],
    ...['ｏｐｅｒａｔｏｒ', '𝗼𝗽𝗲𝗿𝗮𝘁𝗼𝗿', 'op\u0301erator', '0perator', '\u3000operator\u2800', 'Ieadsource'],
    ...['key\u200b_01M8', '\u043a\u0435\u0443_01M8', 'kеy\u02cd01M8', '\u00a0KEY＿01M8'],
    ...[
      'https://idp.example/\u3000admin',
      'https://idp.example/\u200b admin',
      'https://idp.ex\u0430mple/ admin',
    ],
    ...['https://idp.example/\u2028admin', 'https:\u2215\u2215idp.example/\u2800admin'],
    ...['https://id.example crm', ' https://id.example crm', 'HTTPS://id.example crm'],
  ])('the subject %j, which would read as somebody else', async (subject) => {
    const failure = await failureOf(world().tokens.mint(maker('*'), { ...nothingAsked, subject }));
    expect(failure.invalidFields.map(({ field }) => field)).toEqual(['subject']);
  });

  test.each([
    ...[
      'operator\t',
      'https://idp.example/\tadmin',
      'a\nb',
      'a\u007f',
      'a\u0085b',
      '\u202erotarepo',
      'a\u2066b',
    ],
  ])('the subject %j, which may be shown as another', async (subject) => {
    const failure = await failureOf(world().tokens.mint(maker('*'), { ...nothingAsked, subject }));
    expect(failure.invalidFields).toEqual([
      {
        field: 'subject',
        message: 'Must have no control characters, and none that turn the direction of text.',
      },
    ]);
  });

  test.each([
    ...[
      'operators',
      'keynote',
      'the key_7',
      'https://id.example',
      'ann@shop.example',
      'ci/deploy-7',
      'O\u2019Neil',
    ],
    ...['Zoë Müller', 'Иван Петров', 'оператор', 'Ελένη', '山田 太郎', '김민수', 'محمد', 'שרה', 'राम'],
    ...['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '👩\u200d💻', 'auth0|5f7c8ec7c33c6c004bbafe82'],
  ])('but not %j', async (subject) => {
    expect((await world().tokens.mint(maker('*'), { ...nothingAsked, subject })).subject).toBe(subject);
  });

  test('but not a subject of 255 characters, counted as code points', async () => {
    const subject = '😀'.repeat(255);
    expect((await world().tokens.mint(maker('*'), { ...nothingAsked, subject })).subject).toBe(subject);
  });

  test('every one of them at once', async () => {
    const request = { subject: '', permissions: null, lifetimeSeconds: 1 };
    const failure = await failureOf(world().tokens.mint(maker('*'), request));
    expect(failure.invalidFields.map(({ field }) => field)).toEqual(['subject', 'lifetimeSeconds']);
  });
});

describe('the signing key', () => {
  test('is made when the first token is minted, and used from then on', async () => {
    const { tokens, offered } = world();
    expect(await tokens.keySet()).toEqual({ keys: [] });
    const first = await tokens.mint(maker('*'), nothingAsked);
    const second = await tokens.mint(maker('*'), nothingAsked);
    expect(offered).toHaveLength(1);
    const ids = [first, second].map(({ token }) => decodeProtectedHeader(token).kid);
    expect(ids).toEqual([offered[0]?.id, offered[0]?.id]);
  });

  test('is one, also where several tokens are the first', async () => {
    const { tokens, kept } = world();
    const minted = await Promise.all([1, 2, 3].map(() => tokens.mint(maker('*'), nothingAsked)));
    expect(new Set(minted.map(({ token }) => decodeProtectedHeader(token).kid))).toEqual(
      new Set([kept[0]?.id]),
    );
  });

  test('is published without its private half, even where the two were kept together', async () => {
    const { tokens, kept } = world();
    await tokens.mint(maker('*'), nothingAsked);
    const [key] = kept.splice(0);
    if (key === undefined) throw new Error('A key was expected.');
    kept.push({ ...key, publicJwk: key.privateJwk });
    const { x, y } = key.publicJwk;
    expect(await tokens.keySet()).toEqual({
      keys: [{ kty: 'EC', crv: 'P-256', x, y, kid: key.id, alg: 'ES256', use: 'sig' }],
    });
  });
});
