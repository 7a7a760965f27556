import { statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection, longLogPages } from '../../../src/storage/sqlite/connection.ts';
import { migrate } from '../../../src/storage/sqlite/migrations.ts';
import { rowsInto } from '../../../src/storage/sqlite/rows-into.ts';
import { type TransferRow, transferTables } from '../../../src/storage/transfer-tables.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';

let files: DatabaseDirectory;
let connection: Connection;
beforeEach(async () => {
  files = await databaseDirectory();
  connection = new Connection({ path: files.path, readOnly: false });
  migrate(connection, files.path);
});
afterEach(async () => {
  connection[Symbol.dispose]();
  await files[Symbol.asyncDispose]();
});

const table = transferTables.find(({ name }) => name === 'customers');
if (table === undefined) throw new Error('There is no table of customers.');
const stretch = { table, organizationId: 1 };
const noColumns = Object.fromEntries(Object.keys(table.columns).map((column) => [column, null]));

/** Sorted neither by key nor by time, so that each batch changes many pages. */
function customers(count: number): readonly TransferRow[] {
  return Array.from({ length: count }, (_, place) => ({
    ...noColumns,
    organization_id: 1,
    customer_id: crypto.randomUUID(),
    revision: 1,
    created_time: (place * 7919) % 100_003,
    updated_time: 0,
    lead_source_revision: 0,
  }));
}

test('rows go from the log into the file as they come, so that the log stays short', async () => {
  const target = rowsInto(connection);
  const reached = { movedRows: 0, place: null, finishedTime: null };
  for (let batch = 0; batch < 40; batch++)
    await target.keep({ slices: [{ stretch, rows: customers(500) }], rowsBefore: 0, reached });
  const { size } = statSync(`${files.path}-wal`);
  expect(size).toBeLessThan(2 * longLogPages * 2048);
  expect(size).toBeGreaterThan(0);
});

test('the rows of an organization are read without counting those of all', async () => {
  const target = rowsInto(connection);
  const asked = vi.spyOn(connection, 'all');
  const rows = await target.reading(1, (read) => read(stretch, null, 10));
  expect(rows).toEqual([]);
  expect(asked).not.toHaveBeenCalled();
});
