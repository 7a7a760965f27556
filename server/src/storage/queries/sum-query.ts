import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** How a column gives its numbers: as 64-bit integers, as doubles, or as `exactly` of the dialect renders them. */
export type SumKind = 'integer' | 'fraction' | 'exact';

/** A query of sums. A column is null where nothing was added up. */
export interface SumQuery extends Compilable<unknown> {
  /** The same query, to be made part of another. */
  readonly rows: RawBuilder<unknown>;
  readonly columns: ReadonlyMap<string, SumKind>;
}

export interface SumColumn {
  readonly name: string;
  readonly kind: SumKind;
  readonly value: RawBuilder<unknown>;
}

function columnOf(kind: SumKind): (name: string, value: RawBuilder<unknown>) => SumColumn {
  return (name, value) => ({ name, kind, value });
}

export const [integer, fraction, exact] = [columnOf('integer'), columnOf('fraction'), columnOf('exact')];

export function selected(sums: readonly SumColumn[]): RawBuilder<unknown> {
  return sql.join(sums.map(({ name, value }) => sql`${value} as ${sql.ref(name)}`));
}

/** `rows` selects the bucket, the group's number and the sums. */
export function sumQuery(
  query: Kysely<Schema>,
  sums: readonly SumColumn[],
  rows: RawBuilder<unknown>,
): SumQuery {
  const columns = new Map<string, SumKind>([
    ['bucket', 'integer'],
    ['group_number', 'integer'],
    ...sums.map(({ name, kind }) => [name, kind] as const),
  ]);
  return { ...raw(query, rows), rows, columns };
}

export function raw<Row>(query: Kysely<Schema>, built: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => built.compile(query) } as Compilable<Row>;
}
