import { join } from 'node:path';
import { answeredIn, contest, ratesOf } from '../contest.ts';
import { fill } from '../database.ts';
import { getRequests, putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';
import { requireEveryPut } from './put.ts';

/** The service on a file with many customers against itself on one with few, each called for all the customers it has. */
export async function million(settings: BenchSettings, directory: string): Promise<Results> {
  const { customers: many, fewCustomers: few } = settings;
  const manyPath = join(directory, 'many.db');
  const fewPath = join(directory, 'few.db');
  const filled = await fill({ databasePath: manyPath, customers: many, touchesPerCustomer: 1 });
  say(
    `  ${many} customers filled in ${filled.seconds.toFixed(1)} s (${(many / filled.seconds).toFixed(0)}/s), ` +
      `${(filled.bytes / 1e6).toFixed(0)} MB`,
  );
  await fill({ databasePath: fewPath, customers: few, touchesPerCustomer: 1 });
  await using large = await startService({ databasePath: manyPath });
  await using small = await startService({ databasePath: fewPath });
  const gets = await contest(
    [
      { name: `GET of ${few}`, server: small, requests: getRequests(few) },
      { name: `GET of ${many}`, server: large, requests: getRequests(many) },
    ],
    settings,
  );
  const puts = await contest(
    [
      { name: `PUT to ${few}`, server: small, requests: putRequests(few) },
      { name: `PUT to ${many}`, server: large, requests: putRequests(many) },
    ],
    settings,
  );
  const putRuns = { few: puts[`PUT to ${few}`] ?? [], many: puts[`PUT to ${many}`] ?? [] };
  requireEveryPut(manyPath, many, answeredIn(putRuns.many));
  requireEveryPut(fewPath, few, answeredIn(putRuns.few));
  const put = ratioOfMedians(ratesOf(putRuns.many), ratesOf(putRuns.few));
  const get = ratioOfMedians(ratesOf(gets[`GET of ${many}`] ?? []), ratesOf(gets[`GET of ${few}`] ?? []));
  say(describeRatio('put_1m_over_empty', put));
  say(describeRatio('get_1m_over_empty', get));
  return { put_1m_over_empty: put.value, get_1m_over_empty: get.value };
}
