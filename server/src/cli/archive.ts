import { resolve } from 'node:path';
import { archiveStore, type RowWatch, unarchiveStore } from '../archive-store.ts';
import { readConfig } from '../config.ts';
import { formatInstant } from '../domain/time.ts';
import { contentText } from './backup.ts';
import { requireFile } from './database-file.ts';
import { jsonText } from './document.ts';
import { partialEnding, requireFree } from './output-file.ts';
import { type Progress, progressFor } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

interface ArchiveOptions {
  readonly force?: true;
  readonly json?: true;
}

/** `leadsource export all FILE`: writes all rows of the database, for `import --restore`. */
export async function exportAll(
  surroundings: Surroundings,
  file: string,
  options: ArchiveOptions,
): Promise<void> {
  const config = readConfig(surroundings.environment);
  if (config.database.engine === 'sqlite') requireFile(config.database.path);
  requireFree(file, options.force === true);
  using progress = await progressFor(surroundings, options.json === true);
  const tables = await archiveStore(config, {
    file,
    partialName: file + partialEnding(surroundings),
    replaces: options.force === true,
    identity: `${formatInstant(surroundings.now())} ${Buffer.from(surroundings.random(12)).toString('hex')}`,
    watch: watchOf(progress),
  });
  progress[Symbol.dispose]();
  const rows = new Map(tables.map((table) => [table.table, table.rows]));
  surroundings.out(
    options.json === true
      ? jsonText({ file: resolve(file), tables })
      : `Archived into ${file}: ${contentText(rows)}.\nIt contains signing keys and webhook secrets: protect it like the database.\n`,
  );
}

/** `leadsource import --restore FILE`: fills an empty database from such a file. */
export async function importAll(
  surroundings: Surroundings,
  file: string,
  options: ArchiveOptions,
): Promise<void> {
  const config = readConfig(surroundings.environment);
  using progress = await progressFor(surroundings, options.json === true);
  const tables = await unarchiveStore(config, {
    file,
    partialEnding: partialEnding(surroundings),
    watch: watchOf(progress),
    now: surroundings.now,
  });
  progress[Symbol.dispose]();
  const rows = new Map(tables.map((table) => [table.table, table.rows]));
  surroundings.out(
    options.json === true ? jsonText({ tables }) : `Restored ${contentText(rows)}, and compared every row.\n`,
  );
}

function watchOf({ watch }: Progress): RowWatch {
  return (step, rows) => watch(step, rows, null);
}
