import fs, { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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

test('a line torn behind more bytes than are read at once, or longer than these, is replaced', () => {
  const log = new ErasureLog(files.path);
  const size = () => statSync(erasureLogOf(files.path)).size;
  const kept: LoggedErasure[] = [];
  // The last line ends before, at and behind where the first or the second step back begins.
  for (const tornBytes of [1, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000]) {
    kept.push(erasure(`kept ${tornBytes}`));
    log.append(kept.slice(-1));
    log.keep();
    const end = size();
    appendFileSync(erasureLogOf(files.path), 'x'.repeat(tornBytes));
    log.append([]);
    log.keep();
    expect({ tornBytes, end: size() }).toEqual({ tornBytes, end });
  }
  expect(readErasureLog(files.path)).toEqual(kept);
});

test('a log of nothing but a torn line begins anew', () => {
  writeFileSync(erasureLogOf(files.path), 'x'.repeat(70_000));
  const log = new ErasureLog(files.path);
  log.append([erasure('first')]);
  log.keep();
  expect(readErasureLog(files.path)).toEqual([erasure('first')]);
});

test('however long the log is, a new line costs no more than a read of its end', () => {
  const log = new ErasureLog(files.path);
  const lines = Array.from({ length: 5000 }, (_, place) => erasure(`kept ${place}`));
  log.append(lines);
  log.keep();
  const read = vi.spyOn(fs, 'readSync');
  syncBuiltinESMExports();
  log.append([erasure('last')]);
  log.keep();
  const bytes = read.mock.results.reduce((sum, { value }) => sum + value, 0);
  read.mockRestore();
  syncBuiltinESMExports();
  expect([bytes, statSync(erasureLogOf(files.path)).size > 2 * bytes]).toEqual([65_536, true]);
  expect(readErasureLog(files.path)).toEqual([...lines, erasure('last')]);
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
