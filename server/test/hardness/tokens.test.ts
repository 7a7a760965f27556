import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  base64url,
  compact,
  goodClaims,
  ISSUER,
  NOW,
  NOW_SECONDS,
  type Sign,
  signEcdsa,
  signRsa,
} from '../http/bearer-forge.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';
import { expectProblem, expectUnknown, freshId } from '../support/verdicts.ts';
import { sendWire, type WireAnswer } from '../support/wire.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const wideCurve = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = {
  keys: [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa' },
    { ...curve.publicKey.export({ format: 'jwk' }), kid: 'ec' },
    { ...wideCurve.publicKey.export({ format: 'jwk' }), kid: 'wide' },
  ],
};

const claims = {
  ...goodClaims,
  organizationId: testOrganizationId,
  permissions: ['lead-sources:read', 'lead-sources:write'],
};
const rsaHeader = { alg: 'RS256', kid: 'rsa', typ: 'JWT' };
const curveHeader = { alg: 'ES256', kid: 'ec', typ: 'JWT' };
const byRsa = signRsa(rsa.privateKey);
const byCurve = signEcdsa(curve.privateKey);
const good = compact(rsaHeader, claims, byRsa);
const goodByCurve = compact(curveHeader, claims, byCurve);
const [headerPart = '', claimsPart = '', signaturePart = ''] = good.split('.');

