import { Failure } from './failure.ts';
import { isNetworkWithin } from './network.ts';
import type { Environment } from './organization.ts';
import { beyond, type Permission } from './permission.ts';
import type { Principal } from './principal.ts';
import { changeTime, type Instant } from './time.ts';

export const apiKeyTypes = ['secret', 'publishable'] as const;
export type ApiKeyType = (typeof apiKeyTypes)[number];

/** What is kept of an API key. The key itself is shown once and never kept. */
export interface ApiKey {
  readonly id: string;
  readonly organizationId: string;
  readonly type: ApiKeyType;
  readonly description: string | null;
  readonly acl: readonly Permission[];
  /** CIDR ranges it may be used from; empty: anywhere. */
  readonly allowedIps: readonly string[];
  /** Web origins a publishable key may be used from; empty: any. */
  readonly allowedOrigins: readonly string[];
  readonly expiresTime: Instant | null;
  readonly lastUsedTime: Instant | null;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
}

/** What the maker or changer of a key decides. */
export interface ApiKeyRequest {
  readonly description: string | null;
  /** Null gives a new key its maker's own permissions, and leaves those of an existing key as they are. */
  readonly acl: readonly Permission[] | null;
  readonly allowedIps: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly expiresTime: Instant | null;
}

/** What the maker or changer of a key has, and may therefore give. */
export type KeyGiver = Pick<Principal, 'permissions' | 'allowedIps'>;

/**
 * The key as its changer wants it. Fails with `forbidden` where the key has, or would get, permissions or addresses that the
 * changer lacks.
 */
export function changeApiKey(key: ApiKey, request: ApiKeyRequest, giver: KeyGiver, now: Instant): ApiKey {
  // A key that may do more than its changer cannot even be prolonged: that would grant what the changer lacks.
  requireWithin(giver, key);
  requireWithin(giver, { ...request, acl: request.acl ?? [] });
  return { ...key, ...request, acl: request.acl ?? key.acl, updatedTime: changeTime(key, now) };
}

/** What is wrong with an expiry; null if nothing is. An expired key is of no use to anybody: its maker must mean another moment. */
export function faultOfExpiry(expiresTime: Instant, now: Instant): string | null {
  return expiresTime <= now ? 'must be in the future' : null;
}

/** Fails with `forbidden` if the giver lacks any of the wanted permissions or addresses. */
export function requireWithin(
  { permissions, allowedIps }: KeyGiver,
  wanted: Pick<ApiKey, 'acl' | 'allowedIps'>,
): void {
  const [missing] = beyond(permissions, wanted.acl);
  if (missing !== undefined) throw notGiven(`The permission ${missing}`, 'does not have it');
  if (allowedIps.length === 0) return;
  if (wanted.allowedIps.length === 0) throw notGiven('Use from any address', 'is limited to some');
  const isHeld = (network: string) => allowedIps.some((held) => isNetworkWithin(network, held));
  const outside = wanted.allowedIps.find((network) => !isHeld(network));
  if (outside !== undefined) throw notGiven(`Use from ${outside}`, 'may not call from all of it');
}

function notGiven(what: string, why: string): Failure {
  return new Failure('forbidden', `${what} cannot be given by one who ${why}.`);
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 32;

/**
 * A new key: `sk_live_` or the like, 32 random base62 characters, and 6 as a checksum (CRC-32 of everything before). `random`
 * should hold about 64 bytes, since those that would favour a character are skipped. Fails with `RangeError` where too few are
 * left.
 */
export function composeApiKey(
  type: ApiKeyType,
  environment: Environment,
  random: Uint8Array,
  crc32: (text: string) => number,
): string {
  const unbiased = Array.from(random).filter((byte) => byte < 248);
  if (unbiased.length < randomLength) throw new RangeError('Too few random bytes for a key.');
  const body = unbiased.slice(0, randomLength).map((byte) => base62.charAt(byte % 62));
  const start = `${type === 'secret' ? 'sk' : 'pk'}_${environment}_${body.join('')}`;
  return start + base62Checksum(crc32(start));
}

const format = /^([sp]k)_(live|sandbox)_[0-9A-Za-z]{30,}[0-9A-Za-z]{6}$/;

/** The environment that a key of our format names; null for any other key, which its owner chose. */
export function apiKeyEnvironment(key: string): Environment | null {
  return (format.exec(key)?.[2] as Environment | undefined) ?? null;
}

function base62Checksum(checksum: number): string {
  let rest = checksum;
  let text = '';
  for (let place = 0; place < 6; place++) {
    text = base62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
