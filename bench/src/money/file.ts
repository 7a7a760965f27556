import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Database, fileDatabase, fileSize } from '../database.ts';
import { flushDisk, makeOrCopy } from '../kept.ts';
import { say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { moneyPlan } from './plan.ts';
import { recompute } from './recomputing.ts';

const fillProgram = fileURLToPath(new URL('../fill-money.ts', import.meta.url));

/** Fills a new database with touches and conversions, without credits. */
export async function fillWithMoney(
  { url }: Pick<Database, 'url'>,
  conversions: number,
  superuserUrl?: string,
): Promise<void> {
  const start = performance.now();
  const urls = superuserUrl === undefined ? [url] : [url, superuserUrl];
  await promisify(execFile)(process.execPath, [fillProgram, String(conversions), ...urls], { env: {} });
  const plan = moneyPlan(conversions);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  say(`  ${plan.touches} touches and ${plan.conversions} conversions filled in ${seconds} s`);
}

/** A file with touches and conversions, without credits. */
export async function uncreditedFile(settings: BenchSettings, directory: string): Promise<string> {
  const { conversions, keep } = settings;
  const path = join(directory, 'uncredited.db');
  const name = `money-${conversions}-uncredited.db`;
  await makeOrCopy(keep, name, path, (made) => fillWithMoney(fileDatabase(made), conversions));
  say(`  ${(fileSize(path) / 1e6).toFixed(0)} MB without credits`);
  await flushDisk();
  return path;
}

/** A file with touches, conversions and credits, the same for all parts of a run. */
export async function creditedFile(settings: BenchSettings, directory: string): Promise<string> {
  const path = join(directory, 'credited.db');
  if (existsSync(path)) return path;
  const { conversions, keep } = settings;
  await makeOrCopy(keep, `money-${conversions}.db`, path, async (made) => {
    await fillWithMoney(fileDatabase(made), conversions);
    await using server = await startService(fileDatabase(made));
    const { seconds } = await recompute(server);
    say(`  credits built in ${seconds.toFixed(0)} s`);
  });
  say(`  ${(fileSize(path) / 1e6).toFixed(0)} MB`);
  await flushDisk();
  return path;
}
