import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Compilable } from 'kysely';
import { bind } from '../parameter.ts';

export type Arguments = Readonly<Record<string, SQLInputValue>>;

/** A query compiled and prepared once, run many times. */
export interface Prepared<Row> {
  get(values: Arguments): Row | undefined;
  /** The row that `get` answers, as its cells in the order of the columns: half the cost, where it has many. */
  cells(values: Arguments): readonly unknown[] | undefined;
  all(values: Arguments): Row[];
  /** The rows that `all` answers, as their cells. Where any is too large to be exact as a number, whole ones are bigints. */
  table(values: Arguments): Table;
  /** The number of rows changed. */
  run(values: Arguments): number;
  /** The same with a value for each place, in their order. */
  runWith(values: readonly SQLInputValue[]): number;
  /** As `run`, where nobody asks for the number, whose object costs a quarter of a microsecond. */
  execute(values: Arguments): void;
}

export interface Table {
  readonly columns: readonly string[];
  /** For each row a cell for each column. */
  readonly rows: readonly (readonly unknown[])[];
}

interface CompiledQuery {
  readonly text: string;
  readonly places: readonly unknown[];
}

/** A query that is compiled when it first runs: of all there are a start needs few, and many services never ask most. */
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
  statement.setReadBigInts(true);
  try {
    return read();
  } finally {
    statement.setReadBigInts(false);
  }
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}
