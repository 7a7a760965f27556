import { join } from 'node:path';
import { fileDatabase, fileSize, fill } from '../database.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import type { BenchSettings } from '../settings.ts';
import { leadSourceOf } from '../traffic.ts';

const touches = 200_000;

/** How large the file becomes. The worst case counts: each touch bears its customer's whole row. */
export async function size(_settings: BenchSettings, directory: string): Promise<Results> {
  say(`  for example: ${JSON.stringify(leadSourceOf(0))}`);
  const one = await bytesPerTouch(join(directory, 'size-1.db'), 1);
  const four = await bytesPerTouch(join(directory, 'size-4.db'), 4);
  say(`  one touch per customer: ${one.toFixed(1)} bytes each; four: ${four.toFixed(1)}`);
  return { bytes_per_touch: one };
}

async function bytesPerTouch(path: string, touchesPerCustomer: number): Promise<number> {
  const customers = touches / touchesPerCustomer;
  await fill(fileDatabase(path), { customers, touches, organizations: 1 });
  return fileSize(path) / touches;
}
