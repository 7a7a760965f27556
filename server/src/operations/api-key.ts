import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type ApiKey, type ApiKeyType, apiKeyEnvironment, composeApiKey } from '../domain/api-key.ts';
import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import type { Environment, Organization } from '../domain/organization.ts';
import { beyond, type Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';

/** What the maker of a key decides; an acl of null gives it the maker's own permissions. */
export interface ApiKeyRequest {
  readonly description: string | null;
  readonly acl: readonly Permission[] | null;
  readonly allowedIps: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly expiresTime: Instant | null;
}

export interface NewApiKey {
  readonly key: ApiKey;
  /** The key itself, which is shown this once and not kept. */
  readonly secret: string;
}

export type ApiKeyOperations = ReturnType<typeof createApiKeyOperations>;

/** `onChange` is called after each change, so that it can be effective at once. */
export function createApiKeyOperations(
  { store, now, random }: OperationContext,
  onChange: () => void = () => {},
) {
  const find = async (principal: Principal, keyId: string): Promise<ApiKey> => {
    const key = await store.read.apiKey(principal.organization.id, keyId);
    if (key === null) throw new Failure('not-found', 'No such API key.');
    return key;
  };
  return {
    /** Fails with `forbidden` for permissions the maker lacks. */
    async create(principal: Principal, type: ApiKeyType, request: ApiKeyRequest): Promise<NewApiKey> {
      requireWithin(principal, request.acl);
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

    get: find,

    list(principal: Principal, page: Page): Promise<Collection<ApiKey>> {
      return store.read.apiKeys(principal.organization.id, page);
    },

    /** An acl of null leaves the key's as it is. Fails with `not-found`, `forbidden`. */
    async update(principal: Principal, keyId: string, request: ApiKeyRequest): Promise<ApiKey> {
      const key = await find(principal, keyId);
      // Not even a later expiry for a key that may do more than its changer: that would give what they lack.
      requireWithin(principal, [...key.acl, ...(request.acl ?? [])]);
      const changed = { ...key, ...request, acl: request.acl ?? key.acl, updatedTime: now() };
      await store.write('updateApiKey', { key: changed, actor: principal.actor });
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

/** All that is kept of a key's text. */
export function hashSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

/** Whether a key of our format says by itself that it belongs to the other environment. */
export function isOfOtherEnvironment(secret: string, organization: Organization): boolean {
  const environment = apiKeyEnvironment(secret);
  return environment !== null && environment !== organization.environment;
}

function requireWithin(principal: Principal, acl: readonly Permission[] | null): void {
  const [missing] = beyond(principal.permissions, acl ?? []);
  if (missing !== undefined) {
    throw new Failure('forbidden', `The permission ${missing} cannot be given by one who does not have it.`);
  }
}
