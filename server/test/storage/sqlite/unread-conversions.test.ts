import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

/** As no service would: what reads this conversion fails, since no number is as large. */
function makeUnreadable(path: string, conversionId: string): void {
  using database = new DatabaseSync(path);
  const changed = database.prepare(
    'update conversions set amount = 9007199254740993 where conversion_id = ?',
  );
  expect(changed.run(conversionId).changes).toBe(1);
}

test('conversions and refunds of a customer that come together are credited without a look at its others', async () => {
  await using files = await databaseDirectory();
  const store = await files.open();
  try {
    const room = await StoreRoom.open(() => store);
    await room.put('c', { source: 'google' });
    for (const conversionId of ['first', 'refunded']) await room.convert('c', { conversionId });
    makeUnreadable(files.path, 'first');
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

test('a visitor who has done nothing yet is linked to a customer without a look at the conversions', async () => {
  await using files = await databaseDirectory();
  const store = await files.open();
  try {
    const room = await StoreRoom.open(() => store);
    await room.put('c', { source: 'google' });
    await room.convert('c', { conversionId: 'only' });
    await room.capture('visitor-2', { source: 'bing' });
    makeUnreadable(files.path, 'only');
    expect(await room.link('c', 'visitor-1')).toMatchObject({ added: true, link: { touches: 0 } });
    // The negative: these touches may have led to it.
    await expect(room.link('c', 'visitor-2')).rejects.toThrow();
  } finally {
    await store[Symbol.asyncDispose]();
  }
});
