import { join } from 'node:path';
import { Connection, query } from '../../../server/src/storage/sqlite/connection.ts';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fileDatabase, fill, requireEveryPut } from '../database.ts';
import { conversionRequests, putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { endOfYear } from '../money/plan.ts';
import { ask } from '../money/requests.ts';
import { describeRatio, say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';

const touchesPerCustomer = 5;

/** Conversions, each with credits for a journey of five touches, against PUTs of the same customers. */
export async function conversions(settings: BenchSettings, directory: string): Promise<Results> {
  const { fewCustomers: customers } = settings;
  const population = { customers, organizations: 1 };
  const touches = touchesPerCustomer * customers;
  const [path, putPath] = [join(directory, 'conversions.db'), join(directory, 'conversions-puts.db')];
  const [database, puts] = [fileDatabase(path), fileDatabase(putPath)];
  for (const each of [database, puts]) await fill(each, { ...population, touches });
  await using server = await startService(database);
  await using putServer = await startService(puts);
  // All of a customer's touches, which are spread over a year, must count towards what it buys.
  for (const each of [server, putServer])
    await ask(each, 'PUT', '/attribution-settings', { lookbackDays: 365 });
  const runs = await contest(
    [
      { name: 'PUTs', servers: [putServer], requests: putRequests(population) },
      { name: 'conversions', servers: [server], requests: conversionRequests(customers, endOfYear) },
    ],
    settings,
  );
  await requireEveryPut(puts, touches, answeredIn(runs.PUTs));
  requireCredits(path, answeredIn(runs.conversions));
  const rates = ratioOfMedians(ratesOf(runs.conversions), ratesOf(runs.PUTs));
  say(describeRatio('conversion_over_put', rates));
  return { conversion_over_put: rates.value };
}

/** Each conversion must have left a credit for each touch before it. */
function requireCredits(path: string, recorded: number): void {
  using connection = new Connection({ path, readOnly: true });
  const counted = query
    .selectFrom('credits')
    .select(({ fn }) => [
      fn.countAll<number>().as('credits'),
      fn.count<number>('conversion_key').distinct().as('conversions'),
    ]);
  const [{ credits, conversions: kept } = { credits: 0, conversions: 0 }] = connection.all(counted);
  if (kept !== recorded || credits !== touchesPerCustomer * recorded) {
    throw new Error(`${recorded} conversions left ${credits} credits of ${kept} conversions.`);
  }
  say(`  ${recorded} conversions were acknowledged and left ${credits} credits.`);
}
