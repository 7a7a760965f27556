import { join } from 'node:path';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fileDatabase, fill, requireEveryPut } from '../database.ts';
import { meetVisitors } from '../load/meet.ts';
import { captureRequests, firstCaptures } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { type Server, startFloor, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median, ratioOfMedians } from '../statistics.ts';
import { secretKey } from '../traffic.ts';
import { landingOf } from './landings.ts';

/** Durable captures, a tenth of them of new visitors, against captures by the same service without storage. */
export async function capture(settings: BenchSettings, directory: string): Promise<Results> {
  const { fewCustomers: customers } = settings;
  const visitors = customers;
  const database = fileDatabase(join(directory, 'capture.db'));
  await fill(database, { customers, organizations: 1, touches: customers });
  await using floor = await startFloor(join(directory, 'capture-floor.db'));
  await using durable = await startService(database);
  const requestsTo = async (server: Server) => {
    const key = await publishableKeyOf(server);
    // Customers are no visitors: at first, all of them would be new.
    await meetVisitors(server, visitors, firstCaptures(key, landingOf));
    return captureRequests(key, visitors, landingOf);
  };
  const runs = await contest(
    [
      { name: 'floor', servers: [floor], requests: await requestsTo(floor) },
      { name: 'durable', servers: [durable], requests: await requestsTo(durable) },
    ],
    settings,
  );
  await requireEveryPut(database, customers + visitors, answeredIn(runs.durable), 'captures');
  const rates = ratioOfMedians(ratesOf(runs.durable), ratesOf(runs.floor));
  say(`  capture_floor_rps: ${median(ratesOf(runs.floor)).toFixed(0)}`);
  say(describeRatio('capture_over_floor', rates));
  return { capture_over_floor: rates.value };
}

async function publishableKeyOf({ port }: Server): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api-keys`, {
    method: 'POST',
    headers: { 'REB-APIKEY': secretKey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'publishable' }),
  });
  const { publishableKey } = (await answer.json()) as { publishableKey?: string };
  if (publishableKey === undefined) throw new Error(`A key was not made: ${answer.status}.`);
  return publishableKey;
}
