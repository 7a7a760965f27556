import { parseArgs } from 'node:util';
import { isMeasureName, type MeasureName, measureNames } from './measures.ts';

export interface BenchSettings {
  readonly names: readonly MeasureName[];
  readonly json: boolean;
  /** Of each run, after the warm-up. */
  readonly durationSeconds: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly connections: number;
  /** Whether the generator never sleeps. */
  readonly keepAwake: boolean;
  /** In the large file. */
  readonly customers: number;
  /** In the file that is called empty. */
  readonly fewCustomers: number;
}

export const usage = `npm run bench -- [NAME…] [--json] [--duration SECONDS] [--rounds COUNT] [--customers COUNT] [--awake]
Names: ${measureNames.join(', ')}`;

/** What the command line asks for. Fails with the reason where it cannot be understood. */
export function readSettings(commandLine: readonly string[]): BenchSettings {
  const { values, positionals } = parseArgs({
    args: [...commandLine],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      awake: { type: 'boolean', default: false },
      duration: { type: 'string', default: '8' },
      rounds: { type: 'string', default: '3' },
      customers: { type: 'string', default: '1000000' },
    },
  });
  const unknown = positionals.find((name) => !isMeasureName(name));
  if (unknown !== undefined) throw new Error(`There is no measure ${unknown}.`);
  const durationSeconds = readPositive('duration', values.duration);
  return {
    names: positionals.length === 0 ? measureNames : positionals.filter(isMeasureName),
    json: values.json,
    durationSeconds,
    warmUpSeconds: Math.min(2, durationSeconds / 2),
    rounds: Math.ceil(readPositive('rounds', values.rounds)),
    connections: 64,
    keepAwake: values.awake,
    customers: Math.ceil(readPositive('customers', values.customers)),
    fewCustomers: 10_000,
  };
}

function readPositive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${name} must be a positive number, not ${text}.`);
}
