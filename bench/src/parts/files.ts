import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { fileDatabase } from '../database.ts';
import { type CpuTime, cpuTimeOf } from '../load/cpu-time.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import { type Server, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { secretKey } from '../traffic.ts';

const program = fileURLToPath(new URL('../../../server/src/cli/leadsource.js', import.meta.url));
const rowsAtOnce = 10_000;
/** As in real histories. */
const touchesPerCustomer = 4;
const firstTime = Date.UTC(2021, 0, 1);
const looksEveryMilliseconds = 100;

/** A long history into the embedded engine and out of it again, by the operator's commands. */
export async function files({ fileRows: rows }: BenchSettings, directory: string): Promise<Results> {
  const [table, parquet] = [join(directory, 'history.csv'), join(directory, 'touches.parquet')];
  await pipeline(Readable.from(historyOf(rows)), createWriteStream(table));
  await using server = await startService(fileDatabase(join(directory, 'files.db')));
  const brought = await command(server, ['import', table], rows);
  const taken = await command(server, ['export', 'touches', parquet], rows);
  say(`  ${mebibytes(table)} MiB of CSV, ${mebibytes(parquet)} MiB of Parquet`);
  return {
    import_per_second: brought.perSecond,
    import_rss_mb: brought.peakMebibytes,
    parquet_rows_per_second: taken.perSecond,
    export_rss_mb: taken.peakMebibytes,
  };
}

function* historyOf(rows: number): Generator<string, void, void> {
  yield 'customerId,occurredTime,medium,source,campaign,clickId,path\n';
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const lines: string[] = [];
    for (let row = start; row < Math.min(rows, start + rowsAtOnce); row++) lines.push(lineOf(row, rows));
    yield lines.join('');
  }
}

function lineOf(row: number, rows: number): string {
  const customer = row % Math.ceil(rows / touchesPerCustomer);
  const time = new Date(firstTime + row * 30_000).toISOString();
  const [medium, source] = [
    ['cpc', 'google'],
    ['paid_social', 'facebook'],
    ['email', 'newsletter'],
    ['organic', 'bing'],
  ][row % 4] as [string, string];
  return `cus_${customer},${time},${medium},${source},campaign-${row % 97},Cj0KCQ${row}xyz,https://shop.example/p/${row % 1009}\n`;
}

interface Ran {
  readonly perSecond: number;
  readonly peakMebibytes: number;
}

/** Runs one of the operator's commands to its end. Fails if the command does. */
async function command({ port, processId }: Server, words: readonly string[], rows: number): Promise<Ran> {
  const environment = { LEADSOURCE_URL: `http://127.0.0.1:${port}`, LEADSOURCE_KEY: secretKey };
  const timeBefore = cpuTimeOf(processId);
  const start = performance.now();
  const child = spawn(process.execPath, [program, ...words], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let [peakMebibytes, own] = [0, 0];
  const looking = setInterval(() => {
    peakMebibytes = Math.max(peakMebibytes, peakOf(child.pid ?? 0));
    const { whole } = cpuTimeOf(child.pid ?? 0);
    if (whole > own) own = whole;
  }, looksEveryMilliseconds);
  const [code] = await once(child, 'exit');
  clearInterval(looking);
  if (code !== 0) throw new Error(`leadsource ${words.join(' ')} ended with ${code}.`);
  const seconds = (performance.now() - start) / 1000;
  say(
    `  ${words[0]}: ${rows} rows in ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)}/s; ` +
      `${peakMebibytes.toFixed(0)} MiB at most; ${shares(timeBefore, cpuTimeOf(processId), own, rows)}`,
  );
  return { perSecond: rows / seconds, peakMebibytes };
}

/** Processor time for each row, which does not depend on what else the machine has to do. */
function shares(before: CpuTime, after: CpuTime, command: number, rows: number): string {
  const main = after.mainThread - before.mainThread;
  const others = after.whole - before.whole - main;
  const [service, threads, own] = [main, others, command].map((milliseconds) =>
    ((milliseconds / rows) * 1000).toFixed(1),
  );
  return `processor time for a row: service ${service} µs, its other threads ${threads} µs, the command ${own} µs`;
}

/** The peak memory of a process, in MiB; 0 where it is gone. */
function peakOf(processId: number): number {
  try {
    const [, kibibytes = '0'] =
      /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8')) ?? [];
    return Number(kibibytes) / 1024;
  } catch {
    return 0;
  }
}

function mebibytes(path: string): string {
  return (statSync(path).size / 1024 ** 2).toFixed(0);
}
