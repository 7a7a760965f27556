import type { ApiKey } from '../domain/api-key.ts';
import type { Organization } from '../domain/organization.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { VerifiedToken } from '../domain/token.ts';
import { hashSecret, isOfOtherEnvironment } from './api-key.ts';
import type { OperationContext } from './context.ts';

/** Long enough for any key; a longer text is none. */
const longestSecret = 512;
/** How long a change made by another process, such as a revocation, may go unnoticed. */
const rememberedMilliseconds = 1000;
const rememberedKeys = 10_000;
const useNotedEveryMilliseconds = 60_000;

interface Remembered {
  readonly key: ApiKey;
  readonly organization: Organization;
  readonly readTime: Instant;
}

export interface AuthenticatedKey {
  readonly principal: Principal;
  readonly key: ApiKey;
}

export type Authentication = ReturnType<typeof createAuthentication>;

/** Who a credential stands for. Null answers never tell why. */
export function createAuthentication({ store, now }: OperationContext) {
  const remembered = new Map<string, Remembered>();
  const lastNoted = new Map<string, Instant>();
  let changes = 0;

  const look = async (secret: string): Promise<Remembered | null> => {
    const secretHash = hashSecret(secret);
    const name = Buffer.from(secretHash).toString('latin1');
    const known = remembered.get(name);
    // A clock that was set back must not make it last longer.
    if (known !== undefined && Math.abs(now() - known.readTime) < rememberedMilliseconds) return known;
    remembered.delete(name);
    const changesBefore = changes;
    const found = await store.read.apiKeyBySecret(secretHash);
    if (found === null) return null;
    const entry = { ...found, readTime: now() };
    if (remembered.size >= rememberedKeys) remembered.clear();
    // What was read while a key changed may be what it was before.
    if (changes === changesBefore) remembered.set(name, entry);
    return entry;
  };

  const noteUse = ({ id, organizationId, lastUsedTime }: ApiKey): void => {
    const noted = Math.max(lastUsedTime ?? 0, lastNoted.get(id) ?? 0);
    if (now() - noted < useNotedEveryMilliseconds) return;
    if (lastNoted.size >= rememberedKeys) lastNoted.clear();
    lastNoted.set(id, now());
    // A note that gets lost is made again a minute later; the request it belongs to must not fail for it.
    store
      .write('noteApiKeyUse', { organizationId, keyId: id, usedTime: now() })
      .catch(() => lastNoted.delete(id));
  };

  return {
    /** The key behind a secret text, of that type; null for one that is unknown, expired or of the other environment. */
    async byKey(secret: string, type: ApiKey['type']): Promise<AuthenticatedKey | null> {
      if (secret.length > longestSecret) return null;
      const found = await look(secret);
      if (found === null || found.key.type !== type) return null;
      const { key, organization } = found;
      if (key.expiresTime !== null && key.expiresTime <= now()) return null;
      if (isOfOtherEnvironment(secret, organization)) return null;
      noteUse(key);
      return { key, principal: { organization, actor: key.id, permissions: key.acl } };
    },

    /** Null for an organization that is unknown here. */
    async byToken(token: VerifiedToken): Promise<Principal | null> {
      const organization = await store.read.organization(token.organizationId);
      if (organization === null) return null;
      return { organization, actor: token.subject, permissions: token.permissions };
    },

    /** Makes changes of keys and organizations made by this process effective at once. */
    forget(): void {
      changes += 1;
      remembered.clear();
    },
  };
}
