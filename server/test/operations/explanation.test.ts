import { expect, test } from 'vitest';
import { createChannels } from '../../src/operations/channel.ts';
import { createExplanationOperations } from '../../src/operations/explanation.ts';
import type { Reads } from '../../src/storage/store.ts';
import { engines } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

test.each(engines)(
  'a conversion is explained by the touches of whoever has it after a merge in between, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      for (const id of ['a', 'b', 'c', 'd']) await room.put(id, { source: id });
      room.now += 1;
      await room.convert('a', { conversionId: 'bought' });
      let merges: readonly (readonly [string, string])[] = [];
      const read: Reads = {
        ...room.store.read,
        async touches(...parameters) {
          const [next, ...later] = merges;
          merges = later;
          if (next !== undefined) await room.merge(...next);
          return room.store.read.touches(...parameters);
        },
      };
      const store = new Proxy(room.store, {
        get: (target, name) => (name === 'read' ? read : Reflect.get(target, name, target)),
      });
      const channels = createChannels({ store, now: () => room.now });
      const { explain } = createExplanationOperations({ store }, channels);
      merges = [['a', 'b']];
      const { journey } = await explain(principalOf(room), 'bought');
      expect([...journey].map(({ listed }) => listed.touch.leadSource.source)).toEqual(['a', 'b']);
      await room.save('e');
      merges = [
        ['b', 'c'],
        ['c', 'd'],
        ['d', 'e'],
      ];
      expect(await failureOf(explain(principalOf(room), 'bought'))).toBe('unavailable');
    } finally {
      await opened.dispose();
    }
  },
);
