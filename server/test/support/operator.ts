import { randomBytes } from 'node:crypto';
import { readConfig } from '../../src/config.ts';
import type { ApiKeyType } from '../../src/domain/api-key.ts';
import type { Environment, RateLimit } from '../../src/domain/organization.ts';
import type { Permission } from '../../src/domain/permission.ts';
import { openStore } from '../../src/open-store.ts';
import { createApiKeyOperations } from '../../src/operations/api-key.ts';
import { createOrganizationOperations } from '../../src/operations/organization.ts';
import type { TestService } from './service.ts';
import { StoreRoom } from './store-room.ts';

export interface NewOrganization {
  readonly id: string;
  readonly environment?: Environment;
  readonly rateLimit?: RateLimit | null;
}

/** What an operator does beside a running service, on its database. */
export interface Operator extends AsyncDisposable {
  /** A new organization, with a secret key that may do everything. */
  createOrganization(request: NewOrganization): Promise<{ id: string; key: string }>;
  createKey(organizationId: string, type: ApiKeyType, acl: readonly Permission[]): Promise<string>;
  setEnvironment(organizationId: string, environment: Environment): Promise<void>;
  setRateLimit(organizationId: string, rateLimit: RateLimit | null): Promise<void>;
  /** Lets the organization be told of what happens; nothing reaches the address. */
  addListener(organizationId: string): Promise<void>;
}

export async function operatorOf(
  { databaseUrl }: Pick<TestService, 'databaseUrl'>,
  now: () => number = Date.now,
): Promise<Operator> {
  const store = await openStore(readConfig({ DATABASE_URL: databaseUrl }), 'command', (reason) => {
    throw new Error(reason);
  });
  const context = { store, now, random: (byteCount: number) => randomBytes(byteCount) };
  const organizations = createOrganizationOperations(context);
  const apiKeys = createApiKeyOperations(context);
  const createKey: Operator['createKey'] = async (organizationId, type, acl) => {
    const organization = await organizations.get(organizationId);
    const endless = { allowedIps: [], keyId: null, expiresTime: null };
    const maker = { organization, actor: 'operator', permissions: ['*'] as const, ...endless };
    const request = { description: null, acl, allowedIps: [], allowedOrigins: [], expiresTime: null };
    const { secret } = await apiKeys.create(maker, type, request);
    return secret;
  };
  return {
    createKey,
    async createOrganization({ id, environment = 'live', rateLimit = null }) {
      await organizations.create({ id, name: null, environment, rateLimit });
      return { id, key: await createKey(id, 'secret', ['*']) };
    },
    async setEnvironment(organizationId, environment) {
      await organizations.update(organizationId, { environment });
    },
    async setRateLimit(organizationId, rateLimit) {
      await organizations.update(organizationId, { rateLimit });
    },
    addListener: (organizationId) => StoreRoom.of(() => store, organizationId).listen(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
