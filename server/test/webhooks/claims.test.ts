import { expect, test } from 'vitest';
import { Claims } from '../../src/webhooks/claims.ts';
import { engines } from '../storage/engines.ts';
import { StoreRoom } from '../support/store-room.ts';

const [second, hour] = [1000, 3_600_000];

test.each(engines)(
  'a process whose clock is set back does not go on with what another has taken over, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      let setBack = 0;
      const claimsOf = (holder: string, now: () => number) =>
        new Claims({ store: opened.store, now, holder });
      const one = claimsOf('one', () => room.now - setBack);
      const other = claimsOf('other', () => room.now);
      const held = async () => [await one.hold(room.organizationId), await other.hold(room.organizationId)];
      expect(await held()).toEqual([true, false]);
      room.now += 11 * second;
      setBack = hour;
      expect(await other.hold(room.organizationId)).toBe(true);
      expect(await held()).toEqual([false, true]);
    } finally {
      await opened.dispose();
    }
  },
);