let service: TestService;
let issuer: Server;
const askedOfIssuer: string[] = [];
beforeAll(async () => {
  issuer = createServer((request, response) => {
    askedOfIssuer.push(request.url ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const { port } = issuer.address() as AddressInfo;
  const jwksUrl = `http://127.0.0.1:${port}/jwks.json`;
  const trusted = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256', 'ES256'], jwksUrl };
  service = await startTestService({ LEADSOURCE_JWT_ISSUERS: JSON.stringify([trusted]) }, () => NOW);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  issuer.close();
});

function put(target: string, token: string | null): Promise<WireAnswer> {
  const headers = token === null ? [] : [['Authorization', `Bearer ${token}`] as const];
  return sendWire(service, { target, key: null, headers, body: '{}' });
}

const target = '/customers/nobody/lead-source';

/** Answered exactly as if there were no credential, and without looking anything up elsewhere. */
async function expectRefused(token: string): Promise<void> {
  const [none, refused] = [await put(target, null), await put(target, token)];
  expectProblem({ status: refused.status, body: refused.json }, 401);
  expect(refused.json).toEqual(none.json);
  expect(refused.headers['www-authenticate']).toBe(none.headers['www-authenticate']);
  await expectUnknown(service, 'nobody');
}

function withHeader(members: Readonly<Record<string, unknown>>): string {
  return compact({ ...rsaHeader, ...members }, claims, byRsa);
}

function withClaims(members: Readonly<Record<string, unknown>>): string {
  return compact(rsaHeader, { ...claims, ...members }, byRsa);
}

test('a good token is accepted', async () => {
  for (const token of [good, goodByCurve]) {
    expect((await put(`/customers/${freshId()}/lead-source`, token)).status).toBe(201);
  }
});

describe('an algorithm that proves nothing is refused', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', ''])('alg %j', async (alg) => {
    const header = base64url(JSON.stringify({ ...rsaHeader, alg }));
    await expectRefused(`${header}.${claimsPart}.`);
    await expectRefused(`${header}.${claimsPart}.${signaturePart}`);
  });

  const hmac = (secret: string | Buffer): Sign => {
    return (input) => createHmac('sha256', secret).update(input).digest();
  };
  test.each([
    ['PEM (SPKI)', rsa.publicKey.export({ format: 'pem', type: 'spki' })],
    ['PEM (PKCS#1)', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' })],
    ['DER', rsa.publicKey.export({ format: 'der', type: 'spki' })],
    ['JWK', JSON.stringify(rsa.publicKey.export({ format: 'jwk' }))],
    ['the modulus', String(rsa.publicKey.export({ format: 'jwk' }).n)],
    ['nothing', ''],
  ])('HS256 signed with the public RSA key as %s', async (_, secret) => {
    await expectRefused(compact({ ...rsaHeader, alg: 'HS256' }, claims, hmac(secret)));
  });

  test.each([
    ['the wrong curve', compact({ alg: 'ES256', kid: 'wide' }, claims, signEcdsa(wideCurve.privateKey))],
    ['the key of another algorithm', compact({ alg: 'ES256', kid: 'rsa' }, claims, byRsa)],
    [
      'an algorithm not allowed',
      compact({ alg: 'RS512', kid: 'rsa' }, claims, signRsa(rsa.privateKey, 'sha512')),
    ],
    ['a stranger', compact(rsaHeader, claims, signRsa(stranger.privateKey))],
    ['r = s = 0', compact(curveHeader, claims, () => Buffer.alloc(64))],
    ['63 bytes', compact(curveHeader, claims, (input) => byCurve(input).subarray(1))],
    ['65 bytes', compact(curveHeader, claims, (input) => Buffer.concat([byCurve(input), Buffer.alloc(1)]))],
    ['nothing', `${headerPart}.${claimsPart}.`],
    ['the signature of other claims', `${headerPart}.${base64url(JSON.stringify(claims))}A.${signaturePart}`],
  ])('signed by %s', async (_, token) => expectRefused(token));
});

describe('a form other than the compact one is refused', () => {
  test.each([
    ['two parts', `${headerPart}.${claimsPart}`],
    ['an extra dot', `${good}.`],
    ['a dot before', `.${good}`],
    ['four parts', `${good}.${signaturePart}`],
    ['dots alone', '..'],
    ['padding', `${good}==`],
    ['JSON', JSON.stringify({ protected: headerPart, payload: claimsPart, signature: signaturePart })],
    ['a JWE', `${base64url('{"alg":"RSA-OAEP-256","enc":"A256GCM"}')}.AAAA.AAAA.AAAA.AAAA`],
    ['10 KB', `${headerPart}.${'A'.repeat(10_000)}.${signaturePart}`],
  ])('%s', async (_, token) => expectRefused(token));

  test('one megabyte is more than headers may have', async () => {
    const answer = await put(target, `${headerPart}.${'A'.repeat(1_000_000)}.${signaturePart}`);
    expectProblem({ status: answer.status, body: answer.json }, 431);
  });
});

describe('a header that asks for anything special is refused', () => {
  const url = 'http://127.0.0.1:9/keys.json';
  test.each([
    ['crit', { crit: ['exp'] }],
    ['b64 false', { b64: false, crit: ['b64'] }],
    ['jku', { jku: url }],
    ['x5u', { x5u: url }],
    ['jwk', { jwk: rsa.publicKey.export({ format: 'jwk' }) }],
    ['x5c', { x5c: ['MIIB'] }],
    ['kid as a path', { kid: '../../../../dev/null' }],
    ['kid as SQL', { kid: "rsa' OR '1'='1" }],
    ['kid with NUL', { kid: 'rsa\0' }],
    ['kid as an array', { kid: ['rsa'] }],
    ['kid of 10 KB', { kid: 'k'.repeat(10_000) }],
  ])('%s', async (_, members) => expectRefused(withHeader(members)));

  test('even with its own key, nothing the header points to is followed', async () => {
    const { port } = issuer.address() as AddressInfo;
    for (const name of ['jku', 'x5u']) {
      await expectRefused(withHeader({ [name]: `http://127.0.0.1:${port}/followed`, kid: 'elsewhere' }));
    }
    expect(askedOfIssuer.filter((path) => path !== '/jwks.json')).toEqual([]);
  });

  test('a member named twice', async () => {
    await expectRefused(compact('{"alg":"none","alg":"RS256","kid":"rsa"}', claims, byRsa));
    await expectRefused(compact('{"alg":"RS256","kid":"rsa","\\u0061lg":"RS256"}', claims, byRsa));
  });
});

describe('claims that do not hold are refused', () => {
  test.each([
    ['exp missing', { exp: undefined }],
    ['exp a string', { exp: String(NOW_SECONDS + 3600) }],
    ['exp 0', { exp: 0 }],
    ['exp past', { exp: NOW_SECONDS - 1 }],
    ['nbf future', { nbf: NOW_SECONDS + 61 }],
    ['iat future', { iat: NOW_SECONDS + 61 }],
    ['aud missing', { aud: undefined }],
    ['aud a list without us', { aud: ['elsewhere'] }],
    ['aud a part of ours', { aud: AUDIENCE.slice(0, -1) }],
    ['iss with a suffix', { iss: `${ISSUER}.evil.example` }],
    ['iss of another case', { iss: ISSUER.toUpperCase() }],
    ['iss with a slash', { iss: `${ISSUER}/` }],
    ['iss our own', { iss: 'http://leadsource.test', aud: 'leadsource' }],
    ['an unknown organization', { organizationId: 'org_other' }],
  ])('%s', async (_, members) => expectRefused(withClaims(members)));

  test('exp of 1e400', async () => {
    const endless = JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400');
    await expectRefused(compact(rsaHeader, endless, byRsa));
  });
});

test('a good token without the permission is known, but may not', async () => {
  const answer = await put(target, withClaims({ permissions: ['lead-sources:read', 'customers:write'] }));
  expectProblem({ status: answer.status, body: answer.json }, 403);
  await expectUnknown(service, 'nobody');
});

test("a token's permission to lead sources of its organization opens no other organization", async () => {
  const answer = await put(`/organizations/org_other${target}`, good);
  expectProblem({ status: answer.status, body: answer.json }, 404);
});
