import type { Command } from 'commander';
import { readDatabaseLocation } from '../config/setting-values.ts';
import { readConfig } from '../config.ts';
import { Failure } from '../domain/failure.ts';
import type { Moved } from '../move-store.ts';
import { databaseFile, requireFile } from './database-file.ts';
import { jsonText, tableText } from './document.ts';
import { UsageError } from './faults.ts';
import { grouped, progressFor } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

interface MigrateOptions {
  readonly json?: true;
}

/** `leadsource migrate-to` */
export function addMigrateToCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('migrate-to')
    .description('move the whole database file to PostgreSQL, while the service is stopped')
    .argument('<url>', 'postgres://user@host/database: an empty database (PGPASSWORD holds the password)')
    .option('--json', 'print what was moved as JSON')
    .addHelpText(
      'after',
      `
Ids, keys, tokens and history stay as they are. In the end every row is read on both
sides and compared. The file keeps its rows; one of an older version is brought up to
date first, after a copy beside it. To continue a move that broke off, run the same
command again.

Examples:
  $ leadsource migrate-to postgres://leadsource@db.example.com/leadsource
  $ DATABASE_URL=sqlite:/data/leadsource.db leadsource migrate-to postgres://leadsource@db/leadsource`,
    )
    .action((url: string, options: MigrateOptions) => migrateTo(surroundings, url, options));
}

async function migrateTo(surroundings: Surroundings, text: string, { json }: MigrateOptions): Promise<void> {
  const { environment, out, err, now } = surroundings;
  const config = readConfig(environment);
  const url = readServerUrl(text);
  const path = databaseFile(config, 'only a file can be moved');
  requireFile(path);
  const { moveStore } = await import('../move-store.ts');
  using progress = await progressFor(surroundings, json === true);
  const moved = await goingOnLater(() =>
    moveStore({
      path,
      url,
      prepares: config.postgresPrepare === 'on',
      watch: progress.watch,
      now,
      onWarning: (sentence) => err(`leadsource: ${sentence}\n`),
    }),
  );
  progress[Symbol.dispose]();
  const databaseUrl = withoutPassword(url);
  if (json === true) {
    out(jsonText({ databaseUrl, ...moved }));
    return;
  }
  err(reportOf(moved));
  out(`DATABASE_URL=${databaseUrl}\n`);
}

/** Never echoes the text, which may contain a password. */
function readServerUrl(text: string): string {
  try {
    const location = readDatabaseLocation(text);
    if (location.engine === 'postgres') return location.url;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  throw new UsageError('The url must be postgres://<user>@<host>/<database>.');
}

async function goingOnLater(move: () => Promise<Moved>): Promise<Moved> {
  try {
    return await move();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Error(`${error.message} Run the same command again: it continues where it stopped.`, {
      cause: error,
    });
  }
}

function reportOf({ tables, organizations }: Moved): string {
  const last = 'Start the service with this line in place of the old one:\n';
  if (tables === null) return `Everything has been moved there before. ${last}`;
  const rows = tables.map(({ table, rows: count, checksum }) => [
    table,
    grouped(count),
    checksum.slice(0, 16),
  ]);
  const shown = tableText(['TABLE', 'ROWS', 'CHECKSUM'], rows);
  const count = `${grouped(organizations)} ${organizations === 1 ? 'organization' : 'organizations'}`;
  return `${shown}Moved ${count}; both sides hold the same. ${last}`;
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  if (url.password !== '') url.password = '***';
  if (url.searchParams.has('password')) url.searchParams.set('password', '***');
  return url.href;
}
