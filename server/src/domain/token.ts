import { perceived } from './look-alike.ts';
import type { Permission } from './permission.ts';
import { operator, service } from './setting-change.ts';
import type { Instant } from './time.ts';

/** The algorithms that an issuer may use: only asymmetric ones, since a shared secret could mint as well as check. */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

export function isTokenAlgorithm(text: string): text is TokenAlgorithm {
  return (tokenAlgorithms as readonly string[]).includes(text);
}

/** What an issuer calls the claims of its tokens. */
export interface TokenClaimNames {
  readonly organizationId: string;
  readonly permissions: string;
}

export const defaultClaimNames: TokenClaimNames = {
  organizationId: 'organizationId',
  permissions: 'permissions',
};

/** The claim of our own tokens that names the API key they come from. */
export const keyIdClaim = 'keyId';

/** An outside issuer whose tokens are accepted, as the operator configured it. */
export interface TokenIssuer {
  /** What `iss` must equal. */
  readonly issuer: string;
  /** What `aud` must equal or contain. */
  readonly audience: string;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly jwksUrl: string;
  readonly claims: TokenClaimNames;
  /** The organizations that it may speak for; empty for all of this service. */
  readonly organizationIds: readonly string[];
}

/** What a verified token says. */
export interface VerifiedToken {
  readonly issuer: string;
  /** Whether we minted it ourselves. */
  readonly isOwn: boolean;
  /** The `sub` claim, or `unknown`. */
  readonly subject: string;
  readonly organizationId: string;
  readonly permissions: readonly Permission[];
  /** The API key that one of our own tokens comes from; null for one made by an operator or an outside issuer. */
  readonly keyId: string | null;
  readonly expiresTime: Instant;
}

/** The actor that a verified token stands for. */
export function actorOf({ isOwn, issuer, subject }: VerifiedToken): string {
  return isOwn ? subject : `${issuer} ${subject}`;
}

/** Whether a requested subject would read as the actor of an operator, the service, an API key or an outside issuer. */
export function isReservedSubject(subject: string, outside: readonly Pick<TokenIssuer, 'issuer'>[]): boolean {
  const read = perceived(subject);
  if (read === perceived(operator) || read === perceived(service) || read.startsWith('key_')) return true;
  return outside.some(({ issuer }) => read.startsWith(`${perceived(issuer)} `));
}
