import { Failure } from '../domain/failure.ts';
import { grants, type Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';

/** Fails with `forbidden` where the caller lacks a permission beyond that of the route. */
function requireFurther({ permissions }: Principal, permission: Permission, what: string): void {
  if (!grants(permissions, permission)) {
    throw new Failure('forbidden', `${what} takes the permission ${permission}.`);
  }
}

/** Where a customer's lead sources show, or rows are chosen by them. Fails with `forbidden`. */
export function requireLeadSourceRead(principal: Principal): void {
  requireFurther(principal, 'lead-sources:read', 'Reading lead sources');
}

/** Where conversions are chosen by whom they are credited to. Fails with `forbidden`. */
export function requireReportRead(principal: Principal): void {
  requireFurther(principal, 'reports:read', 'Reading whom a conversion is credited to');
}
