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
  /** The rows that `all` answers, as their cells. */
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
  readonly statement: StatementSync;
}

/** A query that is compiled when it first runs: of all there are a start needs few, and many services never ask most. */
export class PreparedQuery<Row> implements Prepared<Row> {
  readonly #database: DatabaseSync;
  readonly #compilable: Compilable<Row>;
  #compiled: CompiledQuery | null = null;
  #ofCells: StatementSync | null = null;

  constructor(database: DatabaseSync, compilable: Compilable<Row>) {
    this.#database = database;
    this.#compilable = compilable;
  }

  get(values: Arguments): Row | undefined {
    const { statement, places } = this.#compiled ?? this.#compile();
    return statement.get(...bind(places, values)) as Row | undefined;
  }

  cells(values: Arguments): readonly unknown[] | undefined {
    const { places } = this.#compiled ?? this.#compile();
    return this.#forCells().get(...bind(places, values)) as readonly unknown[] | undefined;
  }

  all(values: Arguments): Row[] {
    const { statement, places } = this.#compiled ?? this.#compile();
    return statement.all(...bind(places, values)) as Row[];
  }

  table(values: Arguments): Table {
    const { places } = this.#compiled ?? this.#compile();
    const statement = this.#forCells();
    return {
      columns: statement.columns().map(({ name }) => name),
      rows: statement.all(...bind(places, values)) as unknown as readonly (readonly unknown[])[],
    };
  }

  run(values: Arguments): number {
    const { statement, places } = this.#compiled ?? this.#compile();
    return Number(statement.run(...bind(places, values)).changes);
  }

  runWith(values: readonly SQLInputValue[]): number {
    const { statement } = this.#compiled ?? this.#compile();
    return Number(statement.run(...values).changes);
  }

  execute(values: Arguments): void {
    const { statement, places } = this.#compiled ?? this.#compile();
    statement.get(...bind(places, values));
  }

  #compile(): CompiledQuery {
    const { sql: text, parameters: places } = this.#compilable.compile();
    this.#compiled = { text, places, statement: this.#database.prepare(text) };
    return this.#compiled;
  }

  #forCells(): StatementSync {
    if (this.#ofCells === null) {
      const { text } = this.#compiled ?? this.#compile();
      this.#ofCells = this.#database.prepare(text);
      this.#ofCells.setReturnArrays(true);
    }
    return this.#ofCells;
  }
}
