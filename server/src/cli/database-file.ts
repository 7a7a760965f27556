import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { UsageError } from './faults.ts';
import type { Surroundings } from './surroundings.ts';

/** The path of the database file that the settings name. Fails with `instead` where they name a server. */
export function databaseFile({ database }: Config, instead: string): string {
  if (database.engine === 'sqlite') return database.path;
  throw new UsageError(`DATABASE_URL names a PostgreSQL server, not a database file: ${instead}.`);
}

/** Fails where there is no file yet. */
export function requireFile(path: string): void {
  if (!existsSync(path)) throw new Error(`There is no database at ${path} yet.`);
}

/** The end of a name that nobody else takes, for a file that is not whole yet. */
export function partialEnding({ random }: Surroundings): string {
  return `.${Buffer.from(random(6)).toString('hex')}.partial`;
}
