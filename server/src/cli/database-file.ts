import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { UsageError } from './faults.ts';

/** The path of the database file that the settings name. If they name a server, fails with advice to do `instead`. */
export function databaseFile({ database }: Config, instead: string): string {
  if (database.engine === 'sqlite') return database.path;
  throw new UsageError(`DATABASE_URL names a PostgreSQL server, not a database file: ${instead}.`);
}

/** Fails if there is no file yet. */
export function requireFile(path: string): void {
  if (!existsSync(path)) throw new Error(`There is no database at ${path} yet.`);
}
