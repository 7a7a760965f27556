import type { SQLInputValue } from 'node:sqlite';
import type { Compilable } from 'kysely';
import { parametersNamed } from '../parameter.ts';
import type { Connection } from './connection.ts';
import type { Prepared } from './prepared.ts';

/** Each call of a statement costs about as much as adding a row. */
const rowsAtOnce = 16;

export type Cells = SQLInputValue[];

/** How rows are added to a table. */
export interface Adding<Row> {
  /** Adds this many rows, whose cells fill its places in order. */
  readonly statement: (rows: number) => Compilable<unknown>;
  /** Appends a row's cells. */
  readonly append: (cells: Cells, row: Row) => void;
}

/** Adds many rows to a table, several per statement. */
export class RowAdding<Row> {
  readonly #connection: Connection;
  readonly #adding: Adding<Row>;
  readonly #one: Prepared<unknown>;
  /** A long statement, so it is prepared only when needed. */
  #several: Prepared<unknown> | null = null;

  constructor(connection: Connection, adding: Adding<Row>) {
    this.#connection = connection;
    this.#adding = adding;
    this.#one = connection.prepare(adding.statement(1));
  }

  add(rows: readonly Row[]): void {
    const whole = rows.length - (rows.length % rowsAtOnce);
    if (whole > 0) {
      this.#several ??= this.#connection.prepare(this.#adding.statement(rowsAtOnce));
      for (let start = 0; start < whole; start += rowsAtOnce)
        this.#run(this.#several, rows, start, rowsAtOnce);
    }
    for (let start = whole; start < rows.length; start++) this.#run(this.#one, rows, start, 1);
  }

  #run(statement: Prepared<unknown>, rows: readonly Row[], start: number, count: number): void {
    const cells: Cells = [];
    for (let place = start; place < start + count; place++) this.#adding.append(cells, rows[place] as Row);
    statement.runWith(cells);
  }
}

/** The parameters of this many rows with these columns. */
export function placesOf<Column extends string>(
  columns: readonly Column[],
  rows: number,
): Record<Column, never>[] {
  return Array<Record<Column, never>>(rows).fill(parametersNamed(columns));
}
