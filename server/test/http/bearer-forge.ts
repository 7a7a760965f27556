import { constants, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { Failure } from '../../src/domain/failure.ts';
import type { SigningKey } from '../../src/domain/signing-key.ts';
import { createTokenVerifier, type TokenVerifier } from '../../src/http/bearer.ts';

export const ISSUER = 'https://leads.example.com';
export const AUDIENCE = 'https://leads.example.com/api';
export const NOW = Date.UTC(2026, 10, 23, 8, 15, 30);
export const NOW_SECONDS = NOW / 1000;

export type Sign = (input: string) => Buffer;

/** Claims that our own verifier believes when signed by our own key. */
export const goodClaims: Readonly<Record<string, unknown>> = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'crm',
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 3600,
  organizationId: 'org_1',
  permissions: ['lead-sources:read', 'customers:write'],
};

export function base64url(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url');
}

/** A compact JWS of any header and claims, given as values or as their very text, signed whatever they say. */
export function compact(header: unknown, claims: unknown, sign: Sign): string {
  const input = `${base64url(asText(header))}.${base64url(asText(claims))}`;
  return `${input}.${base64url(sign(input))}`;
}

function asText(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part);
}

export function signEcdsa(key: KeyObject, hash = 'sha256'): Sign {
  return (input) => signBytes(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

export function signRsa(key: KeyObject, hash = 'sha256'): Sign {
  return (input) => signBytes(hash, Buffer.from(input), key);
}

export function signRsaPss(key: KeyObject, hash: string): Sign {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return (input) =>
    signBytes(hash, Buffer.from(input), { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}

export function signEdwards(key: KeyObject): Sign {
  return (input) => signBytes(null, Buffer.from(input), key);
}

export function toSigningKey(id: string, publicKey: KeyObject): SigningKey {
  return { id, publicJwk: { ...publicKey.export({ format: 'jwk' }) }, privateJwk: {}, createdTime: NOW };
}

/** The claims' text with one member's value written as it stands, for values that JSON.stringify cannot produce. */
export function claimsWithRaw(name: string, rawValue: string): string {
  const others = Object.entries(goodClaims).filter(([member]) => member !== name);
  const text = JSON.stringify(Object.fromEntries(others));
  return `${text.slice(0, -1)},${JSON.stringify(name)}:${rawValue}}`;
}

const ownPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A key of our own and what it signs. */
export const own = {
  publicKey: ownPair.publicKey,
  privateKey: ownPair.privateKey,
  signingKey: toSigningKey('key_1', ownPair.publicKey),
  sign: signEcdsa(ownPair.privateKey),
};

export const goodHeader = { alg: 'ES256', kid: 'key_1', typ: 'JWT' };
export const goodToken = compact(goodHeader, goodClaims, own.sign);

export function withHeader(members: Readonly<Record<string, unknown>>): string {
  return compact({ ...goodHeader, ...members }, goodClaims, own.sign);
}

export function withClaims(members: Readonly<Record<string, unknown>>): string {
  return compact(goodHeader, { ...goodClaims, ...members }, own.sign);
}

/** A verifier that trusts our own key alone, at `NOW`. */
export function ownVerifier(): TokenVerifier {
  const keys = async () => [own.signingKey];
  return createTokenVerifier({
    own: { issuer: ISSUER, audience: AUDIENCE, keys },
    outside: [],
    now: () => NOW,
  });
}

export async function isBelieved(verifier: TokenVerifier, token: string): Promise<boolean> {
  return (await verifier.verify(token)) !== null;
}

export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const failure = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  return failure instanceof Failure ? failure.code : 'none';
}
