import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { describeDurability, fileDatabase, fill, requireEveryPut } from '../database.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { startBare, startFloor, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median, ratioOfMedians } from '../statistics.ts';

/** Durable PUTs against those of the same service without storage and, for information, those of the framework alone. */
export async function put(settings: BenchSettings, directory: string): Promise<Results> {
  const { fewCustomers: customers } = settings;
  const population = { customers, organizations: 1 };
  const path = join(directory, 'put.db');
  const database = fileDatabase(path);
  const floorPath = join(directory, 'put-floor.db');
  await fill(database, { ...population, touches: customers });
  say(`  ${describeDurability(path)}`);
  await using bare = await startBare();
  await using floor = await startFloor(floorPath);
  await using durable = await startService(database);
  const runs = await contest(
    [
      { name: 'bare framework', servers: [bare], requests: putRequests(population) },
      { name: 'floor', servers: [floor], requests: putRequests(population) },
      { name: 'durable', servers: [durable], requests: putRequests(population) },
    ],
    settings,
  );
  if (existsSync(floorPath)) throw new Error('The floor has storage.');
  await requireEveryPut(database, customers, answeredIn(runs.durable));
  const rates = ratioOfMedians(ratesOf(runs.durable), ratesOf(runs.floor));
  const delays = ratioOfMedians(
    runs.durable.map(({ p99Latency }) => p99Latency),
    runs.floor.map(({ medianLatency }) => medianLatency),
  );
  say(`  bare_floor_rps: ${median(ratesOf(runs['bare framework'])).toFixed(0)}`);
  say(describeRatio('put_over_floor', rates));
  say(describeRatio('put_p99_over_floor_median', delays));
  return { put_over_floor: rates.value, put_p99_over_floor_median: delays.value };
}
