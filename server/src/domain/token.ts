import type { Permission } from './permission.ts';

/** The algorithms a token's issuer may be allowed: asymmetric ones only, since a shared secret could mint as well as check. */
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

/** What a token's claims are called by the issuer that writes them. */
export interface TokenClaimNames {
  readonly organizationId: string;
  readonly permissions: string;
}

export const defaultClaimNames: TokenClaimNames = {
  organizationId: 'organizationId',
  permissions: 'permissions',
};

/** An outside issuer whose tokens are believed, as its operator configured it. */
export interface TokenIssuer {
  /** What `iss` must equal. */
  readonly issuer: string;
  /** What `aud` must equal or contain. */
  readonly audience: string;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly jwksUrl: string;
  readonly claims: TokenClaimNames;
  /** The organizations it may speak for; empty: any of this service. */
  readonly organizationIds: readonly string[];
}

/** What a token that was believed says. */
export interface VerifiedToken {
  readonly issuer: string;
  /** The `sub` claim, or `unknown`. */
  readonly subject: string;
  readonly organizationId: string;
  readonly permissions: readonly Permission[];
}
