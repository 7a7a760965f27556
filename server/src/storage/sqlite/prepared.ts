import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Compilable } from 'kysely';
import { wholeOf } from '../../domain/whole.ts';
import { bind } from '../parameter.ts';

export type Arguments = Readonly<Record<string, SQLInputValue>>;

/** A query compiled and prepared once, run many times. */
export interface Prepared<Row> {
  get(values: Arguments): Row | undefined;
  /** The row of `get` as cells in column order: half the cost for rows with many columns. */
  cells(values: Arguments): readonly unknown[] | undefined;
  all(values: Arguments): Row[];
  /** As `all`, for rows that may have integers too large for exact numbers: these are bigints. */
  allExact(values: Arguments): Row[];
  /** The rows of `all` as cells. If any integer is too large for an exact number, all integers are bigints. */
  table(values: Arguments): Table;
  /** Returns the number of rows changed. */
  run(values: Arguments): number;
  /** The same, with the values in the order of the places. */
  runWith(values: readonly SQLInputValue[]): number;
  /** As `run`, without the number of rows, whose object costs a quarter of a microsecond. */
  execute(values: Arguments): void;
}

export interface Table {
  readonly columns: readonly string[];
  /** One cell per column for each row. */
  readonly rows: readonly (readonly unknown[])[];
}

interface CompiledQuery {
  readonly text: string;
  readonly places: readonly unknown[];
}

/** A query that is compiled when it first runs: a start needs few of all there are, and many services never use most. */
export class PreparedQuery<Row> implements Prepared<Row> {
  readonly #database: DatabaseSync;
  readonly #compilable: Compilable<Row>;
  #compiled: CompiledQuery | null = null;
  #ofRows: StatementSync | null = null;
  #ofCells: StatementSync | null = null;

  constructor(database: DatabaseSync, compilable: Compilable<Row>) {
    this.#database = database;
    this.#compilable = compilable;
  }

  get(values: Arguments): Row | undefined {
    return (this.#ofRows ?? this.#forRows()).get(...this.#bound(values)) as Row | undefined;
  }

  cells(values: Arguments): readonly unknown[] | undefined {
    const cells: unknown = (this.#ofCells ?? this.#forCells()).get(...this.#bound(values));
    return cells as readonly unknown[] | undefined;
  }

  all(values: Arguments): Row[] {
    return (this.#ofRows ?? this.#forRows()).all(...this.#bound(values)) as Row[];
  }

  allExact(values: Arguments): Row[] {
    try {
      return this.all(values);
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
    }
    const statement = this.#ofRows ?? this.#forRows();
    return withBigints(statement, () => statement.all(...this.#bound(values))).map(exactRow) as Row[];
  }

  table(values: Arguments): Table {
    const statement = this.#ofCells ?? this.#forCells();
    return {
      columns: statement.columns().map(({ name }) => name),
      rows: cellsOf(statement, this.#bound(values)),
    };
  }

  run(values: Arguments): number {
    return Number((this.#ofRows ?? this.#forRows()).run(...this.#bound(values)).changes);
  }

  runWith(values: readonly SQLInputValue[]): number {
    return Number((this.#ofRows ?? this.#forRows()).run(...values).changes);
  }

  execute(values: Arguments): void {
    (this.#ofRows ?? this.#forRows()).get(...this.#bound(values));
  }

  #bound(values: Arguments): SQLInputValue[] {
    return bind((this.#compiled ?? this.#compile()).places, values);
  }

  #compile(): CompiledQuery {
    const { sql: text, parameters: places } = this.#compilable.compile();
    this.#compiled = { text, places };
    return this.#compiled;
  }

  #prepare(): StatementSync {
    return this.#database.prepare((this.#compiled ?? this.#compile()).text);
  }

  #forRows(): StatementSync {
    this.#ofRows = this.#prepare();
    return this.#ofRows;
  }

  #forCells(): StatementSync {
    this.#ofCells = this.#prepare();
    this.#ofCells.setReturnArrays(true);
    return this.#ofCells;
  }
}

function cellsOf(statement: StatementSync, values: readonly SQLInputValue[]): Table['rows'] {
  const read = () => statement.all(...values) as unknown as Table['rows'];
  try {
    return read();
  } catch (error) {
    if (!isOutOfRange(error)) throw error;
  }
  return withBigints(statement, read);
}

function withBigints<Rows>(statement: StatementSync, read: () => Rows): Rows {
  statement.setReadBigInts(true);
  try {
    return read();
  } finally {
    statement.setReadBigInts(false);
  }
}

function exactRow(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const exact = (cell: unknown): unknown => (typeof cell === 'bigint' ? wholeOf(cell) : cell);
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, exact(cell)]));
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}
