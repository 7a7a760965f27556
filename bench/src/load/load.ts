import { median, quantile } from '../statistics.ts';
import { call } from './caller.ts';
import { CpuSamples, type CpuShares } from './cpu-shares.ts';
import type { Requests } from './requests.ts';

/** A server as the generator knows it. */
export interface LoadedServer {
  readonly port: number;
  readonly processId: number;
  /** Milliseconds of processor time that its database has used so far; absent where the database runs inside the server. */
  readonly databaseTime?: () => number;
}

export interface LoadOptions {
  /** Connections are distributed among them in turn. Several servers share one database. */
  readonly servers: readonly LoadedServer[];
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly durationSeconds: number;
  readonly requests: Requests;
  /** Keeps the generator from sleeping: this costs a whole processor, and spares the server the cost of waking it. */
  readonly keepAwake: boolean;
}

/** What a run under load showed. Latencies are in milliseconds. */
export interface LoadOutcome extends CpuShares {
  readonly answersPerSecond: number;
  readonly medianLatency: number;
  readonly p99Latency: number;
  readonly longestLatency: number;
  /** Answers of the whole run, including those outside the measured time. */
  readonly answered: number;
}

/** Keeps `connections` requests under way, and measures after the warm-up. Fails if any answer is not a success. */
export async function underLoad(options: LoadOptions): Promise<LoadOutcome> {
  const { servers, connections, warmUpSeconds, durationSeconds } = options;
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const measuredFrom = performance.now() + warmUpSeconds * 1000;
  const measuredUntil = measuredFrom + durationSeconds * 1000;
  const cpu = new CpuSamples(
    servers.map(({ processId }) => processId),
    servers[0]?.databaseTime ?? null,
  );
  setTimeout(() => cpu.begin(), warmUpSeconds * 1000);
  setTimeout(() => cpu.end(), (warmUpSeconds + durationSeconds) * 1000);
  const caller = {
    requests: options.requests,
    goesOn: () => performance.now() < measuredUntil,
    onAnswer: (status: number, latency: number) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const now = performance.now();
      if (now >= measuredFrom && now < measuredUntil) latencies.push(latency);
    },
  };
  if (options.keepAwake) turnWhile(caller.goesOn);
  await Promise.all(portsOf(servers, connections).map((port) => call({ ...caller, port })));
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

/** The port for each connection: the same number for each server, give or take one. */
export function portsOf(servers: readonly LoadedServer[], connections: number): readonly number[] {
  return Array.from({ length: connections }, (_, place) => servers[place % servers.length]?.port ?? 0);
}

/** Keeps the event loop turning, so that it polls the system for events and never waits for them. */
function turnWhile(goesOn: () => boolean): void {
  if (goesOn()) setImmediate(() => turnWhile(goesOn));
}

function requireSuccess(statuses: ReadonlyMap<number, number>): void {
  const others = [...statuses].filter(([status]) => status < 200 || status > 299);
  if (others.length === 0 && statuses.size > 0) return;
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`);
  throw new Error(`The run is broken, its answers were: ${counts.join(', ') || 'none'}.`);
}
