import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { databaseFile, requireFile } from './database-file.ts';
import { jsonText } from './document.ts';
import { partialEnding, requireFree } from './output-file.ts';
import { grouped, progressFor } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

interface BackupOptions {
  readonly force?: true;
  readonly json?: true;
}

/** `leadsource backup` */
export function addBackupCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('backup')
    .description('copy the database into a file, even while the service runs')
    .argument('<file>', 'the copy, which only you can read')
    .option('--force', 'replace an existing file')
    .option('--json', 'print what was copied as JSON')
    .addHelpText(
      'after',
      `
The copy shows the database as it was at one moment. When the command ends with 0, the
copy has been checked and is on disk under its name. A command that was killed leaves
no file of that name, but may leave one that ends with .partial: remove it.

For a database file only; for PostgreSQL, use pg_dump.

Examples:
  $ leadsource backup /backups/leadsource-$(date +%F).db
  $ DATABASE_URL=sqlite:/data/leadsource.db leadsource backup --force /backups/latest.db --json`,
    )
    .action((file: string, options: BackupOptions) => backup(surroundings, file, options));
}

const instead = 'back it up with `pg_dump --format=custom --file=FILE`, as a superuser';

async function backup(
  surroundings: Surroundings,
  file: string,
  { force, json }: BackupOptions,
): Promise<void> {
  const path = databaseFile(readConfig(surroundings.environment), instead);
  requireFile(path);
  requireFree(file, force === true);
  // Loaded only here, as in the other commands on whole databases, since the rest do not need it.
  const { backUp } = await import('../move-store.ts');
  using progress = await progressFor(surroundings, json === true);
  const { bytes, rows } = await backUp({
    path,
    file,
    partialName: file + partialEnding(surroundings),
    replaces: force === true,
    watch: progress.watch,
  });
  progress[Symbol.dispose]();
  const document = { file: resolve(file), bytes, rows: Object.fromEntries(rows) };
  surroundings.out(
    json === true ? jsonText(document) : `Backed up to ${file}: ${contentText(rows)}, ${sizeText(bytes)}.\n`,
  );
}

/** What a database holds, in the words of its users. */
export function contentText(rows: ReadonlyMap<string, number>): string {
  const count = (table: string, one: string) => {
    const number = rows.get(table) ?? 0;
    return `${grouped(number)} ${one}${number === 1 ? '' : 's'}`;
  };
  const touches = rows.get('touches') === 1 ? '1 touch' : `${grouped(rows.get('touches') ?? 0)} touches`;
  return `${count('organizations', 'organization')}, ${count('customers', 'customer')}, ${touches}`;
}

function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
