import { expect, test } from 'vitest';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

test('an import is answered with all that was added to it before, also in the same transaction', async () => {
  await using directory = await databaseDirectory();
  await using store = await directory.open();
  const room = await StoreRoom.open(() => store);
  const begun = await room.begin('i');
  const touch = { customerId: 'c', given: { source: 'a' }, givenId: null, occurredTime: room.now };
  // The first is in a transaction of its own, the others share the next one.
  const [, , again, undoing] = await Promise.all([
    room.addAll(begun, [touch]),
    room.addAll(begun, [touch]),
    room.begin('i'),
    room.beginUndoing('i'),
  ]);
  expect([again.addedTouches, undoing.addedTouches]).toEqual([2, 2]);
});
