import { type Compilable, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { HeldRow } from '../ports/customer-export.ts';

/** A page of a query by these key columns; the query must not be ordered otherwise. */
export function pageBy<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  ...keys: readonly string[]
): Compilable<HeldRow> {
  const columns = sql.join(keys.map((key) => sql.ref(key)));
  const places = sql.join(keys.map((_key, number) => sql`${parameter(`after${number}`)}`));
  const paged = keys.reduce(
    (ordered, key) => ordered.orderBy(sql.ref(key)),
    query.where(sql<SqlBool>`(${columns}) > (${places})`),
  );
  return paged
    .select(keys.map((key, number) => sql<string | number>`${sql.ref(key)}`.as(`key${number}`)))
    .limit(parameter<number>('limit')) as unknown as Compilable<HeldRow>;
}
