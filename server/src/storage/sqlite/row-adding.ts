import type { SQLInputValue } from 'node:sqlite';
import { parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { type Connection, type Prepared, query } from './connection.ts';

/** Each call of a statement costs about as much as a row. */
const rowsAtOnce = 8;

/** Adds many rows to a table, several with each statement. */
export class RowAdding<Row extends object> {
  readonly #columns: readonly (keyof Row & string)[];
  readonly #one: Prepared<unknown>;
  readonly #several: Prepared<unknown>;

  constructor(connection: Connection, table: keyof Schema, columns: readonly (keyof Row & string)[]) {
    const adding = (rows: number) => {
      const row = parametersNamed(columns) as never;
      return connection.prepare(query.insertInto(table).values(Array<never>(rows).fill(row)));
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
