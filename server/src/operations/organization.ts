import { apiKeyEnvironment } from '../domain/api-key.ts';
import { Failure } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import type { Environment, Organization, OrganizationChange, RateLimit } from '../domain/organization.ts';
import { operator } from '../domain/setting-change.ts';
import { hashSecret, newApiKey, newSecret } from './api-key.ts';
import type { OperationContext } from './context.ts';

export interface OrganizationRequest {
  readonly id: string | null;
  readonly name: string | null;
  readonly environment: Environment;
  readonly rateLimit: RateLimit | null;
}

/** Only operators make organizations; the API offers nothing for it. */
export function createOrganizationOperations(context: OperationContext) {
  const { store, now } = context;
  return {
    /** Fails with `conflict` for an id that is taken. */
    async create(request: OrganizationRequest): Promise<Organization> {
      const organization = newOrganization(context, request);
      await store.write('createOrganization', { organization, actor: operator });
      return organization;
    },

    list(): Promise<readonly Organization[]> {
      return store.read.organizations();
    },

    /** Fails with `not-found`. */
    async get(organizationId: string): Promise<Organization> {
      const organization = await store.read.organization(organizationId);
      if (organization === null) throw new Failure('not-found', 'No such organization.');
      return organization;
    },

    /** Fails with `not-found`. */
    update(organizationId: string, change: OrganizationChange): Promise<Organization> {
      return store.write('changeOrganization', { organizationId, change, actor: operator, now: now() });
    },

    /**
     * Makes the first organization with a key that may do everything; null where an organization exists. The key is the given
     * one or a new one, which is shown only now.
     */
    async initialize(
      organizationId: string | null,
      givenSecret: string | null,
    ): Promise<{ organization: Organization; secret: string } | null> {
      // A given key that names an environment would be refused by an organization of the other one.
      const environment = (givenSecret === null ? null : apiKeyEnvironment(givenSecret)) ?? 'live';
      const organization = newOrganization(context, {
        id: organizationId,
        name: null,
        environment,
        rateLimit: null,
      });
      const secret = givenSecret ?? newSecret('secret', organization.environment, context.random);
      const key = newApiKey({
        id: `key_${ulid(now(), context.random(16))}`,
        organization,
        type: 'secret',
        request: {
          description: 'Made at the first start',
          acl: ['*'],
          allowedIps: [],
          allowedOrigins: [],
          expiresTime: null,
        },
        now: now(),
      });
      const { initialized } = await store.write('initialize', {
        organization,
        key,
        secretHash: hashSecret(secret),
      });
      return initialized ? { organization, secret } : null;
    },
  };
}

function newOrganization({ now, random }: OperationContext, request: OrganizationRequest): Organization {
  const time = now();
  const id = request.id ?? `org_${ulid(time, random(16))}`;
  const { name, environment, rateLimit } = request;
  return { id, name, environment, rateLimit, createdTime: time, updatedTime: time };
}
