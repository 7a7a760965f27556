import { join } from 'node:path';
import { fileDatabase, fileSize, fill } from '../database.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import type { BenchSettings } from '../settings.ts';
import { largeOverSmall } from './large-over-small.ts';

/** The service on a file with many customers against itself on one with few. */
export async function million(settings: BenchSettings, directory: string): Promise<Results> {
  const { customers: many, fewCustomers: few } = settings;
  const path = join(directory, 'many.db');
  const large = fileDatabase(path);
  const small = fileDatabase(join(directory, 'few.db'));
  const all = { customers: many, organizations: 1 };
  const some = { customers: few, organizations: 1 };
  const seconds = await fill(large, { ...all, touches: many });
  say(
    `  ${many} customers filled in ${seconds.toFixed(1)} s (${(many / seconds).toFixed(0)}/s), ` +
      `${(fileSize(path) / 1e6).toFixed(0)} MB`,
  );
  await fill(small, { ...some, touches: few });
  const { put, get } = await largeOverSmall(
    { database: large, population: all, touches: many },
    { database: small, population: some, touches: few },
    settings,
  );
  say(describeRatio('put_1m_over_empty', put));
  say(describeRatio('get_1m_over_empty', get));
  return { put_1m_over_empty: put.value, get_1m_over_empty: get.value };
}
