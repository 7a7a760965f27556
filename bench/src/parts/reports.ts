import { sql } from 'kysely';
import { Connection, query } from '../../../server/src/storage/sqlite/connection.ts';
import { fileDatabase } from '../database.ts';
import { type LoadOutcome, underLoad } from '../load/load.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { creditedFile } from '../money/file.ts';
import { moneyPlan } from '../money/plan.ts';
import { rawLinearBySource, requireWhole } from '../money/raw.ts';
import { measureReports } from '../money/reporting.ts';
import { ask, reportPath } from '../money/requests.ts';
import { describeLoad, describeRatio, say } from '../report.ts';
import { type Server, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';

const rawQuestion = sql<Readonly<Record<string, unknown>>>`${sql.raw(rawLinearBySource)}`;

/** Reports of a year on the embedded engine, alone and beside PUTs. */
export async function reports(settings: BenchSettings, directory: string): Promise<Results> {
  const path = await creditedFile(settings, directory);
  await using server = await startService(fileDatabase(path));
  const plan = moneyPlan(settings.conversions);
  const times = await measureReports(server, settings.rounds, async () => {
    using connection = new Connection({ path, readOnly: true });
    requireWhole(connection.all({ compile: () => rawQuestion.compile(query) }), plan.conversions);
  });
  say(describeRatio('report_six_over_one', times.sixOverOne));
  const delay = await delayOfPuts(server, plan.customers, settings);
  say(describeRatio('put_p99_with_reports', delay));
  return {
    report_ms: times.report,
    report_over_raw: times.overRaw,
    report_six_over_one: times.sixOverOne.value,
    put_p99_with_reports: delay.value,
  };
}

/** How PUTs beside reports, one after the other, compare with PUTs alone. */
async function delayOfPuts(server: Server, customers: number, settings: BenchSettings) {
  const requests = putRequests({ customers, organizations: 1 });
  const load = { ...settings, servers: [server], requests };
  const [alone, beside]: [LoadOutcome[], LoadOutcome[]] = [[], []];
  for (let round = 1; round <= settings.rounds; round++) {
    alone.push(await underLoad(load));
    const reporting = new Reporting(server);
    beside.push(await underLoad(load));
    const reported = await reporting.end();
    say(`  round ${round}  PUTs alone          ${lastOf(alone)}`);
    say(`  round ${round}  beside ${String(reported).padStart(4)} reports ${lastOf(beside)}`);
  }
  const tails = (runs: readonly LoadOutcome[]) => runs.map(({ p99Latency }) => p99Latency);
  return ratioOfMedians(tails(beside), tails(alone));
}

function lastOf(runs: readonly LoadOutcome[]): string {
  const last = runs.at(-1);
  return last === undefined ? '' : describeLoad(last);
}

/** Requests one report after the other until it is ended. */
class Reporting {
  readonly #server: Server;
  readonly #asking: Promise<number>;
  #goesOn = true;

  constructor(server: Server) {
    this.#server = server;
    this.#asking = this.#ask();
  }

  /** Returns how many reports there were. */
  end(): Promise<number> {
    this.#goesOn = false;
    return this.#asking;
  }

  async #ask(): Promise<number> {
    let reports = 0;
    for (; this.#goesOn; reports++) await ask(this.#server, 'GET', reportPath('channel', ['linear']));
    return reports;
  }
}
