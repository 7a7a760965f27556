import type { ApiKey } from '../domain/api-key.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';

const notedEveryMilliseconds = 60_000;
const rememberedKeys = 10_000;

interface KeyUse {
  readonly organizationId: string;
  readonly keyId: string;
  readonly usedTime: Instant;
  /** When it may be noted: once the minute of the note before it is over. */
  readonly dueTime: Instant;
}

export type KeyUses = ReturnType<typeof createKeyUses>;

/** When keys were last used, written at most once a minute for each. */
export function createKeyUses({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const lastNoted = new Map<string, Instant>();
  /** Of keys that exist, the latest use alone. */
  const waiting = new Map<string, KeyUse>();

  const useOf = ({ id: keyId, organizationId, lastUsedTime }: ApiKey): KeyUse => {
    const dueTime = Math.max(lastUsedTime ?? 0, lastNoted.get(keyId) ?? 0) + notedEveryMilliseconds;
    return { organizationId, keyId, usedTime: now(), dueTime };
  };

  const write = async ({ organizationId, keyId, usedTime }: KeyUse): Promise<void> => {
    if (lastNoted.size >= rememberedKeys) lastNoted.clear();
    lastNoted.set(keyId, now());
    waiting.delete(keyId);
    // The request it belongs to must not fail for it; the next use is noted at once.
    await store
      .write('noteApiKeyUse', { organizationId, keyId, usedTime })
      .catch(() => lastNoted.delete(keyId));
  };

  return {
    /** Of a secret key, of which the minute is exact enough. */
    note(key: ApiKey): void {
      const use = useOf(key);
      if (use.dueTime <= now()) void write(use);
    },

    /** Of a publishable key: somebody may wait to see this very visit, so that the latest of a minute is noted at its end. */
    noteVisit(key: ApiKey): void {
      const use = useOf(key);
      if (use.dueTime <= now()) void write(use);
      else waiting.set(use.keyId, use);
    },

    /** Notes the visits whose minute is over; at the end, all that wait. */
    async noteWaiting({ isEnd = false } = {}): Promise<void> {
      const due = [...waiting.values()].filter(({ dueTime }) => isEnd || dueTime <= now());
      await Promise.all(
        due.map(async ({ organizationId, keyId }) => {
          const key = await store.read.apiKey(organizationId, keyId);
          const use = waiting.get(keyId);
          waiting.delete(keyId);
          // It may have been revoked since, or another process may have seen a later visit.
          if (use !== undefined && key !== null && (key.lastUsedTime ?? 0) < use.usedTime) await write(use);
        }),
      );
    },
  };
}
