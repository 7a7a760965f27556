import { fileDatabase } from '../database.ts';
import type { Results } from '../measures.ts';
import { uncreditedFile } from '../money/file.ts';
import { moneyPlan } from '../money/plan.ts';
import { recompute as change } from '../money/recomputing.ts';
import { say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';

/** Building all credits by changed settings, by the job of a service on the file. */
export async function recompute(settings: BenchSettings, directory: string): Promise<Results> {
  const path = await uncreditedFile(settings, directory);
  await using server = await startService(fileDatabase(path));
  const { conversions } = moneyPlan(settings.conversions);
  const { seconds, serverSeconds } = await change(server);
  say(
    `  ${conversions} conversions in ${seconds.toFixed(1)} s, ${(conversions / seconds).toFixed(0)}/s; ` +
      `${((serverSeconds / conversions) * 1e6).toFixed(1)} µs of processor time each`,
  );
  return { recompute_per_second: conversions / serverSeconds };
}
