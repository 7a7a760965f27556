import type { SQLInputValue } from 'node:sqlite';
import { type OnConflictBuilder, sql } from 'kysely';
import { parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { type Connection, type Prepared, query } from './connection.ts';

/** Each call of a statement costs about as much as a row. */
const rowsAtOnce = 32;

/** What becomes of a row whose key is there already: it takes these columns over. */
export interface Replacing<Row> {
  readonly key: readonly (keyof Row & string)[];
  readonly columns: readonly (keyof Row & string)[];
}

/** Adds many rows to a table, several with each statement. Fails where one is there already, unless that is `replacing`. */
export class RowAdding<Row extends object> {
  readonly #columns: readonly (keyof Row & string)[];
  readonly #one: Prepared<unknown>;
  readonly #several: Prepared<unknown>;

  constructor(
    connection: Connection,
    table: keyof Schema,
    columns: readonly (keyof Row & string)[],
    replacing: Replacing<Row> | null = null,
  ) {
    const adding = (rows: number) => {
      const row = parametersNamed(columns) as never;
      const added = query.insertInto(table).values(Array<never>(rows).fill(row));
      return connection.prepare(replacing === null ? added : added.onConflict(replaced(replacing)));
    };
    this.#columns = columns;
    this.#one = adding(1);
    this.#several = adding(rowsAtOnce);
  }

  add(rows: readonly Row[]): void {
    const whole = rows.length - (rows.length % rowsAtOnce);
    for (let start = 0; start < whole; start += rowsAtOnce) this.#run(this.#several, rows, start, rowsAtOnce);
    for (let start = whole; start < rows.length; start++) this.#run(this.#one, rows, start, 1);
  }

  #run(statement: Prepared<unknown>, rows: readonly Row[], start: number, count: number): void {
    const values: SQLInputValue[] = [];
    for (let place = start; place < start + count; place++) {
      const row = rows[place] as Row;
      for (const column of this.#columns) values.push(row[column] as SQLInputValue);
    }
    statement.runWith(values);
  }
}

function replaced<Row>({ key, columns }: Replacing<Row>) {
  const taken = columns.map((column) => [column, sql.ref(`excluded.${column}`)] as const);
  // Of the table that the row is added to.
  return (conflict: OnConflictBuilder<Schema, never>) =>
    conflict.columns(key as never).doUpdateSet(Object.fromEntries(taken) as never);
}
