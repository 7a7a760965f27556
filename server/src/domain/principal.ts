import type { Organization } from './organization.ts';
import type { Permission } from './permission.ts';
import type { Instant } from './time.ts';

/** Who calls: an API key or a token's subject, for one organization, with these permissions. */
export interface Principal {
  readonly organization: Organization;
  /**
   * An API key's id, the subject of one of our own tokens, or an outside issuer and its subject with a space between. Stored
   * with every touch and change of settings.
   */
  readonly actor: string;
  readonly permissions: readonly Permission[];
  /** CIDR ranges that the credential may be used from; empty: anywhere. */
  readonly allowedIps: readonly string[];
  /** The API key behind the call, also through tokens; null where there is none. */
  readonly keyId: string | null;
  /** When the credential and everything made from it expire; null for never. */
  readonly expiresTime: Instant | null;
}
