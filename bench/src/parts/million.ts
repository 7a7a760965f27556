import { join } from 'node:path';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fileDatabase, fileSize, fill, requireEveryPut } from '../database.ts';
import { getRequests, putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';

/** The service on a file with many customers against itself on one with few, each called for all the customers it has. */
export async function million(settings: BenchSettings, directory: string): Promise<Results> {
  const { customers: many, fewCustomers: few } = settings;
  const all = { customers: many, organizations: 1 };
  const some = { customers: few, organizations: 1 };
  const manyPath = join(directory, 'many.db');
  const manyDatabase = fileDatabase(manyPath);
  const fewDatabase = fileDatabase(join(directory, 'few.db'));
  const seconds = await fill(manyDatabase, { ...all, touches: many });
  say(
    `  ${many} customers filled in ${seconds.toFixed(1)} s (${(many / seconds).toFixed(0)}/s), ` +
      `${(fileSize(manyPath) / 1e6).toFixed(0)} MB`,
  );
  await fill(fewDatabase, { ...some, touches: few });
  await using large = await startService(manyDatabase);
  await using small = await startService(fewDatabase);
  const gets = await contest(
    [
      { name: `GET of ${few}`, servers: [small], requests: getRequests(some) },
      { name: `GET of ${many}`, servers: [large], requests: getRequests(all) },
    ],
    settings,
  );
  const puts = await contest(
    [
      { name: `PUT to ${few}`, servers: [small], requests: putRequests(some) },
      { name: `PUT to ${many}`, servers: [large], requests: putRequests(all) },
    ],
    settings,
  );
  const putRuns = { few: puts[`PUT to ${few}`] ?? [], many: puts[`PUT to ${many}`] ?? [] };
  await requireEveryPut(manyDatabase, many, answeredIn(putRuns.many));
  await requireEveryPut(fewDatabase, few, answeredIn(putRuns.few));
  const put = ratioOfMedians(ratesOf(putRuns.many), ratesOf(putRuns.few));
  const get = ratioOfMedians(ratesOf(gets[`GET of ${many}`] ?? []), ratesOf(gets[`GET of ${few}`] ?? []));
  say(describeRatio('put_1m_over_empty', put));
  say(describeRatio('get_1m_over_empty', get));
  return { put_1m_over_empty: put.value, get_1m_over_empty: get.value };
}
