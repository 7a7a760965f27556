export type PartName = 'put' | 'get' | 'million' | 'start' | 'size' | 'refusal' | 'landings';

interface Measure {
  /** The part of the benchmark that yields it. */
  readonly part: PartName;
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  readonly meaning: string;
}

/** Every result there is, with what it has to reach. */
export const measures = {
  put_over_floor: {
    part: 'put',
    goal: { atLeast: 0.5 },
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
