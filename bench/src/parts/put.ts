import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { countTouches, describeDurability, fill } from '../database.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { startBare, startFloor, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median, ratioOfMedians } from '../statistics.ts';

/** Durable PUTs against those of the same service without storage, and, to be looked at, of the framework alone. */
export async function put(settings: BenchSettings, directory: string): Promise<Results> {
  const { fewCustomers: customers } = settings;
  const databasePath = join(directory, 'put.db');
  const floorPath = join(directory, 'put-floor.db');
  await fill({ databasePath, customers, touchesPerCustomer: 1 });
  say(`  ${describeDurability(databasePath)}`);
  await using bare = await startBare();
  await using floor = await startFloor(floorPath);
  await using durable = await startService({ databasePath });
  const runs = await contest(
    [
      { name: 'bare framework', server: bare, requests: putRequests(customers) },
      { name: 'floor', server: floor, requests: putRequests(customers) },
      { name: 'durable', server: durable, requests: putRequests(customers) },
    ],
    settings,
  );
  if (existsSync(floorPath)) throw new Error('The floor has storage.');
  requireEveryPut(databasePath, customers, answeredIn(runs.durable));
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

/** Each acknowledged PUT must have left a touch, else some were equal to what was there and cost nothing. */
export function requireEveryPut(databasePath: string, touchesBefore: number, acknowledged: number): void {
  const added = countTouches(databasePath) - touchesBefore;
  if (added !== acknowledged) throw new Error(`${acknowledged} PUTs left ${added} touches.`);
  say(`  ${acknowledged} PUTs were acknowledged and left as many touches.`);
}
