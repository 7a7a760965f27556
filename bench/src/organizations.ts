import { randomBytes } from 'node:crypto';
import { operator } from '../../server/src/domain/setting-change.ts';
import { hashSecret, newApiKey } from '../../server/src/operations/api-key.ts';
import { createOrganizationOperations } from '../../server/src/operations/organization.ts';
import type { Store } from '../../server/src/storage/store.ts';
import { arrivalOf, organizationIdOf, secretKeyOf } from './traffic.ts';

const madeAtOnce = 100;

/** Makes organizations with numbers from 0, each with the key that its calls carry, in an empty storage. */
export async function makeOrganizations(store: Store, organizations: number): Promise<void> {
  const now = () => arrivalOf(0);
  const operations = createOrganizationOperations({ store, now, random: (count) => randomBytes(count) });
  await operations.initialize(organizationIdOf(0), secretKeyOf(0));
  const make = async (organization: number): Promise<void> => {
    const id = organizationIdOf(organization);
    const made = await operations.create({ id, name: null, environment: 'live', rateLimit: null });
    const key = newApiKey({
      id: `key_${id}`,
      organization: made,
      type: 'secret',
      request: everything,
      now: now(),
    });
    const secretHash = hashSecret(secretKeyOf(organization));
    await store.write('createApiKey', { key, secretHash, actor: operator });
  };
  for (let from = 1; from < organizations; from += madeAtOnce) {
    const count = Math.min(madeAtOnce, organizations - from);
    await Promise.all(Array.from({ length: count }, (_, place) => make(from + place)));
  }
}

const everything = {
  description: 'Made for the benchmark',
  acl: ['*' as const],
  allowedIps: [],
  allowedOrigins: [],
  expiresTime: null,
};
