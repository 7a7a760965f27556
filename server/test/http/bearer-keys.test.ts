import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { FetchImplementation } from 'jose';
import { describe, expect, test } from 'vitest';
import { defaultClaimNames, type TokenAlgorithm, type TokenIssuer } from '../../src/domain/token.ts';
import { createTokenVerifier } from '../../src/http/bearer.ts';
import {
  AUDIENCE,
  compact,
  failureOf,
  goodClaims,
  goodToken,
  ISSUER,
  isBelieved,
  NOW,
  NOW_SECONDS,
  own,
  type Sign,
  signEcdsa,
  signEdwards,
  signRsa,
  signRsaPss,
} from './bearer-forge.ts';

const OUTSIDE = 'https://login.example.org/';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });
const ed25519 = generateKeyPairSync('ed25519');

const outsideIssuer: TokenIssuer = {
  issuer: OUTSIDE,
  audience: 'leads',
  algorithms: ['RS256'],
  jwksUrl: 'https://login.example.org/jwks.json',
  claims: defaultClaimNames,
  organizationIds: [],
};

function jwk(kid: string, key: KeyObject) {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig' };
}

/** An issuer's JWKS endpoint, its keys and whether it answers, and the clock of those who ask it. */
function outside(settings: Partial<TokenIssuer> = {}) {
  const keys = [jwk('r1', rsa.publicKey)];
  const world = { now: NOW, keys, status: 200, asked: 0, reachable: true, silent: false };
  const fetch: FetchImplementation = async () => {
    world.asked++;
    if (world.silent) await new Promise(() => {});
    if (!world.reachable) throw new TypeError('fetch failed');
    return new Response(JSON.stringify({ keys: world.keys }), { status: world.status });
  };
  const verifier = createTokenVerifier({
    own: { issuer: ISSUER, audience: AUDIENCE, keys: async () => [own.signingKey] },
    outside: [{ ...outsideIssuer, ...settings }],
    now: () => world.now,
    fetch,
  });
  return { world, verifier };
}

let serial = 0;

/** Each token differs from all others, so that none is remembered. */
function outsideToken(
  members: object = {},
  header: object = {},
  sign: Sign = signRsa(rsa.privateKey),
): string {
  serial++;
  const claims = {
    ...goodClaims,
    iss: OUTSIDE,
    aud: 'leads',
    exp: NOW_SECONDS + 864_000,
    jti: serial,
    ...members,
  };
  return compact({ alg: 'RS256', kid: 'r1', ...header }, claims, sign);
}

