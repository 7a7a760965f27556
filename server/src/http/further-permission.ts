import { Failure } from '../domain/failure.ts';
import { grants, type Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';

/** Fails with `forbidden` if the caller lacks a permission needed beyond the route's own. */
function requireFurther({ permissions }: Principal, permission: Permission, what: string): void {
  if (!grants(permissions, permission)) {
    throw new Failure('forbidden', `${what} takes the permission ${permission}.`);
  }
}

/** For requests that show customers' lead sources, or select rows by them. Fails with `forbidden`. */
export function requireLeadSourceRead(principal: Principal): void {
  requireFurther(principal, 'lead-sources:read', 'Reading lead sources');
}

/** For requests that select conversions by what they are credited to. Fails with `forbidden`. */
export function requireReportRead(principal: Principal): void {
  requireFurther(principal, 'reports:read', 'Reading whom a conversion is credited to');
}
