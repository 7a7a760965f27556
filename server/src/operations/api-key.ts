import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type ApiKey,
  type ApiKeyRequest,
  type ApiKeyType,
  apiKeyEnvironment,
  composeApiKey,
  faultOfExpiry,
  requireWithin,
} from '../domain/api-key.ts';
import type { Collection, Page } from '../domain/collection.ts';
import { Failure, invalid } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import type { Environment, Organization } from '../domain/organization.ts';
import type { Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';

export interface NewApiKey {
  readonly key: ApiKey;
  /** The key itself, which is shown only now and not stored. */
  readonly secret: string;
}

export type ApiKeyOperations = ReturnType<typeof createApiKeyOperations>;

/** `onChange` is called after each change, so that it can take effect at once. */
export function createApiKeyOperations(
  { store, now, random }: OperationContext,
  onChange: () => void = () => {},
) {
  return {
    /**
     * Makes a key, which may outlive its maker but not do more. Fails with `forbidden` for permissions and addresses that the
     * maker lacks, `invalid` for an expiry in the past.
     */
    async create(principal: Principal, type: ApiKeyType, request: ApiKeyRequest): Promise<NewApiKey> {
      requireAhead(request.expiresTime, now());
      requireWithin(principal, { ...request, acl: request.acl ?? [] });
      const { organization } = principal;
      const secret = newSecret(type, organization.environment, random);
      const key = newApiKey({
        id: `key_${ulid(now(), random(16))}`,
        organization,
        type,
        request: { ...request, acl: request.acl ?? principal.permissions },
        now: now(),
      });
      await store.write('createApiKey', { key, secretHash: hashSecret(secret), actor: principal.actor });
      return { key, secret };
    },

    /** Fails with `not-found`. */
    async get(principal: Principal, keyId: string): Promise<ApiKey> {
      const key = await store.read.apiKey(principal.organization.id, keyId);
      if (key === null) throw new Failure('not-found', 'No such API key.');
      return key;
    },

    list(principal: Principal, page: Page): Promise<Collection<ApiKey>> {
      return store.read.apiKeys(principal.organization.id, page);
    },

    /** Changes a key; an acl of null leaves the key's as it is. Fails with `not-found`, `forbidden`, `invalid`. */
    async update(principal: Principal, keyId: string, request: ApiKeyRequest): Promise<ApiKey> {
      requireAhead(request.expiresTime, now());
      const { organization, actor, permissions, allowedIps } = principal;
      const place = { organizationId: organization.id, keyId, actor, now: now() };
      const giver = { permissions, allowedIps };
      const changed = await store.write('changeApiKey', { ...place, request, giver });
      onChange();
      return changed;
    },

    /** Revokes a key for good. Fails with `not-found`. */
    async remove(principal: Principal, keyId: string): Promise<void> {
      const { organization, actor } = principal;
      await store.write('deleteApiKey', { organizationId: organization.id, keyId, actor, now: now() });
      onChange();
    },
  };
}

function requireAhead(expiresTime: Instant | null, now: Instant): void {
  const fault = expiresTime === null ? null : faultOfExpiry(expiresTime, now);
  if (fault !== null) throw invalid('expiresTime', fault);
}

interface ApiKeyParts {
  readonly id: string;
  readonly organization: Organization;
  readonly type: ApiKeyType;
  readonly request: ApiKeyRequest & { readonly acl: readonly Permission[] };
  readonly now: Instant;
}

export function newApiKey({ id, organization, type, request, now }: ApiKeyParts): ApiKey {
  return {
    id,
    organizationId: organization.id,
    type,
    ...request,
    lastUsedTime: null,
    createdTime: now,
    updatedTime: now,
  };
}

export function newSecret(
  type: ApiKeyType,
  environment: Environment,
  random: OperationContext['random'],
): string {
  return composeApiKey(type, environment, random(64), crc32);
}

/** All that is stored of a key's text. */
export function hashSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

/** Whether a key of our format names the environment that its organization does not have. */
export function isOfOtherEnvironment(secret: string, organization: Organization): boolean {
  const environment = apiKeyEnvironment(secret);
  return environment !== null && environment !== organization.environment;
}
