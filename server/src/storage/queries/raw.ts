import type { Compilable, Kysely, RawBuilder } from 'kysely';
import type { Schema } from '../schema.ts';

/** A query that is written as text. */
export function raw<Row>(query: Kysely<Schema>, text: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => text.compile(query) } as Compilable<Row>;
}
