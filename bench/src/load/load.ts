import { median, quantile } from '../statistics.ts';
import { call } from './caller.ts';
import { type CpuTime, cpuTimeOf } from './cpu-time.ts';
import type { Requests } from './requests.ts';

export interface LoadOptions {
  readonly port: number;
  readonly processId: number;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly durationSeconds: number;
  readonly requests: Requests;
  /** Never lets the generator sleep: it costs a whole processor, and spares the server the waking of a sleeper. */
  readonly keepAwake: boolean;
}

/** What a run under load showed. Latencies are in milliseconds; shares are of one processor. */
export interface LoadOutcome {
  readonly answersPerSecond: number;
  readonly medianLatency: number;
  readonly p99Latency: number;
  readonly longestLatency: number;
  /** Answers of the whole run, also from before and after the time that is measured. */
  readonly answered: number;
  readonly generatorShare: number;
  readonly mainThreadShare: number;
  readonly serverShare: number;
}

/** Keeps `connections` requests under way, and measures once it is warm. Fails if any answer is not a success. */
export async function underLoad(options: LoadOptions): Promise<LoadOutcome> {
  const { warmUpSeconds, durationSeconds } = options;
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const measuredFrom = performance.now() + warmUpSeconds * 1000;
  const measuredUntil = measuredFrom + durationSeconds * 1000;
  const cpu = new CpuSamples(options.processId);
  setTimeout(() => cpu.begin(), warmUpSeconds * 1000);
  setTimeout(() => cpu.end(), (warmUpSeconds + durationSeconds) * 1000);
  const caller = {
    ...options,
    goesOn: () => performance.now() < measuredUntil,
    onAnswer: (status: number, latency: number) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const now = performance.now();
      if (now >= measuredFrom && now < measuredUntil) latencies.push(latency);
    },
  };
  if (options.keepAwake) turnWhile(caller.goesOn);
  await Promise.all(Array.from({ length: options.connections }, () => call(caller)));
  requireSuccess(statuses);
  const sorted = Float64Array.from(latencies).sort();
  return {
    answersPerSecond: latencies.length / durationSeconds,
    medianLatency: median(latencies),
    p99Latency: quantile(sorted, 0.99),
    longestLatency: quantile(sorted, 1),
    answered: [...statuses.values()].reduce((sum, count) => sum + count, 0),
    ...(await cpu.shares()),
  };
}

/** Keeps the event loop turning, so that it asks the system for events and never waits for them. */
function turnWhile(goesOn: () => boolean): void {
  if (goesOn()) setImmediate(() => turnWhile(goesOn));
}

function requireSuccess(statuses: ReadonlyMap<number, number>): void {
  const others = [...statuses].filter(([status]) => status < 200 || status > 299);
  if (others.length === 0 && statuses.size > 0) return;
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`);
  throw new Error(`The run is broken, its answers were: ${counts.join(', ') || 'none'}.`);
}

interface Sample {
  readonly time: number;
  readonly generator: NodeJS.CpuUsage;
  readonly server: CpuTime;
}

/** How busy both sides are while it is measured: the result means nothing if the generator cannot keep up. */
class CpuSamples {
  readonly #processId: number;
  #first: Sample | null = null;
  readonly #last = Promise.withResolvers<Sample>();

  constructor(processId: number) {
    this.#processId = processId;
  }

  begin(): void {
    this.#first = this.#take();
  }

  end(): void {
    this.#last.resolve(this.#take());
  }

  async shares() {
    const last = await this.#last.promise;
    const first = this.#first ?? last;
    const elapsed = last.time - first.time;
    const generator = last.generator.user + last.generator.system;
    const generatorBefore = first.generator.user + first.generator.system;
    return {
      generatorShare: (generator - generatorBefore) / 1000 / elapsed,
      mainThreadShare: (last.server.mainThread - first.server.mainThread) / elapsed,
      serverShare: (last.server.whole - first.server.whole) / elapsed,
    };
  }

  #take(): Sample {
    return { time: performance.now(), generator: process.cpuUsage(), server: cpuTimeOf(this.#processId) };
  }
}
