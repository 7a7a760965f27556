import { arrivalCount } from '../arrivals.ts';
import { flushDisk } from '../kept.ts';
import type { Results } from '../measures.ts';
import { describeCluster } from '../postgres/cluster.ts';
import { startFilledCluster } from '../postgres/filled-cluster.ts';
import { describeRatio, say } from '../report.ts';
import { type BenchSettings, manyAndFew } from '../settings.ts';
import { largeOverSmall } from './large-over-small.ts';

/** As `tenMillion`, with two databases of one PostgreSQL server. */
export async function postgresTenMillion(settings: BenchSettings): Promise<Results> {
  const { many, few } = manyAndFew(settings);
  await using cluster = await startFilledCluster({ large: many, small: few }, settings.keep);
  say(`  ${await describeCluster(cluster)}`);
  const [large, small] = [cluster.database('large'), cluster.database('small')];
  const bytes = await large.number('SELECT pg_database_size(current_database())');
  say(`  ${await large.countTouches()} touches in ${(bytes / 1e6).toFixed(0)} MB`);
  await flushDisk();
  for (const database of [large, small]) await database.warm();
  const { put, get } = await largeOverSmall(
    { database: large, population: many, touches: arrivalCount(many) },
    { database: small, population: few, touches: arrivalCount(few) },
    settings,
  );
  say(describeRatio('pg_put_10m_over_empty', put));
  say(describeRatio('pg_get_10m_over_empty', get));
  return { pg_put_10m_over_empty: put.value, pg_get_10m_over_empty: get.value };
}
