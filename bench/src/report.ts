import type { LoadOutcome } from './load/load.ts';
import { describeGoal, type MeasureName, measures, meetsGoal, type Results } from './measures.ts';
import type { Ratio } from './statistics.ts';

/** Progress and absolute figures go to a stream of their own, so that they never mix with results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function describeLoad(outcome: LoadOutcome): string {
  const { answersPerSecond, medianLatency, p99Latency, longestLatency } = outcome;
  const { generatorShare, mainThreadShare, serverShare, databaseShare } = outcome;
  const costOf = (share: number): string =>
    `${percent(share)} (${((share / answersPerSecond) * 1e6).toFixed(0)} µs an answer)`;
  const database = databaseShare === null ? '' : `, database ${costOf(databaseShare)}`;
  return [
    `${answersPerSecond.toFixed(0).padStart(6)}/s`,
    `median ${medianLatency.toFixed(2)} ms, 99 % ${p99Latency.toFixed(2)} ms, longest ${longestLatency.toFixed(0)} ms`,
    `processors: main thread ${percent(mainThreadShare)}, server ${costOf(serverShare)}${database}, generator ${costOf(generatorShare)}`,
  ].join('  ');
}

export function describeRatio(name: MeasureName, { value, lowest, highest }: Ratio): string {
  return `  ${name}: ${value.toFixed(3)} (rounds from ${lowest.toFixed(3)} to ${highest.toFixed(3)})`;
}

/** The results with their goals, as a table of text. */
export function tableOf(names: readonly MeasureName[], results: Results): string {
  const rows = names.map((name) => {
    const value = results[name] ?? Number.NaN;
    const verdict = meetsGoal(name, value) ? 'met' : 'NOT MET';
    return `${name.padEnd(26)} ${format(value).padStart(9)}  ${describeGoal(name).padEnd(7)} ${verdict.padEnd(8)} ${measures[name].meaning}`;
  });
  return rows.join('\n');
}

/** With the precision that the measurement has. */
export function format(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

function percent(share: number): string {
  return Number.isNaN(share) ? '?' : `${(share * 100).toFixed(0)} %`;
}
