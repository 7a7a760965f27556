import { createHmac } from 'node:crypto';

/**
 * The hash by which an erased id is recognised. It is keyed by organization, so that logs of several cannot be compared, but
 * not by a secret, since any restored database must be able to compute it.
 */
export function erasedNameHash(organizationId: string, customerId: string): string {
  return createHmac('sha256', `leadsource erasure ${organizationId}`).update(customerId).digest('base64url');
}
