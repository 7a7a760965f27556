import { expect, test } from 'vitest';
import { wholeAttributionSettings } from '../../src/domain/attribution-settings.ts';
import type { OfflineConversion } from '../../src/domain/offline-conversion.ts';
import {
  createOfflineConversionOperations,
  mostOfflineConversions,
} from '../../src/operations/offline-conversion.ts';
import type { OfflineQuestion, Reads } from '../../src/storage/store.ts';
import { failureOf } from '../support/failures.ts';

const now = Date.UTC(2026, 10, 23);

/** Exports a period in which there are so many conversions, with what is asked of the storage. */
function exported(conversions: number) {
  const one = { occurredTime: now, refundedTime: null, isShared: false, touches: [] };
  const read: Pick<Reads, 'creditsInForce' | 'offlineConversions'> = {
    creditsInForce: async () => ({ settingsVersion: 1, settings: wholeAttributionSettings(null) }),
    offlineConversions: async (_organizationId: string, { limit }: OfflineQuestion) =>
      Array.from({ length: Math.min(limit, conversions) }, (): OfflineConversion => one as never),
  };
  const operations = createOfflineConversionOperations({ store: { read } as never, now: () => now });
  const period = { start: { instant: now - 1 }, end: { instant: now }, timezone: null };
  const asked = { platform: 'google-ads', model: 'first', conversionName: 'Sale', sourceId: '' } as const;
  return operations.export({ organization: { id: 'org_a' } } as never, { ...asked, ...period });
}

test('a period with more conversions than are told of at once is refused, and not told of in part', async () => {
  expect((await exported(mostOfflineConversions)).leftOut).toHaveLength(mostOfflineConversions);
  expect(await failureOf(exported(mostOfflineConversions + 1))).toBe('invalid');
});

test('others have turns while many conversions are judged', async () => {
  let [turns, isOver] = [0, false];
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  const telling = exported(mostOfflineConversions);
  setImmediate(count);
  await telling;
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(mostOfflineConversions / 250);
});
