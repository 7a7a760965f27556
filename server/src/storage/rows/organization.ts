import {
  type Environment,
  formatRateLimit,
  type Organization,
  parseRateLimit,
} from '../../domain/organization.ts';
import type { OrganizationRow } from '../schema.ts';

export function organizationOf(row: Omit<OrganizationRow, 'organization_id'>): Organization {
  return {
    id: row.public_id,
    name: row.name,
    environment: row.environment as Environment,
    rateLimit: row.rate_limit === null ? null : parseRateLimit(row.rate_limit),
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

/** An organization as the parameters of its writes. */
export function organizationArguments(organization: Organization) {
  return {
    publicId: organization.id,
    name: organization.name,
    environment: organization.environment,
    rateLimit: organization.rateLimit === null ? null : formatRateLimit(organization.rateLimit),
    createdTime: organization.createdTime,
    updatedTime: organization.updatedTime,
  };
}
