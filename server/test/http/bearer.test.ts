import { describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  claimsWithRaw,
  compact,
  goodClaims,
  goodHeader,
  goodToken,
  ISSUER,
  NOW_SECONDS,
  own,
  ownVerifier,
  withClaims,
} from './bearer-forge.ts';

const verifier = ownVerifier();

async function expectRefused(token: string): Promise<void> {
  expect(await verifier.verify(token)).toBeNull();
}

describe('a token of our own', () => {
  test('says who its bearer is, for which organization, with which permissions', async () => {
    expect(await verifier.verify(goodToken)).toEqual({
      issuer: ISSUER,
      subject: 'crm',
      organizationId: 'org_1',
      permissions: ['lead-sources:read', 'customers:write'],
      isOwn: true,
      keyId: null,
      expiresTime: (NOW_SECONDS + 3600) * 1000,
    });
  });

  test('may name several audiences when ours is among them', async () => {
    expect(await verifier.verify(withClaims({ aud: ['elsewhere', AUDIENCE] }))).not.toBeNull();
  });

  test('may have a header without typ and with parameters that nobody knows', async () => {
    const header = { alg: 'ES256', kid: 'key_1', colour: 'blue' };
    expect(await verifier.verify(compact(header, goodClaims, own.sign))).not.toBeNull();
  });

  test.each([
    ['absent', undefined],
    ['a number', 7],
    ['null', null],
  ])('has the subject unknown where sub is %s', async (_, sub) => {
    expect((await verifier.verify(withClaims({ sub })))?.subject).toBe('unknown');
  });

  test('loses permissions that this service does not know', async () => {
    const permissions = ['reports:read', 'reports:admin', 'REPORTS:WRITE', ''];
    expect((await verifier.verify(withClaims({ permissions })))?.permissions).toEqual(['reports:read']);
  });

  test.each([
    ['permissions missing', { permissions: undefined }],
    ['permissions as one string', { permissions: 'reports:read customers:read' }],
    ['permissions with a number among them', { permissions: ['reports:read', 1] }],
    ['permissions as an object', { permissions: { 0: '*' } }],
    ['no organization', { organizationId: undefined }],
    ['an empty organization', { organizationId: '' }],
    ['an organization that is a list', { organizationId: ['org_1'] }],
    ['an organization with U+0000', { organizationId: 'org_1\0' }],
    ['a key that is a number', { keyId: 7 }],
    ['a key with U+0000', { keyId: 'key_1\0' }],
    ['a subject with U+0000', { sub: 'crm\0' }],
    ['a subject with a lone surrogate', { sub: 'crm\ud800' }],
    ['a subject of more than 2,048 bytes', { sub: 'é'.repeat(1025) }],
  ])('is refused with %s', async (_, members) => expectRefused(withClaims(members)));
});

describe('claims that are not one JSON object are refused', () => {
  test.each([
    ['a duplicate member', `{"permissions":["*"],${JSON.stringify(goodClaims).slice(1)}`],
    ['a duplicate deep inside', claimsWithRaw('extra', '{"a":[{"b":1,"b":2}]}')],
    ['nesting without end', claimsWithRaw('extra', `${'['.repeat(1000)}${']'.repeat(1000)}`)],
    ['an array', JSON.stringify([goodClaims])],
    ['null', 'null'],
    ['text', 'hello'],
  ])('%s', async (_, claims) => expectRefused(compact(goodHeader, claims, own.sign)));
});

describe('times are judged to the second, with 60 seconds of skew for a beginning and none for the end', () => {
  test.each([
    ['exp missing', { exp: undefined }],
    ['exp as a string', { exp: String(NOW_SECONDS + 3600) }],
    ['exp null', { exp: null }],
    ['exp 0', { exp: 0 }],
    ['exp negative', { exp: -NOW_SECONDS }],
    ['exp past', { exp: NOW_SECONDS - 1 }],
    ['exp now', { exp: NOW_SECONDS }],
    ['exp in an array', { exp: [NOW_SECONDS + 3600] }],
    ['exp beyond the safe integers', { exp: 1e300 }],
    ['nbf future', { nbf: NOW_SECONDS + 61 }],
    ['nbf as a string', { nbf: String(NOW_SECONDS) }],
    ['nbf null', { nbf: null }],
    ['iat future', { iat: NOW_SECONDS + 61 }],
    ['iat as a string', { iat: String(NOW_SECONDS) }],
  ])('%s is refused', async (_, members) => expectRefused(withClaims(members)));

  test.each(['exp', 'nbf', 'iat'])('%s of 1e400, which no number holds, is refused', async (name) => {
    await expectRefused(compact(goodHeader, claimsWithRaw(name, '1e400'), own.sign));
    await expectRefused(compact(goodHeader, claimsWithRaw(name, '-1e400'), own.sign));
  });

  test.each([
    ['exp a second ahead', { exp: NOW_SECONDS + 1 }],
    ['exp with a fraction', { exp: NOW_SECONDS + 0.5 }],
    ['nbf 60 seconds ahead', { nbf: NOW_SECONDS + 60 }],
    ['iat 60 seconds ahead', { iat: NOW_SECONDS + 60 }],
    ['no iat', { iat: undefined }],
  ])('%s is believed', async (_, members) =>
    expect(await verifier.verify(withClaims(members))).not.toBeNull(),
  );
});

describe('issuer and audience are compared whole', () => {
  test.each([
    ['aud missing', { aud: undefined }],
    ['aud null', { aud: null }],
    ['aud empty', { aud: '' }],
    ['aud a list without us', { aud: ['elsewhere', `${AUDIENCE}/`] }],
    ['aud an empty list', { aud: [] }],
    ['aud a list within a list', { aud: [[AUDIENCE]] }],
    ['aud a part of ours', { aud: AUDIENCE.slice(0, -1) }],
    ['aud ours and more', { aud: `${AUDIENCE} elsewhere` }],
    ['aud of another case', { aud: AUDIENCE.toUpperCase() }],
    ['aud an object', { aud: { 0: AUDIENCE, length: 1 } }],
    ['iss missing', { iss: undefined }],
    ['iss null', { iss: null }],
    ['iss in a list', { iss: [ISSUER] }],
    ['iss with a suffix', { iss: `${ISSUER}.evil.example` }],
    ['iss with a slash', { iss: `${ISSUER}/` }],
    ['iss of another case', { iss: ISSUER.toUpperCase() }],
    ['iss cut short', { iss: ISSUER.slice(0, -1) }],
    ['iss of a member every object has', { iss: '__proto__' }],
  ])('%s is refused', async (_, members) => expectRefused(withClaims(members)));
});
