import { type Command, Option } from 'commander';
import { exportKinds } from '../domain/export.ts';
import { accessHelp, withAccess } from './access-options.ts';
import type { ExportOptions } from './export/execute.ts';
import { forms } from './export/form.ts';
import { UsageError } from './faults.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource export` */
export function addExportCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('export')
    .description('export a whole table from the service as CSV, lines of JSON or Parquet')
    .argument('<table>', `what to export: ${exportKinds.join(', ')}; or all, the whole database`)
    .argument('[file]', 'where to put it (default: standard output)')
    .addOption(
      new Option('--format <format>', 'its format (default: by the name of the file, otherwise CSV)').choices(
        forms,
      ),
    )
    .option('--force', 'replace an existing file');
  withAccess(command)
    .option('--json', 'print what was written as JSON; needs a file')
    .addHelpText('after', help)
    .action(async (table: string, file: string | undefined, options: ExportOptions) => {
      if (table !== 'all') {
        const { executeExport } = await import('./export/execute.ts');
        return executeExport(surroundings, table, file ?? null, options);
      }
      if (file === undefined) throw new UsageError('Name a file to write.');
      const { exportAll } = await import('./archive.ts');
      return exportAll(surroundings, file, options);
    });
}

const help = `
Rows are written as they are read, however many there are. The file gets its name once
it is complete; an export that breaks off leaves no file of that name.

In CSV, a text that a spreadsheet would run as a formula begins with an apostrophe.
Lines of JSON and Parquet have every text as it is.
${accessHelp}

\`all\` talks to no service: it opens the database of DATABASE_URL, even beside a running
service, and puts everything in it, including keys and settings, into one file from
which \`leadsource import --restore\` fills an empty database of either engine.

Examples:
  $ leadsource export touches touches.parquet
  $ leadsource export customers --format ndjson | gzip > customers.ndjson.gz
  $ leadsource export all everything.leadsource`;
