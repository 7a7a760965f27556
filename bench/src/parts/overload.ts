import { join } from 'node:path';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fileDatabase, fill, requireEveryPut } from '../database.ts';
import { type OverloadOutcome, overload as overloaded, recover } from '../load/overload.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median } from '../statistics.ts';

/** How many times the usual connections, and the usual duration (a minute for 8 s). */
const connectionFactor = 10;
const durationFactor = 7.5;
/** The share of the usual rate at which everything counts as normal again. */
const normalShare = 0.8;

/** Far more concurrent calls than usual: what is still done, how the rest is refused, and how the service recovers. */
export async function overload(settings: BenchSettings, directory: string): Promise<Results> {
  const population = { customers: settings.fewCustomers, organizations: 1 };
  const database = fileDatabase(join(directory, 'overload.db'));
  await fill(database, { ...population, touches: population.customers });
  await using server = await startService(database);
  const requests = putRequests(population);
  const usual = (await contest([{ name: 'usual', servers: [server], requests }], settings)).usual;
  const usualRate = median(ratesOf(usual));
  const outcome = await overloaded({
    server,
    connections: connectionFactor * settings.connections,
    warmUpSeconds: settings.warmUpSeconds,
    durationSeconds: durationFactor * settings.durationSeconds,
    requests,
  });
  const { connections } = settings;
  const recovery = await recover({
    server,
    connections,
    requests,
    normalPerSecond: normalShare * usualRate,
  });
  say(`  ${describe(outcome)}`);
  say(`  normal again after ${recovery.milliseconds.toFixed(0)} ms`);
  await requireEveryPut(database, population.customers, answeredIn(usual) + outcome.good + recovery.good);
  const [memoryBefore = Number.NaN, , memoryAfter = Number.NaN] = outcome.residentMemory;
  return {
    overload_goodput: outcome.goodPerSecond / usualRate,
    overload_refusal_ms_max: outcome.longestRefusal,
    overload_rss_growth: memoryAfter / memoryBefore,
    overload_recovery_ms: recovery.milliseconds,
  };
}

function describe(outcome: OverloadOutcome): string {
  const { goodPerSecond, goodP99Latency, good, refused, longestRefusal, residentMemory } = outcome;
  const memory = residentMemory.map((mebibytes) => mebibytes.toFixed(0)).join(', ');
  return [
    `${goodPerSecond.toFixed(0)}/s good, 99 % within ${goodP99Latency.toFixed(0)} ms`,
    `${refused} refused of ${good + refused}, the slowest in ${longestRefusal.toFixed(1)} ms`,
    `memory ${memory} MiB`,
  ].join('; ');
}
