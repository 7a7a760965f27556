import { DatabaseSync } from 'node:sqlite';

/** A SQLite file with these tables is taken for one of this program's. */
const oldestTables = ['organizations', 'customers', 'touches'];
/** The tables that are not SQLite's own. */
export const tableNamesQuery = String.raw`
  select name from sqlite_schema where type = 'table' and name not like 'sqlite\_%' escape '\' order by name`;

/** Whether a database has this program's tables, by their names and its version. */
export function isOurs(version: number, tableNames: readonly string[]): boolean {
  return version !== 0 && oldestTables.every((table) => tableNames.includes(table));
}

/**
 * Fails with a plain sentence if a file has something in it, but not this program's tables: opening it would add them. Of a file
 * that cannot be read, what opens it says why.
 */
export function requireOursOrEmpty(path: string): void {
  const found = contentsOf(path);
  if (found === null || isOurs(found.version, found.tableNames)) return;
  if (found.version !== 0 || found.tableNames.length > 0) throw notOurs(path);
}

export function notOurs(name: string): Error {
  return new Error(`${name} is no database of leadsource.`);
}

function contentsOf(path: string) {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    return {
      version: Number(database.prepare('pragma user_version').get()?.['user_version']),
      tableNames: database
        .prepare(tableNamesQuery)
        .all()
        .map(({ name }) => String(name)),
    };
  } catch {
    return null;
  }
}
