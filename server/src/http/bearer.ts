import { type CryptoKey, type FetchImplementation, jwtVerify } from 'jose';
import { memberOf } from '../domain/body-faults.ts';
import { isPermission } from '../domain/permission.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import type { Instant } from '../domain/time.ts';
import { defaultClaimNames, keyIdClaim, type TokenIssuer, type VerifiedToken } from '../domain/token.ts';
import { type JsonObject, readToken } from './bearer-form.ts';
import { type Clock, type FindKey, ownKeys, remoteKeys } from './bearer-keys.ts';
import { rememberTokens } from './bearer-memory.ts';

const SKEW_SECONDS = 60;
const MAX_REMEMBERED_TOKENS = 10_000;
/**
 * Actors are looked up through an index, whose entries are limited in size on PostgreSQL. One of our own tokens may stand for the
 * bearer of an outside issuer's token; its subject then contains that issuer's name, too.
 */
const longestSubjectBytes = { own: 2048, outside: 1024 } as const;

export interface TokenVerifier {
  /**
   * Who the token says its bearer is; null for one that must not be trusted. Fails with `unavailable` only if the keys to verify
   * it cannot be loaded.
   */
  verify(token: string): Promise<VerifiedToken | null>;
}

export interface TokenVerifierParts {
  readonly own: {
    readonly issuer: string;
    readonly audience: string;
    readonly keys: () => Promise<readonly SigningKey[]>;
  };
  readonly outside: readonly TokenIssuer[];
  readonly now: Clock;
  readonly fetch?: FetchImplementation;
}

interface TrustedIssuer extends Omit<TokenIssuer, 'jwksUrl'> {
  readonly isOwn: boolean;
  readonly findKey: FindKey;
}

/** Verifies bearer tokens, and remembers valid ones for at most a minute and never past their expiry. */
export function createTokenVerifier(parts: TokenVerifierParts): TokenVerifier {
  const { now } = parts;
  const issuers = trustedIssuers(parts);
  const remembered = rememberTokens(MAX_REMEMBERED_TOKENS, now);

  return {
    async verify(token) {
      const known = remembered.recall(token);
      if (known !== null) return known;
      const verified = await judge(token, issuers, now);
      if (verified !== null) remembered.keep(token, verified);
      return verified;
    },
  };
}

/** Keyed by exact name. Our own entry comes last, so that no outside issuer can take its name. */
function trustedIssuers({
  own,
  outside,
  now,
  fetch,
}: TokenVerifierParts): ReadonlyMap<string, TrustedIssuer> {
  const ours: TrustedIssuer = {
    issuer: own.issuer,
    audience: own.audience,
    algorithms: ['ES256'],
    claims: defaultClaimNames,
    organizationIds: [],
    isOwn: true,
    findKey: ownKeys(own.keys, now),
  };
  const others = outside.map((issuer) => ({
    ...issuer,
    isOwn: false,
    findKey: remoteKeys(issuer.jwksUrl, now, fetch),
  }));
  return new Map([...others, ours].map((issuer) => [issuer.issuer, issuer]));
}

async function judge(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  now: Clock,
): Promise<VerifiedToken | null> {
  const unverified = readToken(token);
  if (unverified === null) return null;
  const { header, claims } = unverified;
  const named = memberOf(claims, 'iss');
  const issuer = typeof named === 'string' ? issuers.get(named) : undefined;
  if (issuer === undefined) return null;
  if (!issuer.algorithms.some((algorithm) => algorithm === header.alg)) return null;
  const expiresTime = readExpiry(claims, now());
  if (expiresTime === null) return null;
  const verified = readBearer(claims, issuer, expiresTime);
  if (verified === null) return null;
  const key = await issuer.findKey(header);
  if (key === null || !(await isSigned(token, key, issuer, now()))) return null;
  return verified;
}

async function isSigned(
  token: string,
  key: CryptoKey,
  issuer: TrustedIssuer,
  now: Instant,
): Promise<boolean> {
  try {
    await jwtVerify(token, key, {
      algorithms: [...issuer.algorithms],
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['iss', 'aud', 'exp'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now),
    });
    return true;
  } catch {
    // Whatever the reason, such as a key of the wrong kind, the token is not proven.
    return false;
  }
}

/** When the token expires; null if it has expired, never expires, or is not valid yet. */
function readExpiry(claims: JsonObject, now: Instant): Instant | null {
  const expiresSeconds = memberOf(claims, 'exp');
  if (!isNumericDate(expiresSeconds) || expiresSeconds * 1000 <= now) return null;
  for (const name of ['nbf', 'iat']) {
    const seconds = memberOf(claims, name);
    if (seconds === undefined) continue;
    if (!isNumericDate(seconds) || (seconds - SKEW_SECONDS) * 1000 > now) return null;
  }
  return expiresSeconds * 1000;
}

function readBearer(claims: JsonObject, issuer: TrustedIssuer, expiresTime: Instant): VerifiedToken | null {
  const organizationId = memberOf(claims, issuer.claims.organizationId);
  if (!isKeepableText(organizationId) || organizationId === '') return null;
  const { organizationIds } = issuer;
  if (organizationIds.length > 0 && !organizationIds.includes(organizationId)) return null;
  const permissions = memberOf(claims, issuer.claims.permissions);
  if (!isTextList(permissions)) return null;
  const subject = memberOf(claims, 'sub');
  const longest = issuer.isOwn ? longestSubjectBytes.own : longestSubjectBytes.outside;
  if (typeof subject === 'string' && !isKeepableText(subject)) return null;
  if (typeof subject === 'string' && Buffer.byteLength(subject) > longest) return null;
  // Only we know the ids of our keys: in a token of another issuer, this claim means nothing.
  const keyId = issuer.isOwn ? (memberOf(claims, keyIdClaim) ?? null) : null;
  if (keyId !== null && !isKeepableText(keyId)) return null;
  return {
    issuer: issuer.issuer,
    isOwn: issuer.isOwn,
    subject: typeof subject === 'string' ? subject : 'unknown',
    organizationId,
    permissions: permissions.filter(isPermission),
    keyId,
    expiresTime,
  };
}

/** Beyond the safe integers, numbers cannot tell consecutive seconds apart. */
function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Text that every engine can store, since the bearer's names are stored with what they change. */
function isKeepableText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}
