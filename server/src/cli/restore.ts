import { existsSync, lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { formatInstant } from '../domain/time.ts';
import { contentText } from './backup.ts';
import { databaseFile } from './database-file.ts';
import { jsonText } from './document.ts';
import { partialEnding } from './output-file.ts';
import { progressFor } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

interface RestoreOptions {
  readonly force?: true;
  readonly keep: boolean;
  readonly json?: true;
}

/** `leadsource restore` */
export function addRestoreCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('restore')
    .description('put a backup in place of the database, while the service is stopped')
    .argument('<file>', 'what `backup` made; it is copied, not moved')
    .option('--force', 'replace the existing database, and keep it beside the new one')
    .option('--no-keep', 'with --force: do not keep the old one')
    .option('--json', 'print what was restored as JSON')
    .addHelpText(
      'after',
      `
The backup is copied and checked before anything changes; then it takes the place of
the database in one step. A backup that is damaged, or comes from another program or a
newer version of this one, is refused.

For a database file only; for PostgreSQL, use pg_restore.

Examples:
  $ leadsource restore /backups/leadsource-2026-11-23.db
  $ leadsource restore --force /backups/latest.db`,
    )
    .action((file: string, options: RestoreOptions) => restore(surroundings, file, options));
}

const instead = 'restore it with `pg_restore --clean --dbname=DATABASE FILE`, as a superuser';

async function restore(
  surroundings: Surroundings,
  file: string,
  { force, keep, json }: RestoreOptions,
): Promise<void> {
  const path = databaseFile(readConfig(surroundings.environment), instead);
  if (force !== true && existsSync(path))
    throw new Error(`There is already a database at ${path}: --force replaces it.`);
  const { placeOf, restore: restoreFile } = await import('../move-store.ts');
  const replacing = keep ? { keptAs: datedName(isLink(path) ? placeOf(path) : path, surroundings) } : 'goes';
  using progress = await progressFor(surroundings, json === true);
  const { rows, keptAs } = await restoreFile({
    file,
    path,
    partialEnding: partialEnding(surroundings),
    replaced: force !== true ? 'stays' : replacing,
    watch: progress.watch,
  });
  progress[Symbol.dispose]();
  if (json === true) {
    const document = { database: resolve(path), keptAs: keptAs === null ? null : resolve(keptAs) };
    surroundings.out(jsonText({ ...document, rows: Object.fromEntries(rows) }));
    return;
  }
  surroundings.out(`Restored ${path}: ${contentText(rows)}.\n`);
  if (keptAs !== null) surroundings.err(`The old database is kept as ${keptAs}.\n`);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Beside the file itself, since a link to it may lie on another disk. Without colons, which some file systems do not accept. */
function datedName(path: string, { now }: Surroundings): string {
  return `${path}.replaced-${formatInstant(now()).replaceAll(':', '-')}`;
}
