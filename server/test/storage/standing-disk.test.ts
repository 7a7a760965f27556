import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveStore } from '../../src/archive-store.ts';
import { moveStore } from '../../src/move-store.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type DatabaseDirectory, databaseDirectory } from '../support/sqlite-files.ts';
import { StoreRoom } from '../support/store-room.ts';

/** Longer than the transaction of a service may say nothing. */
const pauseMilliseconds = 3500;

let files: DatabaseDirectory;
let server: FreshDatabase;
beforeAll(async () => {
  [files, server] = [await databaseDirectory(), await freshDatabase()];
  await using store = await files.open();
  const room = await StoreRoom.open(() => store);
  await room.put('buyer', { source: 'google' });
});
afterAll(async () => {
  await files[Symbol.asyncDispose]();
  await server.drop();
});

/** Stands still once, in the middle of the step, as reading and writing on a disk may. */
function standingIn(wanted: string): (step: string) => void {
  let isOver = false;
  return (step) => {
    if (step !== wanted || isOver) return;
    isOver = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
  };
}

test('a disk that stands still for seconds breaks off neither a move nor an archive', async () => {
  const { path } = files;
  const heard = { now: () => 5, onWarning: expect.unreachable };
  const watch = standingIn('comparing');
  await moveStore({ path, url: server.url, prepares: true, watch, ...heard });
  const file = join(path, '../archive');
  const config = { database: { engine: 'postgres', url: server.url }, postgresPrepare: 'on' } as const;
  const names = { file, partialName: `${file}.partial`, replaces: false, identity: 'archive' };
  await archiveStore(config, { ...names, watch: standingIn('archiving') });
});
