import type { ApiKey, ApiKeyType } from '../../domain/api-key.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Permission } from '../../domain/permission.ts';
import type { ApiKeyRow, OrganizationRow } from '../schema.ts';
import { organizationOf } from './organization.ts';

type Row = Omit<ApiKeyRow, 'organization_id' | 'secret_hash'> & {
  public_id: string;
  last_used_time: number | null;
};

type RowWithOrganization = Row &
  Pick<OrganizationRow, 'name' | 'environment' | 'rate_limit'> & {
    organization_created_time: number;
    organization_updated_time: number;
  };

export function apiKeyOf(row: Row): ApiKey {
  return {
    id: row.key_id,
    organizationId: row.public_id,
    type: row.type as ApiKeyType,
    description: row.description,
    acl: JSON.parse(row.acl) as readonly Permission[],
    allowedIps: JSON.parse(row.allowed_ips) as readonly string[],
    allowedOrigins: JSON.parse(row.allowed_origins) as readonly string[],
    expiresTime: row.expires_time,
    lastUsedTime: row.last_used_time,
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

export function apiKeyWithOrganizationOf(row: RowWithOrganization): {
  key: ApiKey;
  organization: Organization;
} {
  const organization = organizationOf({
    ...row,
    created_time: row.organization_created_time,
    updated_time: row.organization_updated_time,
  });
  return { key: apiKeyOf(row), organization };
}

/** A key as the parameters of its writes. */
export function apiKeyArguments(organizationId: number, key: ApiKey) {
  return {
    organizationId,
    keyId: key.id,
    type: key.type,
    description: key.description,
    acl: JSON.stringify(key.acl),
    allowedIps: JSON.stringify(key.allowedIps),
    allowedOrigins: JSON.stringify(key.allowedOrigins),
    expiresTime: key.expiresTime,
    createdTime: key.createdTime,
    updatedTime: key.updatedTime,
  };
}
