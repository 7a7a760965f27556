import type { Organization } from './organization.ts';
import type { Permission } from './permission.ts';

/** Who calls: an API key or a token's subject, for one organization, with these permissions. */
export interface Principal {
  readonly organization: Organization;
  /** An API key's id, or a token's issuer and subject: kept with every touch and change of settings. */
  readonly actor: string;
  readonly permissions: readonly Permission[];
}
