import { expect, test } from 'vitest';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { migrate } from '../../../src/storage/sqlite/migrations.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { contentsOf } from '../../support/database-contents.ts';
import { type ComesFirst, inThisThread } from '../../support/in-this-thread.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import type { StoreRoom } from '../../support/store-room.ts';

/** What is kept after all that can be done, without what names the organization or counts those that the tests make. */
async function keptAfter(comesFirst: ComesFirst): Promise<unknown> {
  await using files = await databaseDirectory();
  using connection = new Connection({ path: files.path, readOnly: false });
  migrate(connection, files.path);
  await using store = await files.open();
  const room = await keepBusy(inThisThread(store, connection, comesFirst), new Uint8Array(32).fill(1));
  await earnByAndBy(room);
  const { erasures: _hashes, ...tables } = contentsOf(files.path);
  const lines = Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row) => `${table} ${JSON.stringify(row)}`),
  );
  return lines
    .map((line) => line.replaceAll(room.organizationId, 'org').replaceAll(/\b(job|cnv|rfd)_\d+/g, '$1'))
    .toSorted();
}

/** So that a build stops between days whose sums it has yet to keep. */
async function earnByAndBy(room: StoreRoom): Promise<void> {
  for (const day of [1, 2, 3, 4]) {
    const occurredTime = room.now - day * 86_400_000;
    await room.convert('c', { conversionId: `${room.organizationId} of day ${day}`, occurredTime });
  }
  const job = await room.attribute({ lookbackDays: 60 });
  for (let built = false; !built; ) {
    built = (await room.buildCredits(job, 1)).isFinished;
    await room.put('c', { source: 'meanwhile' });
  }
}

test('nothing is remembered of a transaction that is rolled back', async () => {
  expect(await keptAfter('lost attempts')).toEqual(await keptAfter('forgetting'));
});
