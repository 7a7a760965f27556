import { renameSync, rmSync } from 'node:fs';
import type { CallOptions, Client } from '@leadsource/client';
import { type ExportKind, exportKinds } from '../../domain/export.ts';
import { linesType } from '../../http/bulk.ts';
import { columnsType } from '../../http/export-columns.ts';
import type { AccessOptions } from '../access-options.ts';
import { answeredLines } from '../answered-lines.ts';
import { jsonText } from '../document.ts';
import { UsageError } from '../faults.ts';
import { partialEnding, requireFree } from '../output-file.ts';
import { counted, progressFor } from '../progress.ts';
import { clientFor, explainRefusal, urlIn } from '../service-access.ts';
import type { Surroundings } from '../surroundings.ts';
import type { ExportRow } from './cells.ts';
import { csvSink } from './csv.ts';
import { type Form, forms } from './form.ts';
import { ndjsonSink } from './ndjson.ts';
import { type ColumnSink, type Columns, parquetSink } from './parquet.ts';
import { fileFor, type Sink } from './sink.ts';

export interface ExportOptions extends AccessOptions {
  readonly format?: Form;
  readonly force?: true;
  readonly json?: true;
}

/** Executes `leadsource export`. */
export async function executeExport(
  surroundings: Surroundings,
  table: string,
  file: string | null,
  options: ExportOptions,
): Promise<void> {
  const kind = exportKinds.find((known) => known === table);
  if (kind === undefined)
    throw new UsageError(
      `There is no table ${JSON.stringify(table)}, only ${exportKinds.join(', ')} and all.`,
    );
  const form = formFor(file, options);
  if (file === null && (form === 'parquet' || options.json === true))
    throw new UsageError('Name a file to write.');
  if (file !== null) requireFree(file, options.force === true);
  const client = clientFor(surroundings, options);
  const url = options.url ?? urlIn(surroundings.environment);
  try {
    const rows = await writeTo(surroundings, file, { kind, form, client, isJson: options.json === true });
    if (options.json === true) surroundings.out(jsonText({ table: kind, format: form, file, rows }));
    else if (file !== null) surroundings.err(`Wrote ${counted(rows, 'row')} to ${file}.\n`);
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
  if (file === null) return pour(surroundings, sinkFor(form, kind, surroundings.out), task, surroundings);
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
  using opened = fileFor(path);
  if (form === 'parquet') return await pourColumns(surroundings, parquetSink(kind, path), task);
  return await pour(surroundings, sinkFor(form, kind, opened.write), task);
}

function sinkFor(form: Form, kind: ExportKind, write: (text: string) => void): Sink {
  return form === 'ndjson' ? ndjsonSink(kind, write) : csvSink(kind, write);
}

/** Streams the rows of a table into a sink, and returns how many there were. */
function pour(
  surroundings: Surroundings,
  sink: Sink,
  task: Task,
  { isTaken }: Pick<Surroundings, 'isTaken'> = {},
): Promise<number> {
  const add = (some: readonly unknown[]): number => {
    for (const row of some) sink.add(row as ExportRow);
    return some.length;
  };
  return follow(surroundings, task, linesType, { add, end: sink.end, isTaken });
}

function pourColumns(surroundings: Surroundings, sink: ColumnSink, task: Task): Promise<number> {
  const add = (some: readonly unknown[]): number =>
    some.reduce<number>((rows, columns) => rows + sink.add(columns as Columns), 0);
  return follow(surroundings, task, columnsType, { add, end: sink.end });
}

interface Receiver {
  /** Returns how many rows the lines stand for. */
  readonly add: (lines: readonly unknown[]) => number;
  readonly end: () => void;
  /** Whether more is wanted, once what was added has been taken. */
  readonly isTaken?: (() => Promise<boolean>) | undefined;
}

/** Passes on the lines of a table as they arrive. */
async function follow(
  surroundings: Surroundings,
  { kind, client, isJson }: Task,
  type: string,
  { add, end, isTaken }: Receiver,
): Promise<number> {
  using progress = await progressFor(surroundings, isJson);
  const response = await calls[kind](client, { headers: { accept: type } }).response();
  if (response.headers.get('content-type') !== type)
    throw new Error('The service is a different version: this command cannot read its answer.');
  let rows = 0;
  for await (const some of answeredLines(response)) {
    rows += add(some);
    progress.watch('exporting', rows, null);
    if (isTaken !== undefined && !(await isTaken())) return rows;
  }
  end();
  return rows;
}

type Call = (client: Client, options: CallOptions) => { response(): Promise<Response> };

const calls: Readonly<Record<ExportKind, Call>> = {
  touches: (client, options) => client.getTouchExport({}, options),
  conversions: (client, options) => client.getConversionExport({}, options),
  credits: (client, options) => client.getCreditExport({}, options),
  customers: (client, options) => client.getCustomerExport({}, options),
  spend: (client, options) => client.getSpendExport({}, options),
};
