export type PartName =
  | 'put'
  | 'get'
  | 'million'
  | 'start'
  | 'size'
  | 'refusal'
  | 'landings'
  | 'capture'
  | 'overload'
  | 'back-fill'
  | 'files'
  | 'dashboard'
  | 'conversions'
  | 'recompute'
  | 'reports'
  | 'markov'
  | 'ten-million'
  | 'postgres-put'
  | 'postgres-two'
  | 'postgres-ten-million'
  | 'postgres-money';

interface Measure {
  /** The part of the benchmark that yields it. */
  readonly part: PartName;
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  readonly meaning: string;
}

/** Every result, with the goal that it has to reach. */
export const measures = {
  put_over_floor: {
    part: 'put',
    goal: { atLeast: 0.6 },
    meaning: 'durable PUTs per second over those of the same service without storage',
  },
  put_p99_over_floor_median: {
    part: 'put',
    goal: { atMost: 25 },
    meaning: '99th percentile of a durable PUT over the median of one without storage',
  },
  get_over_floor: {
    part: 'get',
    goal: { atLeast: 0.7 },
    meaning: 'GETs per second over those of the same service without storage',
  },
  put_1m_over_empty: {
    part: 'million',
    goal: { atLeast: 0.9 },
    meaning: 'durable PUTs per second with many customers in the file over those with few',
  },
  get_1m_over_empty: {
    part: 'million',
    goal: { atLeast: 0.9 },
    meaning: 'GETs per second with many customers in the file over those with few',
  },
  start_ms: {
    part: 'start',
    goal: { atMost: 1000 },
    meaning: 'milliseconds from the start of the process to its first answer that it is ready',
  },
  rss_mb: {
    part: 'start',
    goal: { atMost: 170 },
    meaning: 'MiB of resident memory after the first answers',
  },
  bytes_per_touch: {
    part: 'size',
    goal: { atMost: 300 },
    meaning: 'bytes of the database file per touch, where each customer has one',
  },
  refusal_ms_max: {
    part: 'refusal',
    goal: { atMost: 50 },
    meaning: 'milliseconds to answer the slowest of the hostile requests',
  },
  landings_per_second: {
    part: 'landings',
    goal: { atLeast: 150_000 },
    meaning: 'landings read and given a channel per second of one processor',
  },
  capture_over_floor: {
    part: 'capture',
    goal: { atLeast: 0.5 },
    meaning: 'captured arrivals per second over those of the same service without storage',
  },
  overload_goodput: {
    part: 'overload',
    goal: { atLeast: 0.8 },
    meaning: 'durable PUTs per second with ten times the connections over those with the usual ones',
  },
  overload_refusal_ms_max: {
    part: 'overload',
    goal: { atMost: 50 },
    meaning: 'milliseconds to the slowest refusal meanwhile; 0 where none was needed',
  },
  overload_rss_growth: {
    part: 'overload',
    goal: { atMost: 1.2 },
    meaning: 'resident memory at the end of the overload over that at its start',
  },
  overload_recovery_ms: {
    part: 'overload',
    goal: { atMost: 5000 },
    meaning: 'milliseconds after the overload until all is as before it',
  },
  backfill_over_puts: {
    part: 'back-fill',
    goal: { atLeast: 2.5 },
    meaning: 'touches per second of bulk calls over durable PUTs per second with the usual connections',
  },
  backfill_over_single: {
    part: 'back-fill',
    goal: { atLeast: 8 },
    meaning: 'touches per second of bulk calls over durable PUTs per second with one connection',
  },
  import_per_second: {
    part: 'files',
    goal: { atLeast: 30_000 },
    meaning: 'touches per second that `leadsource import` brings from a table into the embedded engine',
  },
  import_rss_mb: {
    part: 'files',
    goal: { atMost: 400 },
    meaning: 'MiB of resident memory that the command has at most',
  },
  parquet_rows_per_second: {
    part: 'files',
    goal: { atLeast: 100_000 },
    meaning: 'touches per second that `leadsource export` writes as Parquet',
  },
  export_rss_mb: {
    part: 'files',
    goal: { atMost: 400 },
    meaning: 'MiB of resident memory that this command has at most',
  },
  dashboard_paint_ms: {
    part: 'dashboard',
    goal: { atMost: 1000 },
    meaning: 'milliseconds until Chromium shows the first figures of the page with the demo\u2019s year',
  },
  conversion_over_put: {
    part: 'conversions',
    goal: { atLeast: 0.5 },
    meaning: 'conversions per second, each with credits for a journey of five, over durable PUTs per second',
  },
  recompute_per_second: {
    part: 'recompute',
    goal: { atLeast: 50_000 },
    meaning: 'conversions credited anew by changed settings, per second of one processor',
  },
  report_ms: {
    part: 'reports',
    goal: { atMost: 100 },
    meaning: 'milliseconds to a report of a year by one model and the slowest dimension',
  },
  report_over_raw: {
    part: 'reports',
    goal: { atLeast: 50 },
    meaning: 'times as fast as the same question asked of touches and conversions',
  },
  report_six_over_one: {
    part: 'reports',
    goal: { atMost: 1.5 },
    meaning: 'time of a report of all six models over that of one',
  },
  put_p99_with_reports: {
    part: 'reports',
    goal: { atMost: 2 },
    meaning: '99th percentile of a durable PUT while reports are made over that without',
  },
  markov_ms: {
    part: 'markov',
    goal: { atMost: 2000 },
    meaning: 'milliseconds to what a Markov chain says of all paths, once they are read',
  },
  markov_storage_ms: {
    part: 'markov',
    goal: { atMost: 8000 },
    meaning: 'milliseconds to the same from storage',
  },
  put_10m_over_empty: {
    part: 'ten-million',
    goal: { atLeast: 0.85 },
    meaning: 'durable PUTs per second with many touches of many organizations over those with few',
  },
  get_10m_over_empty: {
    part: 'ten-million',
    goal: { atLeast: 0.85 },
    meaning: 'GETs per second with many touches of many organizations over those with few',
  },
  pg_put_over_plain: {
    part: 'postgres-put',
    goal: { atLeast: 2 },
    meaning: 'PUTs per second on PostgreSQL over those of a statement and a commit for each',
  },
  pg_two_over_one: {
    part: 'postgres-two',
    goal: { atLeast: 1.3 },
    meaning: 'PUTs per second of two processes on one PostgreSQL database over those of one',
  },
  pg_put_10m_over_empty: {
    part: 'postgres-ten-million',
    goal: { atLeast: 0.85 },
    meaning: 'PUTs per second on PostgreSQL with many touches of many organizations over those with few',
  },
  pg_get_10m_over_empty: {
    part: 'postgres-ten-million',
    goal: { atLeast: 0.85 },
    meaning: 'GETs per second on PostgreSQL with many touches of many organizations over those with few',
  },
  pg_recompute_per_second: {
    part: 'postgres-money',
    goal: { atLeast: 8000 },
    meaning: 'conversions credited anew by changed settings, per second, on PostgreSQL',
  },
  pg_report_ms: {
    part: 'postgres-money',
    goal: { atMost: 150 },
    meaning: 'milliseconds to a report of a year on PostgreSQL',
  },
  pg_report_over_raw: {
    part: 'postgres-money',
    goal: { atLeast: 50 },
    meaning: 'times as fast as the same question asked of touches and conversions on PostgreSQL',
  },
  pg_report_six_over_one: {
    part: 'postgres-money',
    goal: { atMost: 1.5 },
    meaning: 'time of a report of all six models over that of one on PostgreSQL',
  },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof measures;
export type Results = Readonly<Partial<Record<MeasureName, number>>>;

export const measureNames = Object.keys(measures) as readonly MeasureName[];

export function isMeasureName(text: string): text is MeasureName {
  return Object.hasOwn(measures, text);
}

/** The parts that yield these measures, each once, in the order of the table. */
export function partsOf(names: readonly MeasureName[]): readonly PartName[] {
  return [...new Set(measureNames.filter((name) => names.includes(name)).map((name) => measures[name].part))];
}

export function meetsGoal(name: MeasureName, value: number): boolean {
  const { goal } = measures[name];
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}

export function describeGoal(name: MeasureName): string {
  const { goal } = measures[name];
  return 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
}
