import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Client } from '@leadsource/client';
import { type Command, Option } from 'commander';
import { type ExportKind, exportKinds } from '../domain/export.ts';
import { partialEnding } from './database-file.ts';
import { jsonText } from './document.ts';
import type { ExportRow } from './export/cells.ts';
import { csvSink } from './export/csv.ts';
import { ndjsonSink } from './export/ndjson.ts';
import { parquetSink } from './export/parquet.ts';
import { fileFor, type Sink } from './export/sink.ts';
import { UsageError } from './faults.ts';
import { grouped, progressFor } from './progress.ts';
import {
  type AccessOptions,
  accessHelp,
  clientFor,
  explainRefusal,
  urlIn,
  withAccess,
} from './service-access.ts';
import type { Surroundings } from './surroundings.ts';

const forms = ['csv', 'ndjson', 'parquet'] as const;
type Form = (typeof forms)[number];

interface ExportOptions extends AccessOptions {
  readonly format?: Form;
  readonly force?: true;
  readonly json?: true;
}

/** `leadsource export` */
export function addExportCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('export')
    .description('take a whole table out of the service, as CSV, JSON a line, or Parquet')
    .argument('<table>', `what to take: ${exportKinds.join(', ')}; or all, the whole database`)
    .argument('[file]', 'where to put it (default: standard output)')
    .addOption(
      new Option('--format <format>', 'its form (default: by the name of the file, else CSV)').choices(forms),
    )
    .option('--force', 'replace a file of that name');
  withAccess(command)
    .option('--json', 'print what was written as JSON; needs a file')
    .addHelpText('after', help)
    .action((table: string, file: string | undefined, options: ExportOptions) =>
      executeExport(surroundings, table, file ?? null, options),
    );
}

const help = `
Rows come while they are read, however many there are. The file takes its name when
it is whole; one that was broken off leaves none of that name.

In CSV, a text that a spreadsheet would run as a formula has an apostrophe before it.
JSON a line and Parquet have every text as it is.
${accessHelp}

\`all\` talks to no service: it opens the database of DATABASE_URL, also beside a running
service, and puts everything in it, keys and settings included, into one file from
which \`leadsource import --restore\` fills an empty database of either engine.

Examples:
  $ leadsource export touches touches.parquet
  $ leadsource export customers --format ndjson | gzip > customers.ndjson.gz
  $ leadsource export all everything.leadsource`;

async function executeExport(
  surroundings: Surroundings,
  table: string,
  file: string | null,
  options: ExportOptions,
): Promise<void> {
  if (table === 'all') {
    if (file === null) throw new UsageError('This takes a file.');
    const { exportAll } = await import('./archive.ts');
    return exportAll(surroundings, file, options);
  }
  const kind = exportKinds.find((known) => known === table);
  if (kind === undefined)
    throw new UsageError(
      `There is no table ${JSON.stringify(table)}, only ${exportKinds.join(', ')} and all.`,
    );
  const form = formFor(file, options);
  if (file === null && (form === 'parquet' || options.json === true))
    throw new UsageError('This takes a file.');
  if (file !== null && existsSync(file) && options.force !== true) {
    throw new Error(`There is a file ${file} already: --force replaces it.`);
  }
  const client = clientFor(surroundings, options);
  const url = options.url ?? urlIn(surroundings.environment);
  try {
    const rows = await writeTo(surroundings, file, { kind, form, client, isJson: options.json === true });
    if (options.json === true) surroundings.out(jsonText({ table: kind, format: form, file, rows }));
    else if (file !== null) surroundings.err(`Wrote ${grouped(rows)} rows to ${file}.\n`);
  } catch (error) {
    throw explainRefusal(error, url);
  }
}

function formFor(file: string | null, { format }: ExportOptions): Form {
  if (format !== undefined) return format;
  const ending = file?.split('.').at(-1)?.toLowerCase() ?? '';
  if (ending === 'jsonl') return 'ndjson';
  return forms.find((form) => form === ending) ?? 'csv';
}

interface Task {
  readonly kind: ExportKind;
  readonly form: Form;
  readonly client: Client;
  readonly isJson: boolean;
}

async function writeTo(surroundings: Surroundings, file: string | null, task: Task): Promise<number> {
  const { kind, form } = task;
  if (file === null) return pour(surroundings, sinkFor(form, kind, surroundings.out), task);
  const partial = file + partialEnding(surroundings);
  try {
    const rows = await intoFile(surroundings, partial, task);
    renameSync(partial, file);
    return rows;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function intoFile(surroundings: Surroundings, path: string, task: Task): Promise<number> {
  const { kind, form } = task;
  if (form === 'parquet') return pour(surroundings, parquetSink(kind, path), task);
  using opened = fileFor(path);
  return await pour(surroundings, sinkFor(form, kind, opened.write), task);
}

function sinkFor(
  form: Exclude<Form, 'parquet'> | Form,
  kind: ExportKind,
  write: (text: string) => void,
): Sink {
  return form === 'ndjson' ? ndjsonSink(kind, write) : csvSink(kind, write);
}

const rowsBetweenLooks = 1000;

/** Lets the rows of a table flow into a sink, and answers how many there were. */
async function pour(surroundings: Surroundings, sink: Sink, { kind, client, isJson }: Task): Promise<number> {
  using progress = await progressFor(surroundings, isJson);
  let rows = 0;
  for await (const row of calls[kind](client)) {
    sink.add(row as ExportRow);
    rows += 1;
    if (rows % rowsBetweenLooks === 0) progress.watch('exporting', rows, null);
  }
  sink.end();
  return rows;
}

const calls: Readonly<Record<ExportKind, (client: Client) => AsyncIterable<unknown>>> = {
  touches: (client) => client.getTouchExport(),
  customers: (client) => client.getCustomerExport(),
};
