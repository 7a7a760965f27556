import { join } from 'node:path';
import { arrivalCount } from '../arrivals.ts';
import { fileDatabase, fileSize, fill } from '../database.ts';
import { flushDisk, makeOrCopy } from '../kept.ts';
import type { Results } from '../measures.ts';
import { describeRatio, say } from '../report.ts';
import { type BenchSettings, manyAndFew } from '../settings.ts';
import { largeOverSmall } from './large-over-small.ts';

/** The service on a file with many touches against itself on one with few, both of many organizations. */
export async function tenMillion(settings: BenchSettings, directory: string): Promise<Results> {
  const { many, few } = manyAndFew(settings);
  const path = join(directory, 'ten-million.db');
  await makeOrCopy(settings.keep, `leadsource-${many.touches}.db`, path, async (made) => {
    const seconds = await fill(fileDatabase(made), many);
    say(`  ${many.touches} touches filled in ${seconds.toFixed(0)} s`);
  });
  say(`  ${arrivalCount(many)} touches in ${(fileSize(path) / 1e6).toFixed(0)} MB`);
  const small = fileDatabase(join(directory, 'ten-million-few.db'));
  await fill(small, few);
  await flushDisk();
  const { put, get } = await largeOverSmall(
    { database: fileDatabase(path), population: many, touches: arrivalCount(many) },
    { database: small, population: few, touches: arrivalCount(few) },
    settings,
  );
  say(describeRatio('put_10m_over_empty', put));
  say(describeRatio('get_10m_over_empty', get));
  return { put_10m_over_empty: put.value, get_10m_over_empty: get.value };
}
