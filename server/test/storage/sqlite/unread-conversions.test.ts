import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

test('conversions and refunds of a customer that come together are credited without a look at its others', async () => {
  await using files = await databaseDirectory();
  const store = await files.open();
  try {
    const room = await StoreRoom.open(() => store);
    await room.put('c', { source: 'google' });
    for (const conversionId of ['first', 'refunded']) await room.convert('c', { conversionId });
    using database = new DatabaseSync(files.path);
    // As no service would: what reads this conversion fails, since no number is as large.
    const changed = database.prepare(
      "update conversions set amount = 9007199254740993 where conversion_id = 'first'",
    );
    expect(changed.run().changes).toBe(1);
    room.now += 1000;
    // Of a transaction that fails, each write is tried again in one of its own.
    let together = 0;
    store.onCommit(({ writes }) => {
      together = Math.max(together, writes);
    });
    const ids = Array.from({ length: 20 }, (_none, place) => `together-${place}`);
    await Promise.all([
      ...ids.map((conversionId) => room.convert('c', { conversionId })),
      room.refund('refunded', { amount: '0.10' }),
    ]);
    expect(together).toBeGreaterThan(1);
    // The negative: a late touch may have led to all of them.
    const late = room.add('c', { source: 'bing' }, { occurredTime: room.now - 5000 });
    await expect(late).rejects.toThrow();
  } finally {
    await store[Symbol.asyncDispose]();
  }
});
