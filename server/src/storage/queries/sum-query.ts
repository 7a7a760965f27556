import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../schema.ts';
import { raw } from './raw.ts';

/** What the numbers of a column are: integers of any size, or doubles. */
export type SumKind = 'whole' | 'fraction';

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

export const [whole, fraction] = [columnOf('whole'), columnOf('fraction')];

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
    ['bucket', 'whole'],
    ['group_number', 'whole'],
    ...sums.map(({ name, kind }) => [name, kind] as const),
  ]);
  return { ...raw(query, rows), rows, columns };
}
