import { sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { TransferTable } from '../transfer-tables.ts';
import { query } from './query.ts';
import { type Argument, type Arguments, passingStatement, type Statement } from './statement.ts';

/** A table whose rows are written as a whole, many at a time. */
export type WrittenTable = Pick<TransferTable, 'name' | 'key' | 'columns'>;

/**
 * Adds whole rows, which it takes as one array per column, to a table: those of one organization, `organizationId`, where the
 * table has organizations. Not prepared: it is for many rows at a time, and seldom.
 */
export function tableInsertion(table: WrittenTable): Statement<unknown> {
  const others = Object.entries(table.columns).filter(([column]) => column !== 'organization_id');
  const names = sql.join(others.map(([column]) => sql.ref(column)));
  const arrays = others.map(([column, type]) => sql`${parameter(column)}::${sql.raw(type)}[]`);
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  const organization = isOfOne(table)
    ? sql`${parameter('organizationId')}::bigint as organization_id, `
    : sql``;
  return passingStatement(
    sql`
      insert into ${sql.table(table.name)} (${isOfOne(table) ? sql`organization_id, ` : sql``}${names})
      select ${organization}${names} from unnest(${sql.join(arrays)}) as given (${names}) order by ${key}`.compile(
      query,
    ),
  );
}

export function isOfOne({ columns }: Pick<WrittenTable, 'columns'>): boolean {
  return 'organization_id' in columns;
}

/** The rows as arrays, by the names of columns. */
export function arraysOf({ columns }: Pick<WrittenTable, 'columns'>, rows: readonly object[]): Arguments {
  const arrays = Object.keys(columns).map((column) => {
    const cells = rows.map((row) => (row as Readonly<Record<string, Argument>>)[column] ?? null);
    return [column, cells] as const;
  });
  return Object.fromEntries(arrays);
}
