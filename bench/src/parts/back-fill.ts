import { join } from 'node:path';
import type { FillPlan } from '../arrivals.ts';
import { answeredIn, ratesOf } from '../contest.ts';
import { fileDatabase, fill, requireEveryPut } from '../database.ts';
import { backFillBodies, backFill as send } from '../load/back-fill.ts';
import { cpuTimeOf, residentMemoryOf } from '../load/cpu-time.ts';
import { type LoadOutcome, underLoad } from '../load/load.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { describeLoad, describeRatio, say } from '../report.ts';
import { type Server, startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { ratioOfMedians } from '../statistics.ts';

/** As in real histories. */
const touchesPerCustomer = 2;

/** A long history in bulk calls, one after the other, against PUTs over the usual number of connections, and over one. */
export async function backFill(settings: BenchSettings, directory: string): Promise<Results> {
  const { fewCustomers: customers, backFillTouches: touches } = settings;
  const population = { customers, organizations: 1 };
  const small = fileDatabase(join(directory, 'back-fill-puts.db'));
  const long = fileDatabase(join(directory, 'back-fill.db'));
  await fill(small, { ...population, touches: customers });
  await using putServer = await startService(small);
  await using server = await startService(long);
  const plan = { customers: Math.ceil(touches / touchesPerCustomer), touches, organizations: 1 };
  const requests = putRequests(population);
  const usual: LoadOutcome[] = [];
  const single: LoadOutcome[] = [];
  const fills: number[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    const puts = { ...settings, servers: [putServer], requests };
    usual.push(await underLoad(puts));
    single.push(await underLoad({ ...puts, connections: 1 }));
    say(`  round ${round + 1}  ${`PUTs over ${settings.connections}`.padEnd(12)} ${lastOf(usual)}`);
    say(`  round ${round + 1}  ${'PUTs over 1'.padEnd(12)} ${lastOf(single)}`);
    const [from, until] = stretchOf(touches, round, settings.rounds);
    fills.push(await fillStretch(server, plan, from, until));
  }
  await requireEveryPut(small, customers, answeredIn([...usual, ...single]));
  if ((await long.countTouches()) !== touches) throw new Error('The back-fill left other touches.');
  const overPuts = ratioOfMedians(fills, ratesOf(usual));
  const overSingle = ratioOfMedians(fills, ratesOf(single));
  say(describeRatio('backfill_over_puts', overPuts));
  say(describeRatio('backfill_over_single', overSingle));
  return { backfill_over_puts: overPuts.value, backfill_over_single: overSingle.value };
}

function lastOf(runs: readonly LoadOutcome[]): string {
  const last = runs.at(-1);
  return last === undefined ? '' : describeLoad(last);
}

function stretchOf(touches: number, round: number, rounds: number): readonly [from: number, until: number] {
  return [Math.floor((touches * round) / rounds), Math.floor((touches * (round + 1)) / rounds)];
}

/** Returns touches per second, from the first byte of the first call to the last byte of the last answer. */
async function fillStretch(server: Server, plan: FillPlan, from: number, until: number): Promise<number> {
  const { processId, port } = server;
  const bodies = backFillBodies(plan, from, until);
  const [memoryBefore, timeBefore, start] = [
    residentMemoryOf(processId),
    cpuTimeOf(processId),
    performance.now(),
  ];
  const kept = await send(port, bodies);
  const milliseconds = performance.now() - start;
  const time = cpuTimeOf(processId);
  const share = (used: number) => `${((used / milliseconds) * 100).toFixed(0)} %`;
  say(
    `  ${kept} touches back-filled: ${((kept / milliseconds) * 1000).toFixed(0)}/s; ` +
      `processors: main thread ${share(time.mainThread - timeBefore.mainThread)}, server ${share(time.whole - timeBefore.whole)} ` +
      `(${(((time.whole - timeBefore.whole) / kept) * 1000).toFixed(0)} µs a touch); ` +
      `memory ${memoryBefore.toFixed(0)} to ${residentMemoryOf(processId).toFixed(0)} MiB`,
  );
  return (kept / milliseconds) * 1000;
}
