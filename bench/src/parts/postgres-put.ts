import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fill, requireEveryPut } from '../database.ts';
import type { LoadOutcome } from '../load/load.ts';
import { meetOrganizations } from '../load/meet.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { type Cluster, describeCluster, startCluster } from '../postgres/cluster.ts';
import type { PostgresDatabase } from '../postgres/database.ts';
import { describeRatio, say } from '../report.ts';
import { startPlain, startService } from '../server.ts';
import { type BenchSettings, manyOrganizations } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';
import type { Population } from '../traffic.ts';

/** PUTs on PostgreSQL against those of the plain way: of one organization, and, to be looked at, of many. */
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
  const before = { ours: await countsOf(ours), plain: await countsOf(plain) };
  const runs = await contestOf(ours, plain, population, settings);
  say(`  of ${population.organizations} organizations, ${name}:`);
  await requireSameWork(ours, before.ours, runs.ours);
  await requireSameWork(plain, before.plain, runs.plain);
  return ratioOfMedians(ratesOf(runs.ours), ratesOf(runs.plain));
}

/** The servers have left when it ends. */
async function contestOf(
  ours: PostgresDatabase,
  plain: PostgresDatabase,
  population: Population,
  settings: BenchSettings,
) {
  await using ourServer = await startService(ours);
  await using plainServer = await startPlain(plain);
  if (population.organizations > 1) {
    for (const server of [ourServer, plainServer]) await meetOrganizations(server, population.organizations);
  }
  return await contest(
    [
      { name: 'plain', servers: [plainServer], requests: putRequests(population) },
      { name: 'ours', servers: [ourServer], requests: putRequests(population) },
    ],
    settings,
  );
}

interface Counts {
  readonly touches: number;
  readonly customers: number;
  readonly events: number;
}

async function countsOf(database: PostgresDatabase): Promise<Counts> {
  return {
    touches: await database.countTouches(),
    customers: await database.countCustomers(),
    events: await database.countEventsEver(),
  };
}

/** Each PUT left a touch and an event, one more for each new customer; none of the events is still there. */
async function requireSameWork(
  database: PostgresDatabase,
  before: Counts,
  runs: readonly LoadOutcome[],
): Promise<void> {
  await requireEveryPut(database, before.touches, answeredIn(runs));
  const after = await countsOf(database);
  const expected = answeredIn(runs) + after.customers - before.customers;
  const events = after.events - before.events;
  if (events < expected) throw new Error(`The PUTs left ${events} events, not ${expected}.`);
  say(
    `  ${events} events were kept, ${await database.number('SELECT count(*) FROM events')} of them still are.`,
  );
}
