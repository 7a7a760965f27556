import { flushDisk } from '../kept.ts';
import type { Results } from '../measures.ts';
import { fillWithMoney } from '../money/file.ts';
import { moneyPlan } from '../money/plan.ts';
import { rawLinearBySource, requireWhole } from '../money/raw.ts';
import { recompute } from '../money/recomputing.ts';
import { measureReports } from '../money/reporting.ts';
import { describeCluster } from '../postgres/cluster.ts';
import { startKeptCluster } from '../postgres/filled-cluster.ts';
import { describeRatio, say } from '../report.ts';
import { type Server, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';

/** Building all credits by changed settings, then reports of a year, on PostgreSQL. */
export async function postgresMoney(settings: BenchSettings): Promise<Results> {
  const { conversions, keep, rounds } = settings;
  const filling = {
    money: (database: { url: string; superuserUrl: string }) =>
      fillWithMoney(database, conversions, database.superuserUrl),
  };
  await using cluster = await startKeptCluster(`postgres-money-${conversions}`, filling, keep);
  say(`  ${await describeCluster(cluster)}`);
  await flushDisk();
  const database = cluster.database('money');
  await using server = await startService(database);
  const plan = moneyPlan(conversions);
  const perSecond = await rebuilt(server, database.databaseTime, plan.conversions);
  await database.settle();
  await flushDisk();
  const times = await measureReports(server, rounds, async () => {
    requireWhole(await database.run(rawLinearBySource), plan.conversions);
  });
  say(describeRatio('pg_report_six_over_one', times.sixOverOne));
  return {
    pg_recompute_per_second: perSecond,
    pg_report_ms: times.report,
    pg_report_over_raw: times.overRaw,
    pg_report_six_over_one: times.sixOverOne.value,
  };
}

async function rebuilt(server: Server, databaseTime: () => number, conversions: number): Promise<number> {
  const before = databaseTime();
  const { seconds, serverSeconds } = await recompute(server);
  const perConversion = (used: number) => `${((used / conversions) * 1e6).toFixed(0)} µs`;
  say(
    `  ${conversions} conversions in ${seconds.toFixed(1)} s, ${(conversions / seconds).toFixed(0)}/s; processor time ` +
      `each: service ${perConversion(serverSeconds)}, database ${perConversion((databaseTime() - before) / 1000)}`,
  );
  return conversions / seconds;
}
