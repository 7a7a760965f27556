import { expect, test } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { createPrivacySettingsOperations } from '../../src/operations/privacy-settings.ts';
import { engines } from '../storage/engines.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

/** More than are dealt with before it is asked again whether they still may be. */
const customers = 700;
const days = 86_400_000;

test.each(engines)(
  'settings that are taken back in the middle of a sweep end it, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      const principal = principalOf(room);
      const ids = Array.from({ length: customers }, (_, place) => `c${String(place).padStart(4, '0')}`);
      await Promise.all(ids.map((id) => room.put(id, { source: 'old' })));
      room.now += 100 * days;
      let isTakenBack = false;
      const write: OperationContext['store']['write'] = async (kind, input) => {
        const output = await opened.store.write(kind, input);
        if (kind === 'removeTouches' && !isTakenBack) {
          isTakenBack = true;
          await put({});
        }
        return output;
      };
      const context = {
        store: { read: opened.store.read, write },
        now: () => room.now,
        random: () => new Uint8Array(16),
      };
      const operations = createPrivacySettingsOperations(context as unknown as OperationContext, () => {});
      const put = (content: object) =>
        operations.put(principal, { content, basedOn: null, precondition: {} });
      await put({ removeTouchesAfterDays: 30 });
      await operations.sweep(AbortSignal.timeout(60_000));
      expect(isTakenBack).toBe(true);
      const keptNow = async () =>
        (await room.customers()).items.filter(({ leadSource }) => leadSource !== null).length;
      const kept = await keptNow();
      expect(kept).toBeGreaterThanOrEqual(customers / 3);
      expect(kept).toBeLessThan(customers);
      await operations.sweep(AbortSignal.timeout(60_000));
      expect(await keptNow()).toBe(kept);
    } finally {
      await opened.dispose();
    }
  },
);
