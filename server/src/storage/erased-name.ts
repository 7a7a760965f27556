import { createHmac } from 'node:crypto';

/**
 * The hash by which an erased id is known again. Each organization has its own, so that logs of several cannot be
 * compared; it takes no secret, since it must be found again by whatever database is restored.
 */
export function erasedNameHash(organizationId: string, customerId: string): string {
  return createHmac('sha256', `leadsource erasure ${organizationId}`).update(customerId).digest('base64url');
}
