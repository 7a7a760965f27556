import type { Client } from 'pg';
import { parametersNamed } from '../../../server/src/storage/parameter.ts';
import type { Schema } from '../../../server/src/storage/schema.ts';
import { type Connection, query } from '../../../server/src/storage/sqlite/connection.ts';
import type { Arguments } from '../../../server/src/storage/sqlite/prepared.ts';
import { Insertion } from '../postgres/insertion.ts';
import type { RowSink } from './fill.ts';

const rowsPerTransaction = 20_000;

/** A file that nobody else has open. It stores rows by key, and is written fastest in that order. */
export function fileSink(connection: Connection): RowSink {
  return {
    order: 'by-customer',
    async add(table, columns, rows) {
      const adding = query.insertInto(table).values(parametersNamed(columns) as never);
      const statement = connection.prepare(adding);
      const batch: Schema[typeof table][] = [];
      const write = () => {
        connection.transaction(() => {
          for (const row of batch) statement.run(row as unknown as Arguments);
        });
        connection.copyLongLog();
        batch.length = 0;
      };
      for (const row of rows) {
        batch.push(row);
        if (batch.length === rowsPerTransaction) write();
      }
      write();
    },
  };
}

/**
 * A database on PostgreSQL, which stores rows in the order in which they arrive. `client` is not restricted to an organization.
 */
export function postgresSink(client: Client): RowSink {
  return {
    order: 'by-time',
    async add(table, columns, rows) {
      const insertion = await Insertion.into<Schema[typeof table]>(client, table, columns);
      for (const row of rows) await insertion.add(row);
      await insertion.finish();
    },
  };
}
