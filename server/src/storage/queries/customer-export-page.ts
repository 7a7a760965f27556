import { type Compilable, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { HeldRow } from '../ports/customer-export.ts';

/**
 * A page of a query by the key that its rows are kept in for each customer: no row of an earlier page is read again. The
 * query must not be ordered otherwise.
 */
export function pageInKeyOrder<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  key: string,
): Compilable<HeldRow> {
  return page(query.where(sql<SqlBool>`${sql.ref(key)} > ${place(0)}`).orderBy(sql.ref(key)), [key]);
}

/**
 * A page of a query by these key columns, which are sorted: neither the condition nor the order is one that an index could
 * serve, since one that did would lead SQLite through the rows of all customers. The query must not be ordered otherwise.
 */
export function pageBySorting<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  ...keys: readonly string[]
): Compilable<HeldRow> {
  const columns = sql.join(keys.map((key) => sql.ref(key)));
  const places = sql.join(keys.map((_key, number) => place(number)));
  const sorted = keys.reduce(
    (ordered, key) => ordered.orderBy(sql`coalesce(${sql.ref(key)}, ${sql.ref(key)})`),
    query.where(sql<SqlBool>`not (${columns}) <= (${places})`),
  );
  return page(sorted, keys);
}

function place(number: number): RawBuilder<unknown> {
  return sql`${parameter(`after${number}`)}`;
}

function page<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  keys: readonly string[],
): Compilable<HeldRow> {
  return query
    .select(keys.map((key, number) => sql<string | number>`${sql.ref(key)}`.as(`key${number}`)))
    .limit(parameter<number>('limit')) as unknown as Compilable<HeldRow>;
}
