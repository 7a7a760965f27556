import type { ApiKey } from '../domain/api-key.ts';
import type { Organization } from '../domain/organization.ts';
import { narrowed } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import { type Instant, isRecent } from '../domain/time.ts';
import { actorOf, type VerifiedToken } from '../domain/token.ts';
import { hashSecret, isOfOtherEnvironment } from './api-key.ts';
import type { OperationContext } from './context.ts';
import { createKeyUses } from './key-use.ts';
import { addressRule } from './network.ts';

/** Long enough for any key; longer texts are not looked up. */
const longestSecret = 512;
/** How long a change made by another process, such as a revocation, may go unnoticed. */
const rememberedMilliseconds = 1000;
const rememberedKeys = 10_000;

interface Found {
  readonly key: ApiKey;
  readonly organization: Organization;
}

interface Remembered extends Found {
  readonly allowsAddress: (address: string) => boolean;
  readonly readTime: Instant;
}

export interface Authenticated {
  readonly principal: Principal;
  /** Whether the credential may be used from this address. */
  readonly allowsAddress: (address: string) => boolean;
  /** The origins of pages that may use the credential; empty for any. */
  readonly allowedOrigins: readonly string[];
}

/** A caller who presented the key itself. */
export interface AuthenticatedKey extends Authenticated {
  readonly key: ApiKey;
}

export type Authentication = ReturnType<typeof createAuthentication>;

/** Finds whom a credential stands for. A null answer never tells why. */
export function createAuthentication({ store, now }: OperationContext) {
  const remembered = new Map<string, Remembered>();
  const uses = createKeyUses({ store, now });
  let changes = 0;

  /** Each caller looks for itself: where the storage stands still, it refuses at once who would else wait with the first. */
  const look = async (name: string, read: () => Promise<Found | null>): Promise<Remembered | null> => {
    const known = remembered.get(name);
    if (known !== undefined && isRecent(known.readTime, now(), rememberedMilliseconds)) return known;
    remembered.delete(name);
    const changesBefore = changes;
    // The answer is as old as the question, however long it takes.
    const readTime = now();
    const found = await read();
    if (found === null) return null;
    const allowsAddress = addressRule(found.key.allowedIps);
    const entry = { ...found, allowsAddress, readTime };
    if (remembered.size >= rememberedKeys) remembered.clear();
    // What was read while a key changed may be outdated.
    if (changes === changesBefore) remembered.set(name, entry);
    return entry;
  };

  const lookBySecret = (secret: string) => {
    const secretHash = hashSecret(secret);
    const name = `secret ${Buffer.from(secretHash).toString('latin1')}`;
    return look(name, () => store.read.apiKeyBySecret(secretHash));
  };

  const lookById = (organizationId: string, keyId: string) =>
    look(`id ${organizationId} ${keyId}`, async () => {
      const reads = [
        store.read.apiKey(organizationId, keyId),
        store.read.organization(organizationId),
      ] as const;
      const [key, organization] = await Promise.all(reads);
      return key === null || organization === null ? null : { key, organization };
    });

  const hasEnded = ({ expiresTime }: ApiKey): boolean => expiresTime !== null && expiresTime <= now();

  return {
    /**
     * The key behind a secret text, of that type; null for one that is unknown, expired or of the other environment. Notes the
     * use of a secret key; that of a publishable key, which anybody may send, is noted by whoever records its visit.
     */
    async byKey(secret: string, type: ApiKey['type']): Promise<AuthenticatedKey | null> {
      if (secret.length > longestSecret) return null;
      const found = await lookBySecret(secret);
      if (found === null || found.key.type !== type || hasEnded(found.key)) return null;
      const { key, organization, allowsAddress } = found;
      if (isOfOtherEnvironment(secret, organization)) return null;
      if (type === 'secret') uses.note(key);
      const { id, acl: permissions, allowedIps, expiresTime, allowedOrigins } = key;
      const principal = { organization, actor: id, permissions, allowedIps, keyId: id, expiresTime };
      return { principal, allowsAddress, allowedOrigins, key };
    },

    /** To be called for each visit that a publishable key recorded. */
    noteVisit: uses.noteVisit,
    noteWaiting: uses.noteWaiting,

    /** Null for an unknown organization, and for a token whose key was revoked or has expired. */
    async byToken(token: VerifiedToken): Promise<Authenticated | null> {
      const { organizationId, permissions, keyId, expiresTime } = token;
      const claimed = { actor: actorOf(token), permissions, keyId, expiresTime };
      if (keyId === null) {
        const organization = await store.read.organization(organizationId);
        if (organization === null) return null;
        const principal = { organization, ...claimed, allowedIps: [] };
        return { principal, allowsAddress: () => true, allowedOrigins: [] };
      }
      const found = await lookById(organizationId, keyId);
      if (found === null || hasEnded(found.key)) return null;
      const { organization, allowsAddress, key } = found;
      const { acl, allowedIps } = key;
      // A token also loses what its key has lost since.
      const principal = { organization, ...claimed, permissions: narrowed(permissions, acl), allowedIps };
      return { principal, allowsAddress, allowedOrigins: [] };
    },

    /** Makes this process's changes of keys and organizations take effect at once. */
    forget(): void {
      changes += 1;
      remembered.clear();
    },
  };
}
