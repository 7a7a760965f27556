import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSync, requireRealDisk } from './disk.ts';
import { type MeasureName, type PartName, partsOf, type Results } from './measures.ts';
import { backFill } from './parts/back-fill.ts';
import { capture } from './parts/capture.ts';
import { conversions } from './parts/conversions.ts';
import { dashboard } from './parts/dashboard.ts';
import { files } from './parts/files.ts';
import { get } from './parts/get.ts';
import { landings } from './parts/landings.ts';
import { markov } from './parts/markov.ts';
import { million } from './parts/million.ts';
import { overload } from './parts/overload.ts';
import { postgresMoney } from './parts/postgres-money.ts';
import { postgresPut } from './parts/postgres-put.ts';
import { postgresTenMillion } from './parts/postgres-ten-million.ts';
import { postgresTwo } from './parts/postgres-two.ts';
import { put } from './parts/put.ts';
import { recompute } from './parts/recompute.ts';
import { refusal } from './parts/refusal.ts';
import { reports } from './parts/reports.ts';
import { size } from './parts/size.ts';
import { start } from './parts/start.ts';
import { tenMillion } from './parts/ten-million.ts';
import { format, say, tableOf } from './report.ts';
import { type BenchSettings, readSettings, usage } from './settings.ts';

const parts: Readonly<Record<PartName, (settings: BenchSettings, directory: string) => Promise<Results>>> = {
  put,
  get,
  million,
  start,
  size,
  refusal,
  landings,
  capture,
  overload,
  'back-fill': backFill,
  files,
  dashboard,
  conversions,
  recompute,
  reports,
  markov,
  'ten-million': tenMillion,
  'postgres-money': postgresMoney,
  'postgres-put': postgresPut,
  'postgres-two': postgresTwo,
  'postgres-ten-million': postgresTenMillion,
};

async function run(settings: BenchSettings): Promise<Results> {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-bench-'));
  const results: Partial<Record<MeasureName, number>> = {};
  try {
    requireRealDisk(directory);
    say(`one sync of the disk: ${measureSync(directory).toFixed(2)} ms`);
    for (const name of partsOf(settings.names)) {
      say(`${name}:`);
      Object.assign(results, await parts[name](settings, directory));
    }
  } finally {
    await rm(directory, { recursive: true });
  }
  return results;
}

function settingsOrUsage(): BenchSettings | null {
  try {
    return readSettings(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return null;
  }
}

function print({ names, json }: BenchSettings, results: Results): void {
  const table = tableOf(names, results);
  if (!json) {
    process.stdout.write(`\n${table}\n`);
    return;
  }
  say(`\n${table}`);
  const rounded = names.map((name) => [name, Number(format(results[name] ?? Number.NaN))]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
}

const settings = settingsOrUsage();
if (settings === null) process.exitCode = 2;
else print(settings, await run(settings));
