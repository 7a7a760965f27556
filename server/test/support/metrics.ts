import type { TestService } from './service.ts';

/** A metric as `GET /metrics` shows it. */
export interface Metric {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** That of the metric, for histograms with `_bucket`, `_sum` or `_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a service shows now. Fails where a line is not in the text format of Prometheus. */
export async function scrape({ call }: Pick<TestService, 'call'>): Promise<readonly Metric[]> {
  const { body } = await call('GET', '/metrics', { key: null });
  return parseMetrics(String(body));
}

export function parseMetrics(text: string): readonly Metric[] {
  const metrics: { name: string; type: string; samples: Sample[] }[] = [];
  for (const line of text.split('\n')) {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) metrics.push({ name, type, samples: [] });
    if (line !== '' && !line.startsWith('#')) metrics.at(-1)?.samples.push(sampleOf(line));
  }
  return metrics;
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`This is no sample: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])),
    value: Number(value),
  };
}

/** The value of the one sample of this name with these labels; undefined where there is none. */
export function sampleValue(
  metrics: readonly Metric[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = metrics
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, text]) => sample.labels[label] === text));
  if (found.length > 1) throw new Error(`There are ${found.length} samples of ${name}.`);
  return found[0]?.value;
}
