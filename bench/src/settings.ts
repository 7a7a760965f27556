import { parseArgs } from 'node:util';
import type { FillPlan } from './arrivals.ts';
import { isMeasureName, type MeasureName, measureNames } from './measures.ts';

export interface BenchSettings {
  readonly names: readonly MeasureName[];
  readonly json: boolean;
  /** For each run, after the warm-up. */
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
  /** In the databases of many organizations. */
  readonly touches: number;
  /** Brought in by bulk calls. */
  readonly backFillTouches: number;
  /** In the file that is brought in and taken out. */
  readonly fileRows: number;
  /** In the databases about money. */
  readonly conversions: number;
  /** Where the largest databases are kept for the next run; null keeps none. */
  readonly keep: string | null;
}

export const manyOrganizations = 1_000;

/**
 * What the databases of many organizations hold. Both have two touches for each customer, so that the original is not the most
 * recent, and differ in nothing but their size.
 */
export function manyAndFew({ touches, fewCustomers }: BenchSettings): { many: FillPlan; few: FillPlan } {
  const organizations = manyOrganizations;
  return {
    many: { customers: Math.ceil(touches / 2), touches, organizations },
    few: { customers: fewCustomers, touches: 2 * fewCustomers, organizations },
  };
}

export const usage = `npm run bench -- [NAME…] [--json] [--duration SECONDS] [--rounds COUNT] [--awake]
  [--customers COUNT] [--touches COUNT] [--back-fill COUNT] [--file-rows COUNT]
  [--conversions COUNT] [--keep DIRECTORY]
Names: ${measureNames.join(', ')}`;

/** Reads the command line. Fails with the reason where it cannot be understood. */
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
      touches: { type: 'string', default: '10000000' },
      'back-fill': { type: 'string', default: '1000000' },
      'file-rows': { type: 'string', default: '5000000' },
      conversions: { type: 'string', default: '1000000' },
      keep: { type: 'string' },
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
    touches: Math.ceil(readPositive('touches', values.touches)),
    backFillTouches: Math.ceil(readPositive('back-fill', values['back-fill'])),
    fileRows: Math.ceil(readPositive('file-rows', values['file-rows'])),
    conversions: Math.ceil(readPositive('conversions', values.conversions)),
    keep: values.keep ?? null,
  };
}

function readPositive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${name} must be a positive number, not ${text}.`);
}
