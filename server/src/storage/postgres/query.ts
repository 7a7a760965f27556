import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';
import type { Schema } from '../schema.ts';
import { type Statement, statement } from './statement.ts';

/** Builds and compiles queries; a `Session` runs them. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

export type Statements<Queries> = {
  readonly [Name in keyof Queries]: Queries[Name] extends Compilable<infer Row>
    ? ReturnType<typeof statement<Row>>
    : never;
};

/** Prepared statements for the queries, under the same names. */
export function statementsOf<Queries extends Readonly<Record<string, Compilable<unknown>>>>(
  queries: Queries,
): Statements<Queries> {
  const entries = Object.entries(queries).map(([name, each]) => [name, statement(each.compile())]);
  return Object.fromEntries(entries) as Statements<Queries>;
}

/** A prepared statement for SQL text. */
export function statementOf<Row>(text: RawBuilder<Row>): Statement<Row> {
  return statement(text.compile(query) as CompiledQuery<Row>);
}
