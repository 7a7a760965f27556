import type { LoadOutcome } from './load/load.ts';
import { underLoad } from './load/load.ts';
import type { Requests } from './load/requests.ts';
import { describeLoad, say } from './report.ts';
import type { Server } from './server.ts';
import type { BenchSettings } from './settings.ts';

/** A contender that takes turns under load: a server, or several that share a database. */
export interface Contender {
  readonly name: string;
  readonly servers: readonly Server[];
  readonly requests: Requests;
}

/** Puts the contenders under load in turn, round after round. Returns the runs of each, by round. */
export async function contest<Names extends string>(
  contenders: readonly (Contender & { readonly name: Names })[],
  settings: BenchSettings,
): Promise<Readonly<Record<Names, readonly LoadOutcome[]>>> {
  const { rounds } = settings;
  const runs = Object.fromEntries(contenders.map(({ name }) => [name, []])) as unknown as Record<
    Names,
    LoadOutcome[]
  >;
  for (let round = 1; round <= rounds; round++) {
    for (const { name, servers, requests } of contenders) {
      const outcome = await underLoad({ ...settings, servers, requests });
      say(`  round ${round}  ${name.padEnd(22)} ${describeLoad(outcome)}`);
      runs[name].push(outcome);
    }
  }
  return runs;
}

export function ratesOf(runs: readonly LoadOutcome[]): readonly number[] {
  return runs.map(({ answersPerSecond }) => answersPerSecond);
}

/** Microseconds of processor time that an answer of each run cost the servers and their database together. */
export function costsOf(runs: readonly LoadOutcome[]): readonly number[] {
  return runs.map(
    ({ serverShare, databaseShare, answersPerSecond }) =>
      ((serverShare + (databaseShare ?? 0)) / answersPerSecond) * 1e6,
  );
}

export function answeredIn(runs: readonly LoadOutcome[]): number {
  return runs.reduce((sum, { answered }) => sum + answered, 0);
}
