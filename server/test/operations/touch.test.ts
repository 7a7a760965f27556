import { expect, test } from 'vitest';
import { createChannels } from '../../src/operations/channel.ts';
import { createLandings } from '../../src/operations/landing.ts';
import { createLandingSettingsOperations } from '../../src/operations/landing-settings.ts';
import { createTouchOperations } from '../../src/operations/touch.ts';
import { engines } from '../storage/engines.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

test.each(engines)(
  'an import that is under way keeps what the settings say when each of its lines comes, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      const context = { store: room.store, now: () => room.now, random: () => new Uint8Array(16) };
      const landings = createLandings(context);
      const touches = createTouchOperations(context, createChannels(context), landings);
      const settings = createLandingSettingsOperations(context, landings.forget);
      const principal = principalOf(room);
      const { key: importKey } = await room.begin('long');
      const add = touches.importer(principal, { importKey, announces: false });
      const line = { customerId: 'c', id: null, occurredTime: room.now, facts: { path: '/p?q=1' } };
      await add([line]);
      const content = { urlPolicy: { query: 'strip', appliesToApi: true } };
      await settings.put(principal, { content: content as never, basedOn: null, precondition: {} });
      await add([line]);
      expect((await room.touches('c'))?.map(({ touch }) => touch.leadSource.path)).toEqual(['/p?q=1', '/p']);
    } finally {
      await opened.dispose();
    }
  },
);
