import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { WriterThread } from '../../../src/storage/sqlite/writer-thread.ts';
import { failureOf } from '../../support/failures.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';

const onFatal = (reason: string) => expect.unreachable(reason);

test('a probe tells whether the thread that writes could write, and leaves nothing', async () => {
  await using files = await databaseDirectory();
  const writer = await WriterThread.start({ path: files.path, mayMigrate: true, mayUpdate: true, onFatal });
  using beside = new DatabaseSync(files.path);
  const changes = () => beside.prepare('PRAGMA data_version').get();
  const before = changes();
  await Promise.all([writer.probe(), writer.probe(), writer.probe()]);
  await writer.probe();
  expect(changes()).toEqual(before);
  const last = failureOf(writer.probe());
  await writer.close();
  expect(await last).toBeNull();
  expect(await failureOf(writer.probe())).toBe('unavailable');
});
