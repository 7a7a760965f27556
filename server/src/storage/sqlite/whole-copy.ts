import { sql } from 'kysely';
import type { Watch } from '../watch.ts';
import { Connection, query } from './connection.ts';
import { corrupt, notADatabase, primaryCode } from './errors.ts';
import { requireNoDirectory } from './files.ts';
import { pendingMigrations } from './migrations.ts';
import { isOurs, notOurs, tableNamesQuery } from './ownership.ts';

/** The number of rows in each table. */
export type RowCounts = ReadonlyMap<string, number>;

/** A copy reads each page once, so a large cache is of no use. */
const cacheKibibytes = 8192;

/**
 * Copies one snapshot of a database into an empty file without holding up those who write to it; the log grows meanwhile,
 * since it cannot start over before the copy is done. The copy is a single file without a log. Fails if either file is
 * damaged. Returns the row counts of the copy.
 */
export async function copyWhole(
  from: string,
  to: string,
  { name, watch }: { readonly name: string; readonly watch: Watch },
): Promise<RowCounts> {
  const expected = await withDatabase(from, { name, readOnly: true }, async (source) => {
    requireOurs(source, name);
    using _snapshot = source.holdSnapshot();
    await source.copyPagesInto(to, (done, total) => watch('copying', done, total));
    return countRows(source);
  });
  return withDatabase(to, { name, readOnly: false }, async (copy) => {
    copy.pragma('journal_mode = DELETE');
    watch('checking', 0, 1);
    const fault = copy.pragma('integrity_check(1)');
    if (fault !== 'ok') throw new Error(`${name} is damaged: ${fault}.`);
    const counted = countRows(copy);
    for (const [table, count] of expected) {
      if (counted.get(table) === count) continue;
      throw new Error(`The copy has ${counted.get(table)} rows of ${table} instead of ${count}.`);
    }
    watch('checking', 1, 1);
    return counted;
  });
}

/** Fails with a plain sentence if a file is not one of this program's, is visibly damaged, or is newer than this program. */
export async function requireDatabaseFile(path: string): Promise<void> {
  await withDatabase(path, { name: path, readOnly: true }, async (connection) =>
    requireOurs(connection, path),
  );
}

async function withDatabase<Result>(
  path: string,
  { name, readOnly }: { readonly name: string; readonly readOnly: boolean },
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  requireNoDirectory(path);
  try {
    using connection = new Connection({ path, readOnly });
    connection.pragma(`cache_size = -${cacheKibibytes}`);
    return await work(connection);
  } catch (error) {
    const code = primaryCode(error);
    if (code === notADatabase) throw new Error(`${name} is no database.`, { cause: error });
    if (code === corrupt) throw new Error(`${name} is damaged.`, { cause: error });
    throw error;
  }
}

function requireOurs(connection: Connection, name: string): void {
  if (!isOurs(Number(connection.pragma('user_version')), tableNames(connection))) throw notOurs(name);
  pendingMigrations(connection);
}

/** Counts the tables that exist, since the file may be of an older version. */
function countRows(connection: Connection): RowCounts {
  const count = (table: string) =>
    connection.all(
      query
        .selectFrom(sql<object>`${sql.table(table)}`.as('counted'))
        .select(sql<number>`count(*)`.as('rows')),
    )[0]?.rows ?? 0;
  return new Map(tableNames(connection).map((table) => [table, count(table)]));
}

function tableNames(connection: Connection): readonly string[] {
  const named = sql.raw<{ name: string }>(tableNamesQuery);
  return connection.all({ compile: () => named.compile(query) }).map(({ name }) => name);
}
