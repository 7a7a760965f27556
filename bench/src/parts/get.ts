import { join } from 'node:path';
import { contest, ratesOf } from '../contest.ts';
import { fileDatabase, fill } from '../database.ts';
import { getRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { startBare, startFloor, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median, ratioOfMedians } from '../statistics.ts';

/** GETs against those of the same service without storage and, for information, those of the framework alone. */
export async function get(settings: BenchSettings, directory: string): Promise<Results> {
  const { fewCustomers: customers } = settings;
  const population = { customers, organizations: 1 };
  const database = fileDatabase(join(directory, 'get.db'));
  // Two touches each, like the canned customer of the floor, so that the original is not the current one.
  await fill(database, { ...population, touches: 2 * customers });
  await using bare = await startBare();
  await using floor = await startFloor(join(directory, 'get-floor.db'));
  await using durable = await startService(database);
  const runs = await contest(
    [
      { name: 'bare framework', servers: [bare], requests: getRequests(population) },
      { name: 'floor', servers: [floor], requests: getRequests(population) },
      { name: 'durable', servers: [durable], requests: getRequests(population) },
    ],
    settings,
  );
  const rates = ratioOfMedians(ratesOf(runs.durable), ratesOf(runs.floor));
  say(`  bare_floor_rps: ${median(ratesOf(runs['bare framework'])).toFixed(0)}`);
  say(describeRatio('get_over_floor', rates));
  return { get_over_floor: rates.value };
}
