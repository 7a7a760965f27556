import { join } from 'node:path';
import { fileDatabase } from '../database.ts';
import { residentMemoryOf } from '../load/cpu-time.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median } from '../statistics.ts';
import { customerIdOf, leadSourceOf, secretKey } from '../traffic.ts';

const starts = 7;

/** How soon the service is ready, each time on a new file that it has to create, and its memory after the first answers. */
export async function start(_settings: BenchSettings, directory: string): Promise<Results> {
  const milliseconds: number[] = [];
  const mebibytes: number[] = [];
  for (let place = 0; place < starts; place++) {
    await using service = await startService(fileDatabase(join(directory, `start-${place}.db`)));
    milliseconds.push(service.startMilliseconds);
    await writeAndRead(service.port);
    mebibytes.push(residentMemoryOf(service.processId));
  }
  say(`  start: ${milliseconds.map((time) => time.toFixed(0)).join(', ')} ms`);
  say(`  memory: ${mebibytes.map((size) => size.toFixed(1)).join(', ')} MiB`);
  return { start_ms: median(milliseconds), rss_mb: median(mebibytes) };
}

async function writeAndRead(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/customers/${customerIdOf(0)}/lead-source`;
  const headers = { 'REB-APIKEY': secretKey, 'Content-Type': 'application/json' };
  const body = JSON.stringify(leadSourceOf(0));
  const answers = [await fetch(url, { method: 'PUT', headers, body }), await fetch(url, { headers })];
  for (const answer of answers) {
    if (!answer.ok) throw new Error(`One of the first answers was ${answer.status}.`);
    await answer.arrayBuffer();
  }
}
