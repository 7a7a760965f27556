import { closeSync, copyFileSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Every row of a database file, by table, read without changing the file or what stands beside it. */
export function contentsOf(path: string): Readonly<Record<string, readonly unknown[]>> {
  using database = new DatabaseSync(path, { readOnly: true });
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => [String(name), database.prepare(`SELECT * FROM "${name}" ORDER BY 1, 2`).all()]),
  );
}

/** Makes a file so large that it is copied in several steps. */
export function fillFile(path: string): void {
  using database = new DatabaseSync(path);
  database.exec(`
    WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < 2000)
    INSERT INTO customers (organization_id, customer_id, custom_fields, revision, created_time, updated_time, lead_source_revision)
    SELECT 1, 'filled_' || number, '{"text":"' || hex(zeroblob(6000)) || '"}', 1, 0, 0, 0 FROM counted`);
}

/** A copy of a file in which the page where customers begin is overwritten. */
export function damagedCopy(path: string, to: string): void {
  copyFileSync(path, to);
  overwrite(to, placeOfCustomers(path));
}

function placeOfCustomers(path: string): { readonly offset: number; readonly length: number } {
  using database = new DatabaseSync(path, { readOnly: true });
  const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'customers'").get();
  const length = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  return { offset: (Number(root?.['rootpage']) - 1) * length, length };
}

function overwrite(path: string, { offset, length }: { offset: number; length: number }): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, 0x5a), 0, length, offset);
  closeSync(file);
}
