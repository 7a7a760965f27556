import { sql } from 'kysely';
import { isEngineNumbering } from '../archive.ts';
import { parameter } from '../parameter.ts';
import type { Slice, TransferTarget } from '../transfer-sides.ts';
import { transferTables } from '../transfer-tables.ts';
import { type Connection, query } from './connection.ts';
import type { Arguments, Prepared } from './prepared.ts';
import { readerOf, rowsOut } from './rows-out.ts';

/** Adds rows to a new database file that nobody else has open. */
export function rowsInto(connection: Connection): TransferTarget {
  const statements = new Map(
    transferTables.map(({ name, columns }) => [name, adding(connection, name, Object.keys(columns))]),
  );
  // Made once for all organizations, without counting rows.
  const read = readerOf(connection);
  const add = ({ stretch: { table }, rows }: Slice): void => {
    const statement = statements.get(table.name);
    for (const row of rows) {
      // This engine derives the next number from the last row.
      if (!isEngineNumbering(table, row)) statement?.run(row as Arguments);
    }
  };
  return {
    begin: async () => ({ movedRows: 0, place: null, finishedTime: null }),
    async keep({ slices }) {
      connection.transaction(() => slices.forEach(add));
      connection.copyLongLog();
    },
    settle: async () => undefined,
    organizationIds: async () =>
      rowsOut(connection).organizations.map(({ organizationId }) => organizationId),
    reading: (_organizationId, work) => work(async (...parameters) => read(...parameters)),
    finish: async () => undefined,
  };
}

function adding(connection: Connection, table: string, columns: readonly string[]): Prepared<unknown> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map((column) => parameter(column)));
  const text = sql`insert into ${sql.table(table)} (${names}) values (${values})`;
  return connection.prepare({ compile: () => text.compile(query) });
}
