import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OfflineConversions } from '@leadsource/client';
import type { AccessOptions } from '../access-options.ts';
import { jsonText } from '../document.ts';
import { partialEnding, requireFree } from '../output-file.ts';
import { counted, grouped } from '../progress.ts';
import { answered, clientFor } from '../service-access.ts';
import type { Surroundings } from '../surroundings.ts';

export interface OfflineConversionOptions extends AccessOptions {
  readonly conversionName: string;
  readonly sourceId?: string;
  readonly model?: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly timezone?: string;
  readonly directory?: string;
  readonly force?: true;
  readonly json?: true;
}

/** Executes `leadsource offline-conversions`. */
export async function executeOfflineConversions(
  surroundings: Surroundings,
  platform: string,
  options: OfflineConversionOptions,
): Promise<void> {
  const { directory = '.', force, json, url: _url, keyFile: _keyFile, ...asked } = options;
  const client = clientFor(surroundings, options);
  const question = { platform, ...asked };
  // The service judges the values.
  const asking = client.getOfflineConversionExport(question as never);
  const answer = await answered(surroundings, options, asking);
  if (json === true) surroundings.out(jsonText(answer));
  else writeFiles(surroundings, answer, directory, force === true);
}

/** Writes all files, or none if one would replace another, or cannot be written whole. */
function writeFiles(
  surroundings: Surroundings,
  { files, leftOut }: OfflineConversions,
  directory: string,
  replaces: boolean,
): void {
  const { out, err } = surroundings;
  const placed = files.map((file) => ({ ...file, path: join(directory, file.name) }));
  for (const { path } of placed) requireFree(path, replaces);
  writeAll(placed, partialEnding(surroundings));
  for (const { path, rows } of placed) {
    out(`${path}\n`);
    err(`Wrote ${counted(rows, 'row')} to ${path}.\n`);
  }
  if (files.length === 0) err('There is nothing to report.\n');
  for (const [reason, all] of Map.groupBy(leftOut, (each) => each.reason)) {
    err(`Left out ${grouped(all.length)}: ${reason}\n`);
  }
}

/** None has its name before all are whole: a part of a file would be uploaded like any other. */
function writeAll(
  files: readonly { readonly path: string; readonly content: string }[],
  partial: string,
): void {
  try {
    // Click ids and payments are private.
    for (const { path, content } of files) {
      writeFileSync(path + partial, content, { mode: 0o600, flag: 'wx' });
    }
    for (const { path } of files) renameSync(path + partial, path);
  } catch (error) {
    for (const { path } of files) rmSync(path + partial, { force: true });
    throw error;
  }
}
