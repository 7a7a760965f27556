import { renameSync, rmSync } from 'node:fs';
import type { CompiledQuery } from 'kysely';
import { affiliateClicks, affiliateTables } from './affiliate-tables.ts';
import type { Connection } from './connection.ts';
import { erasedByIndexes, erasureTables } from './erasure-tables.ts';
import { makeFile } from './files.ts';
import { givenIdColumn } from './given-id-column.ts';
import { importTables } from './import-tables.ts';
import { initialTables } from './initial-tables.ts';
import { creditOrder, creditYears, moneyTables, openSums, placesLeft } from './money-tables.ts';
import { syncDirectoryOf, syncFile } from './placing.ts';
import { visitorTables } from './visitor-tables.ts';
import { webhookTables } from './webhook-tables.ts';

export interface Migration {
  readonly name: string;
  readonly statements: () => readonly CompiledQuery[];
}

/** Compiles the statements of a migration when it is needed. */
function compiled(tables: () => readonly { compile(): CompiledQuery }[]) {
  return () => tables().map((table) => table.compile());
}

/** Forward only: new ones are appended, and none is ever changed. `PRAGMA user_version` counts those applied. */
export const migrations: readonly Migration[] = [
  {
    name: 'organizations, keys, customers, touches, events',
    statements: compiled(initialTables),
  },
  { name: 'webhooks', statements: compiled(webhookTables) },
  { name: 'imports', statements: compiled(importTables) },
  { name: 'visitors', statements: compiled(visitorTables) },
  {
    name: 'conversions, credits, spend, jobs',
    statements: compiled(moneyTables),
  },
  { name: 'statements for affiliates', statements: compiled(affiliateTables) },
  { name: 'erasures', statements: compiled(erasureTables) },
  { name: 'ids that senders gave beside their touches', statements: compiled(givenIdColumn) },
  { name: 'credits that are built in the order of customers', statements: compiled(creditOrder) },
  { name: 'sums of credits by year', statements: compiled(creditYears) },
  { name: 'builds of credits that are summed up less often', statements: compiled(openSums) },
  { name: 'builds of credits that name nobody once they are over', statements: compiled(placesLeft) },
  { name: 'who came by the clicks of closed statements', statements: compiled(affiliateClicks) },
  { name: 'deliveries by customer, and what is stated by click', statements: compiled(erasedByIndexes) },
];

/**
 * Brings a database to the newest version under its write lock; an existing one is first copied beside it (`…before-2`).
 * Fails if the database is newer than this program.
 */
export function migrate(connection: Connection, path: string, known = migrations): void {
  const version = requireKnownVersion(connection, known);
  if (version === known.length) return;
  if (version > 0) keepCopy(connection, path, `${path}.before-${known.length}`);
  connection.transaction(() => {
    const pending = known.slice(requireKnownVersion(connection, known));
    for (const migration of pending) {
      for (const statement of migration.statements()) connection.run({ compile: () => statement });
    }
    connection.pragma(`user_version = ${known.length}`);
  });
}

export function pendingMigrations(connection: Connection): number {
  return migrations.length - requireKnownVersion(connection, migrations);
}

function requireKnownVersion(connection: Connection, known: readonly Migration[]): number {
  const version = Number(connection.pragma('user_version'));
  if (version <= known.length) return version;
  throw new Error(
    `The database is of version ${version}, newer than this program, which knows ${known.length}: update the program.`,
  );
}

/**
 * The copy gets its name once it is complete and on disk. It replaces one from an earlier attempt, which may be older than
 * the data migrated now.
 */
function keepCopy(connection: Connection, database: string, path: string): void {
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  makeFile(partial, database);
  connection.copyInto(partial);
  syncFile(partial);
  renameSync(partial, path);
  syncDirectoryOf(path);
}