describe('a token of an outside issuer', () => {
  test('is believed when a key the issuer publishes signed it', async () => {
    expect(await outside().verifier.verify(outsideToken())).toMatchObject({
      issuer: OUTSIDE,
      subject: 'crm',
    });
  });

  test.each([
    [1024, true],
    [1025, false],
  ])('with a subject of %i bytes is believed: %j', async (bytes, isBelieved) => {
    const verified = await outside().verifier.verify(outsideToken({ sub: 's'.repeat(bytes) }));
    expect(verified !== null).toBe(isBelieved);
  });

  const kinds: [TokenAlgorithm, KeyObject, Sign][] = [
    ['RS256', rsa.publicKey, signRsa(rsa.privateKey)],
    ['RS384', rsa.publicKey, signRsa(rsa.privateKey, 'sha384')],
    ['RS512', rsa.publicKey, signRsa(rsa.privateKey, 'sha512')],
    ['PS256', rsa.publicKey, signRsaPss(rsa.privateKey, 'sha256')],
    ['PS384', rsa.publicKey, signRsaPss(rsa.privateKey, 'sha384')],
    ['PS512', rsa.publicKey, signRsaPss(rsa.privateKey, 'sha512')],
    ['ES256', p256.publicKey, signEcdsa(p256.privateKey)],
    ['ES384', p384.publicKey, signEcdsa(p384.privateKey, 'sha384')],
    ['ES512', p521.publicKey, signEcdsa(p521.privateKey, 'sha512')],
    ['EdDSA', ed25519.publicKey, signEdwards(ed25519.privateKey)],
  ];

  test.each(kinds)('may be signed with %s where that is allowed, and only there', async (alg, key, sign) => {
    const allowed = outside({ algorithms: [alg] });
    const refused = outside({ algorithms: kinds.map(([kind]) => kind).filter((kind) => kind !== alg) });
    for (const { world } of [allowed, refused]) world.keys = [jwk('k', key)];
    const token = outsideToken({}, { alg, kid: 'k' }, sign);
    expect(await isBelieved(allowed.verifier, token)).toBe(true);
    expect(await isBelieved(refused.verifier, token)).toBe(false);
    expect(refused.world.asked).toBe(0);
  });

  test('is refused when its signature is on another curve than its algorithm says', async () => {
    const { world, verifier } = outside({ algorithms: ['ES256', 'ES384'] });
    world.keys = [jwk('k', p384.publicKey)];
    const sign = signEcdsa(p384.privateKey);
    expect(await isBelieved(verifier, outsideToken({}, { alg: 'ES256', kid: 'k' }, sign))).toBe(false);
  });

  test('is refused when its key is an RSA key of fewer than 2048 bits', async () => {
    const { world, verifier } = outside();
    world.keys = [jwk('weak', weakRsa.publicKey)];
    expect(await isBelieved(verifier, outsideToken({}, { kid: 'weak' }, signRsa(weakRsa.privateKey)))).toBe(
      false,
    );
  });

  test('is refused when the published key is a private one, or none at all', async () => {
    const { world, verifier } = outside();
    world.keys = [jwk('r1', rsa.privateKey), { kid: 'r2', use: 'sig', kty: 'RSA' }];
    expect(await isBelieved(verifier, outsideToken())).toBe(false);
    expect(await isBelieved(verifier, outsideToken({}, { kid: 'r2' }))).toBe(false);
  });

  test('may leave its key unnamed while the issuer has one that fits, not when it has two', async () => {
    const { world, verifier } = outside();
    expect(await isBelieved(verifier, outsideToken({}, { kid: undefined }))).toBe(true);
    world.keys.push(jwk('r2', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey));
    world.now += HOUR;
    expect(await isBelieved(verifier, outsideToken({}, { kid: undefined }))).toBe(false);
  });

  test('carries its claims under the names its issuer uses', async () => {
    const names = { organizationId: 'https://example.org/tenant', permissions: 'roles' };
    const { verifier } = outside({ claims: names });
    const members = { 'https://example.org/tenant': 'org_7', roles: ['reports:read'] };
    expect(await verifier.verify(outsideToken(members))).toMatchObject({
      organizationId: 'org_7',
      permissions: ['reports:read'],
    });
  });

  test('speaks for no key of ours, whichever it names', async () => {
    const { verifier } = outside();
    expect(await verifier.verify(outsideToken({ keyId: 'key_1' }))).toMatchObject({ keyId: null });
  });

  test('speaks only for the organizations its issuer is configured for', async () => {
    const { verifier } = outside({ organizationIds: ['org_1', 'org_2'] });
    expect(await isBelieved(verifier, outsideToken({ organizationId: 'org_2' }))).toBe(true);
    expect(await isBelieved(verifier, outsideToken({ organizationId: 'org_3' }))).toBe(false);
  });

  test('cannot pass for one of ours, nor ours for one of theirs', async () => {
    const { verifier } = outside({ algorithms: ['RS256', 'ES256'] });
    expect(await isBelieved(verifier, outsideToken({ iss: ISSUER, aud: AUDIENCE }))).toBe(false);
    expect(await isBelieved(verifier, outsideToken({}, { alg: 'ES256', kid: 'key_1' }, own.sign))).toBe(
      false,
    );
  });

  test('cannot pass for one of ours when its issuer is configured under our name', async () => {
    const { verifier } = outside({ issuer: ISSUER, audience: AUDIENCE });
    expect(await isBelieved(verifier, outsideToken({ iss: ISSUER, aud: AUDIENCE }))).toBe(false);
    expect(await isBelieved(verifier, goodToken)).toBe(true);
  });
});

