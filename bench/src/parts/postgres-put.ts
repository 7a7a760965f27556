import { answeredIn, contest, costsOf, ratesOf } from '../contest.ts';
import { fill, requireEveryPut } from '../database.ts';
import { meetOrganizations } from '../load/meet.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { type Cluster, describeCluster, startCluster } from '../postgres/cluster.ts';
import type { PostgresDatabase } from '../postgres/database.ts';
import { describeRatio, say } from '../report.ts';
import { startPlain, startService } from '../server.ts';
import { type BenchSettings, manyOrganizations } from '../settings.ts';
import { median, ratioOfMedians } from '../statistics.ts';
import type { Population } from '../traffic.ts';

/** PUTs on PostgreSQL against those of the plain way: of one organization and, for information, of many. */
export async function postgresPut(settings: BenchSettings): Promise<Results> {
  await using cluster = await startCluster();
  say(`  ${await describeCluster(cluster)}`);
  const customers = settings.fewCustomers;
  const one = await overPlain(cluster, 'one', { customers, organizations: 1 }, settings);
  say(describeRatio('pg_put_over_plain', one));
  const many = await overPlain(cluster, 'many', { customers, organizations: manyOrganizations }, settings);
  say(`  of ${manyOrganizations} organizations: ${describeRatio('pg_put_over_plain', many).trim()}`);
  return { pg_put_over_plain: one.value };
}

async function overPlain(cluster: Cluster, name: string, population: Population, settings: BenchSettings) {
  const ours = await cluster.create(`${name}_ours`);
  await fill(ours, { ...population, touches: population.customers });
  await ours.settle();
  const plain = await cluster.copy(ours, `${name}_plain`);
  const before = { ours: await ours.countTouches(), plain: await plain.countTouches() };
  const { met, runs } = await contestOf(ours, plain, population, settings);
  say(`  with organizations: ${population.organizations}`);
  await requireSameWork(ours, before.ours, met + answeredIn(runs.ours));
  await requireSameWork(plain, before.plain, met + answeredIn(runs.plain));
  const costs = { ours: median(costsOf(runs.ours)), plain: median(costsOf(runs.plain)) };
  say(
    `  processor time of an answer: ${costs.ours.toFixed(0)} µs, the plain way ${costs.plain.toFixed(0)} µs, ` +
      `${(costs.plain / costs.ours).toFixed(2)} times as much`,
  );
  return ratioOfMedians(ratesOf(runs.ours), ratesOf(runs.plain));
}

/** The servers have stopped when it returns. `met` is the number of PUTs that each got beforehand. */
async function contestOf(
  ours: PostgresDatabase,
  plain: PostgresDatabase,
  population: Population,
  settings: BenchSettings,
) {
  await using ourServer = await startService(ours);
  await using plainServer = await startPlain(plain);
  const met = await meetOrganizations(ourServer, population.organizations);
  await meetOrganizations(plainServer, population.organizations);
  const runs = await contest(
    [
      { name: 'plain', servers: [plainServer], requests: putRequests(population) },
      { name: 'ours', servers: [ourServer], requests: putRequests(population) },
    ],
    settings,
  );
  return { met, runs };
}

/** Each PUT must have left a touch and, as there is no webhook, no event. */
async function requireSameWork(
  database: PostgresDatabase,
  touchesBefore: number,
  acknowledged: number,
): Promise<void> {
  await requireEveryPut(database, touchesBefore, acknowledged);
  const events = await database.number('SELECT count(*) FROM events');
  if (events > 0) throw new Error(`The PUTs left ${events} events, though nobody listens.`);
}
