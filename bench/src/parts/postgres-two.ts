import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fill, requireEveryPut } from '../database.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { startCluster } from '../postgres/cluster.ts';
import { describeRatio, say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';

/** PUTs by two processes that share a database and the connections, against those by one process with all connections. */
export async function postgresTwo(settings: BenchSettings): Promise<Results> {
  const population = { customers: settings.fewCustomers, organizations: 1 };
  await using cluster = await startCluster();
  const ofOne = await cluster.create('one');
  await fill(ofOne, { ...population, touches: population.customers });
  await ofOne.settle();
  const ofTwo = await cluster.copy(ofOne, 'two');
  await using single = await startService(ofOne);
  await using first = await startService(ofTwo);
  await using second = await startService(ofTwo);
  const runs = await contest(
    [
      { name: 'one process', servers: [single], requests: putRequests(population) },
      { name: 'two processes', servers: [first, second], requests: putRequests(population) },
    ],
    settings,
  );
  await requireEveryPut(ofOne, population.customers, answeredIn(runs['one process']));
  await requireEveryPut(ofTwo, population.customers, answeredIn(runs['two processes']));
  const rates = ratioOfMedians(ratesOf(runs['two processes']), ratesOf(runs['one process']));
  say(describeRatio('pg_two_over_one', rates));
  return { pg_two_over_one: rates.value };
}