describe('the keys of an outside issuer', () => {
  test('are asked for once and kept for ten minutes', async () => {
    const { world, verifier } = outside();
    await Promise.all(
      [outsideToken(), outsideToken(), outsideToken()].map((token) => verifier.verify(token)),
    );
    world.now += 10 * MINUTE - 1;
    await verifier.verify(outsideToken());
    expect(world.asked).toBe(1);
    world.now += 1;
    await verifier.verify(outsideToken());
    expect(world.asked).toBe(2);
  });

  test('are not asked for by a token that is refused for other reasons', async () => {
    const { world, verifier } = outside();
    const faults = [
      { exp: NOW_SECONDS - 1 },
      { organizationId: '' },
      { permissions: 'all' },
      { iss: 'elsewhere' },
    ];
    for (const members of faults) expect(await isBelieved(verifier, outsideToken(members))).toBe(false);
    expect(world.asked).toBe(0);
  });

  test('are asked for again when a token names a new one, at most every ten seconds', async () => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    world.keys.push(jwk('r2', rsa.publicKey));
    for (let call = 0; call < 5; call++) await verifier.verify(outsideToken({}, { kid: `invented-${call}` }));
    expect(await isBelieved(verifier, outsideToken({}, { kid: 'r2' }))).toBe(false);
    expect(world.asked).toBe(1);
    world.now += 10 * SECOND;
    expect(await isBelieved(verifier, outsideToken({}, { kid: 'r2' }))).toBe(true);
    expect(world.asked).toBe(2);
  });

  test('that were withdrawn prove nothing after ten minutes', async () => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    world.keys = [];
    world.now += 10 * MINUTE;
    expect(await isBelieved(verifier, outsideToken())).toBe(false);
  });

  test('are loaded anew where the clock was set back beyond the moment they were loaded', async () => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    world.keys = [];
    world.now -= HOUR;
    expect(await isBelieved(verifier, outsideToken({ jti: 'another' }))).toBe(false);
  });

  test.each([
    ['cannot be reached', { reachable: false }],
    ['answers with an error', { status: 500 }],
    ['points elsewhere', { status: 302 }],
  ])('stay in force for a day where the endpoint %s', async (_, trouble) => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    Object.assign(world, trouble);
    world.now += 24 * HOUR - 1;
    expect(await isBelieved(verifier, outsideToken())).toBe(true);
    expect(await isBelieved(verifier, outsideToken({}, { kid: 'unknown' }))).toBe(false);
    world.now += 1;
    expect(await failureOf(verifier.verify(outsideToken()))).toBe('unavailable');
  });

  test('are not waited for where the endpoint failed before and now keeps silent', async () => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    world.now += HOUR;
    world.reachable = false;
    expect(await isBelieved(verifier, outsideToken())).toBe(true);
    world.now += 10 * SECOND;
    world.silent = true;
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 2_000).unref());
    expect(await Promise.race([isBelieved(verifier, outsideToken()), late])).toBe(true);
    expect(world.asked).toBe(3);
  });

  test('are waited for where the endpoint failed long ago', async () => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    world.now += HOUR;
    world.reachable = false;
    expect(await isBelieved(verifier, outsideToken())).toBe(true);
    world.now += MINUTE;
    Object.assign(world, { reachable: true, keys: [] });
    expect(await isBelieved(verifier, outsideToken())).toBe(false);
  });

  test('that do not hold the one a token names refuse it where the endpoint cannot be reached', async () => {
    const { world, verifier } = outside();
    await verifier.verify(outsideToken());
    world.reachable = false;
    world.now += MINUTE;
    expect(await isBelieved(verifier, outsideToken({}, { kid: 'unknown' }))).toBe(false);
    expect(world.asked).toBe(2);
  });

  test('that were never had make the answer unavailable, and are asked for again ten seconds later', async () => {
    const { world, verifier } = outside();
    world.reachable = false;
    expect(await failureOf(verifier.verify(outsideToken()))).toBe('unavailable');
    world.reachable = true;
    expect(await failureOf(verifier.verify(outsideToken()))).toBe('unavailable');
    expect(world.asked).toBe(1);
    world.now += 10 * SECOND;
    expect(await isBelieved(verifier, outsideToken())).toBe(true);
  });

  test('that cannot be had do not keep our own tokens from being believed', async () => {
    const { world, verifier } = outside();
    world.reachable = false;
    expect(await isBelieved(verifier, goodToken)).toBe(true);
  });
});
