import type { Principal } from '../../src/domain/principal.ts';
import { organizationNamed, type StoreRoom } from './store-room.ts';

/** Who may do everything in the organization of a room. */
export function principalOf({ organizationId }: StoreRoom): Principal {
  const organization = organizationNamed(organizationId);
  return { organization, actor: 'key_a', permissions: ['*'], allowedIps: [], keyId: null, expiresTime: null };
}
