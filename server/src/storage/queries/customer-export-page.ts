import { type Compilable, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { HeldRow } from '../ports/customer-export.ts';

/**
 * A page of a query whose rows are kept in the order of these key columns for each customer: none of an earlier page is read
 * again, but for those with the same first key. The query must not be ordered otherwise.
 */
export function pageInKeyOrder<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  ...keys: readonly string[]
): Compilable<HeldRow> {
  const { columns, places } = comparedAt(keys);
  const ordered = keys.reduce(
    (ordering, key) => ordering.orderBy(sql.ref(key)),
    query.where(sql<SqlBool>`(${columns}) > (${places})`),
  );
  return page(ordered, keys);
}

/**
 * A page of a query by these key columns, of which a customer has few: each page sorts all that are left. Neither the condition
 * nor the order is one that an index could serve, since one that did would lead SQLite through the rows of all customers. The
 * query must not be ordered otherwise.
 */
export function pageBySorting<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  ...keys: readonly string[]
): Compilable<HeldRow> {
  const { columns, places } = comparedAt(keys);
  const sorted = keys.reduce(
    (ordered, key) => ordered.orderBy(sql`coalesce(${sql.ref(key)}, ${sql.ref(key)})`),
    query.where(sql<SqlBool>`not (${columns}) <= (${places})`),
  );
  return page(sorted, keys);
}

function comparedAt(keys: readonly string[]): Readonly<Record<'columns' | 'places', RawBuilder<unknown>>> {
  return {
    columns: sql.join(keys.map((key) => sql.ref(key))),
    places: sql.join(keys.map((_key, number) => sql`${parameter(`after${number}`)}`)),
  };
}

function page<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  keys: readonly string[],
): Compilable<HeldRow> {
  return query
    .select(keys.map((key, number) => sql<string | number>`${sql.ref(key)}`.as(`key${number}`)))
    .limit(parameter<number>('limit')) as unknown as Compilable<HeldRow>;
}
