import { hash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { ReadRows, TransferSource } from '../transfer-sides.ts';
import { type TransferRow, type TransferTable, transferTables } from '../transfer-tables.ts';
import { type Connection, query } from './connection.ts';
import { migrations } from './migrations.ts';
import type { Prepared } from './prepared.ts';

/** The rows of a database file, for another engine. The caller keeps them from changing. */
export function rowsOut(connection: Connection): TransferSource {
  const organizations = connection.all(
    query
      .selectFrom('organizations')
      .select(['organization_id', 'public_id', 'created_time'])
      .orderBy('organization_id'),
  );
  const [oldest] = organizations;
  return {
    identity: hash('sha256', JSON.stringify([migrations.length, oldest?.public_id, oldest?.created_time])),
    organizations: organizations.map((row) => ({
      organizationId: row.organization_id,
      publicId: row.public_id,
    })),
    rowCount: transferTables.reduce((sum, table) => sum + countOf(connection, table), 0),
    read: readerOf(connection),
  };
}

export function readerOf(connection: Connection): ReadRows<readonly TransferRow[]> {
  const statements = new Map(transferTables.map((table) => [table.name, pagesOf(connection, table)]));
  return ({ table, organizationId }, after, limit) => {
    const pages = statements.get(table.name);
    if (pages === undefined) throw new Error(`No rows of ${table.name} are moved.`);
    if (after === null) return pages.first.allExact({ organizationId, limit });
    const keys = after.map((cell, place) => [`after${place}`, cell] as const);
    return pages.next.allExact({ ...Object.fromEntries(keys), organizationId, limit });
  };
}

interface Pages {
  readonly first: Prepared<TransferRow>;
  readonly next: Prepared<TransferRow>;
}

function pagesOf(connection: Connection, table: TransferTable): Pages {
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  const after = sql.join(table.key.map((_, place) => parameter(`after${place}`)));
  const isOfOne = 'organization_id' in table.columns;
  const ofOne = isOfOne ? sql`organization_id = ${parameter('organizationId')}` : sql`true`;
  const from = relation(table, isOfOne ? sql`where ${ofOne}` : sql``);
  const columns = sql.join(Object.keys(table.columns).map((column) => sql.ref(column)));
  const page = (condition: RawBuilder<unknown>) => {
    const text = sql<TransferRow>`
      select ${columns} from ${from} where ${ofOne} and ${condition} order by ${key} limit ${parameter('limit')}`;
    return connection.prepare({ compile: () => text.compile(query) });
  };
  return { first: page(sql`true`), next: page(sql`(${key}) > (${after})`) };
}

function countOf(connection: Connection, table: TransferTable): number {
  const text = sql<{ rows: number }>`select count(*) as rows from ${relation(table, sql``)}`;
  return connection.all({ compile: () => text.compile(query) })[0]?.rows ?? 0;
}

/**
 * The rows of a table as the other engine stores them: it also numbers tuples and actors from ranges, whereas here the next
 * number follows from the last row.
 */
function relation({ name }: TransferTable, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  if (name !== 'key_ranges') return sql.table(name);
  return sql`(
    select organization_id, noun, next_key from key_ranges ${condition}
    union all
    select organization_id, 'tuple', max(tuple_id) + 1 from lead_source_tuples ${condition} group by organization_id
    union all
    select organization_id, 'actor', max(actor_id) + 1 from actors ${condition} group by organization_id
  ) as key_ranges`;
}
