import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoggedErasure } from '../../../src/domain/erasure.ts';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import {
  ErasureLog,
  erasureLogOf,
  readErasureLog,
  requireErasuresRepeated,
} from '../../../src/storage/sqlite/erasure-log.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

let files: DatabaseDirectory;
beforeEach(async () => {
  files = await databaseDirectory();
});
afterEach(() => files[Symbol.asyncDispose]());

function erasure(id: string): LoggedErasure {
  return { organizationId: 'org', id, hashes: ['hash'], actor: 'key', erasedTime: 7 };
}

test('all lines of a transaction that was rolled back are taken back, and none that was kept', () => {
  const log = new ErasureLog(files.path);
  log.append([erasure('kept')]);
  log.keep();
  for (const id of ['one', 'two']) log.append([erasure(id)]);
  log.takeBack();
  expect(readErasureLog(files.path)).toEqual([erasure('kept')]);
  log.append([erasure('later')]);
  log.keep();
  log.takeBack();
  expect(readErasureLog(files.path)).toEqual([erasure('kept'), erasure('later')]);
});

test('a line that was torn stands for nothing, and the next takes its place', () => {
  const log = new ErasureLog(files.path);
  log.append([erasure('kept')]);
  log.keep();
  appendFileSync(erasureLogOf(files.path), '{"organizationId":"org","id":"torn'.padEnd(1000, 'x'));
  expect(readErasureLog(files.path)).toEqual([erasure('kept')]);
  const next = new ErasureLog(files.path);
  next.append([erasure('next')]);
  next.keep();
  next.append([erasure('last')]);
  expect(readErasureLog(files.path)).toEqual([erasure('kept'), erasure('next'), erasure('last')]);
});

test('a database is held to the erasures of its own organizations alone', async () => {
  const log = new ErasureLog(files.path);
  log.append([erasure('of one that is gone')]);
  let organizationId: string;
  {
    await using store = await files.open();
    ({ organizationId } = await StoreRoom.open(() => store));
  }
  using connection = new Connection({ path: files.path, readOnly: true });
  const require = () => requireErasuresRepeated(files.path, connection);
  expect(require).not.toThrow();
  log.append([{ ...erasure('unknown'), organizationId }]);
  expect(require).toThrow('has erasures that the database does not know');
});
