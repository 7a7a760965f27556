import { answeredIn, contest, ratesOf } from '../contest.ts';
import { type Database, requireEveryPut } from '../database.ts';
import { meetOrganizations } from '../load/meet.ts';
import { getRequests, putRequests } from '../load/requests.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { type Ratio, ratioOfMedians } from '../statistics.ts';
import type { Population } from '../traffic.ts';

export interface FilledDatabase {
  readonly database: Database;
  readonly population: Population;
  readonly touches: number;
}

/** The service on a large database against itself on a small one, each called for all of its customers. */
export async function largeOverSmall(
  large: FilledDatabase,
  small: FilledDatabase,
  settings: BenchSettings,
): Promise<{ readonly put: Ratio; readonly get: Ratio }> {
  await using largeServer = await startService(large.database);
  await using smallServer = await startService(small.database);
  const metByLarge = await meetOrganizations(largeServer, large.population.organizations);
  const metBySmall = await meetOrganizations(smallServer, small.population.organizations);
  const gets = await contest(
    [
      { name: 'GET of few', servers: [smallServer], requests: getRequests(small.population) },
      { name: 'GET of many', servers: [largeServer], requests: getRequests(large.population) },
    ],
    settings,
  );
  const puts = await contest(
    [
      { name: 'PUT to few', servers: [smallServer], requests: putRequests(small.population) },
      { name: 'PUT to many', servers: [largeServer], requests: putRequests(large.population) },
    ],
    settings,
  );
  await requireEveryPut(large.database, large.touches + metByLarge, answeredIn(puts['PUT to many']));
  await requireEveryPut(small.database, small.touches + metBySmall, answeredIn(puts['PUT to few']));
  return {
    put: ratioOfMedians(ratesOf(puts['PUT to many']), ratesOf(puts['PUT to few'])),
    get: ratioOfMedians(ratesOf(gets['GET of many']), ratesOf(gets['GET of few'])),
  };
}
