import { attributionModels } from '../../../server/src/domain/attribution-models.ts';
import { say } from '../report.ts';
import type { Server } from '../server.ts';
import { median, type Ratio, ratioOfMedians } from '../statistics.ts';
import { reportMedians, reportPath, timeOfReport } from './requests.ts';

export interface ReportTimes {
  /** For the slowest dimension. */
  readonly report: number;
  readonly overRaw: number;
  readonly sixOverOne: Ratio;
}

/** How long reports take, and the same question asked of the raw rows, in turns. */
export async function measureReports(
  server: Server,
  rounds: number,
  askRaw: () => Promise<void>,
): Promise<ReportTimes> {
  const medians = await reportMedians(server, rounds);
  for (const [dimension, time] of medians) say(`  by ${dimension}: ${time.toFixed(1)} ms`);
  const [one, six, raw]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < turnsPerRound; turn++) {
      one.push(await timeOfReport(server, reportPath('source', ['linear'])));
      six.push(await timeOfReport(server, reportPath('source', attributionModels)));
    }
    const start = performance.now();
    await askRaw();
    raw.push(performance.now() - start);
  }
  say(`  of raw rows: ${median(raw).toFixed(0)} ms, of credits ${median(one).toFixed(1)} ms`);
  await sayOthers(server);
  return {
    report: Math.max(...medians.values()),
    overRaw: median(raw) / median(one),
    sixOverOne: ratioOfMedians(six, one),
  };
}

const turnsPerRound = 5;

/** Reports that have no goal. */
async function sayOthers(server: Server): Promise<void> {
  const others = {
    'with distinct customers': '&customers=true',
    'in a foreign time zone': '&timezone=Asia/Tokyo',
    'by day': '&interval=day',
    'by week': '&interval=week',
  };
  for (const [words, more] of Object.entries(others)) {
    const time = await timeOrRefusal(server, reportPath('channel', ['linear'], more));
    say(`  by channel, ${words}: ${time}`);
  }
}

/** A report that takes too long is refused by the service. */
async function timeOrRefusal(server: Server, path: string): Promise<string> {
  try {
    return `${(await timeOfReport(server, path)).toFixed(0)} ms`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
