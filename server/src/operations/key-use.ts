import type { ApiKey } from '../domain/api-key.ts';
import { type Instant, isRecent } from '../domain/time.ts';
import type { OperationContext } from './context.ts';

const notedEveryMilliseconds = 60_000;
const rememberedKeys = 10_000;

interface KeyUse {
  readonly organizationId: string;
  readonly keyId: string;
  readonly usedTime: Instant;
  /** The previous notes, of any process and of this one. It may be noted a minute later. */
  readonly notedTimes: readonly Instant[];
}

/** Notes when keys were last used, at most once a minute for each. */
export function createKeyUses({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const lastNoted = new Map<string, Instant>();
  /** Uses of existing keys, the latest of each. */
  const waiting = new Map<string, KeyUse>();

  const useOf = ({ id: keyId, organizationId, lastUsedTime }: ApiKey): KeyUse => {
    const notedTimes = [lastUsedTime, lastNoted.get(keyId) ?? null].filter((time) => time !== null);
    return { organizationId, keyId, usedTime: now(), notedTimes };
  };

  const isDue = ({ notedTimes }: KeyUse): boolean =>
    !notedTimes.some((time) => isRecent(time, now(), notedEveryMilliseconds));

  const write = async ({ organizationId, keyId, usedTime }: KeyUse): Promise<void> => {
    if (lastNoted.size >= rememberedKeys) lastNoted.clear();
    lastNoted.set(keyId, now());
    waiting.delete(keyId);
    // A failure must not fail the request; the next use is then noted at once.
    await store
      .write('noteApiKeyUse', { organizationId, keyId, usedTime })
      .catch(() => lastNoted.delete(keyId));
  };

  return {
    /** Notes the use of a secret key; precise to the minute is enough. */
    note(key: ApiKey): void {
      const use = useOf(key);
      if (isDue(use)) void write(use);
    },

    /**
     * Notes the use of a publishable key. Somebody may be watching for this very visit, so the latest of a minute is noted when
     * the minute ends.
     */
    noteVisit(key: ApiKey): void {
      const use = useOf(key);
      if (isDue(use)) void write(use);
      else waiting.set(use.keyId, use);
    },

    /** Notes the visits whose minute is over; at the end, all that are waiting. */
    async noteWaiting({ isEnd = false } = {}): Promise<void> {
      const due = [...waiting.values()].filter((use) => isEnd || isDue(use));
      await Promise.all(
        due.map(async ({ organizationId, keyId }) => {
          const key = await store.read.apiKey(organizationId, keyId);
          const use = waiting.get(keyId);
          waiting.delete(keyId);
          // The key may have been revoked, or another process may have noted a later visit.
          if (use !== undefined && key !== null && (key.lastUsedTime ?? 0) < use.usedTime) await write(use);
        }),
      );
    },
  };
}
