import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/storage/store.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

let directory: DatabaseDirectory;
let store: Store;
beforeAll(async () => {
  directory = await databaseDirectory();
  store = await directory.open();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

/** Of whom something is told. The first of all is in a transaction of its own, the others share the next one. */
async function toldOf(change: (room: StoreRoom) => Promise<unknown>, isHeardBefore: boolean) {
  const room = await StoreRoom.open(() => store);
  await room.listen(isHeardBefore ? 'active' : 'inactive');
  const alone = room.put('alone', { source: 'a' });
  const before = room.put('before', { source: 'a' });
  const changed = change(room);
  await Promise.all([alone, before, changed, room.put('after', { source: 'a' })]);
  return new Set((await room.events()).map(({ customerId }) => customerId));
}

describe('writes of one transaction are told where a webhook is active by then', () => {
  test('after one becomes active', async () => {
    expect(await toldOf((room) => room.listen(), false)).toEqual(new Set(['after']));
  });

  test('after one is made', async () => {
    const request = { status: 'active', url: 'https://127.0.0.1/', eventsFilter: [], headers: [] } as const;
    const made = ({ organizationId, actor, now }: StoreRoom) =>
      store.write('saveWebhook', {
        ...{ organizationId, actor, now, request, secret: 'whsec_MQ==' },
        ...{ webhookId: 'another', mustBeNew: true },
      });
    expect(await toldOf(made, false)).toEqual(new Set(['after']));
  });

  test('until it becomes inactive', async () => {
    expect(await toldOf((room) => room.listen('inactive'), true)).toEqual(new Set(['alone', 'before']));
  });

  test('until it is deleted', async () => {
    const deleted = ({ organizationId, actor, now }: StoreRoom) =>
      store.write('deleteWebhook', { organizationId, actor, now, webhookId: 'listener' });
    expect(await toldOf(deleted, true)).toEqual(new Set(['alone', 'before']));
  });
});
