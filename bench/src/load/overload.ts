import { quantile } from '../statistics.ts';
import { call } from './caller.ts';
import { residentMemoryOf } from './cpu-time.ts';
import { type LoadedServer, portsOf } from './load.ts';
import type { Requests } from './requests.ts';

export interface OverloadOptions {
  readonly server: LoadedServer;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly durationSeconds: number;
  readonly requests: Requests;
}

/** What a run with refusals among the answers showed. Latencies are in milliseconds. */
export interface OverloadOutcome {
  /** This and the next are of the measured time; `refused` and `longestRefusal` are of the whole run. */
  readonly goodPerSecond: number;
  readonly goodP99Latency: number;
  readonly refused: number;
  /** 0 where nothing was refused. */
  readonly longestRefusal: number;
  /** MiB of the server's memory at the start, in the middle and at the end of the measured time. */
  readonly residentMemory: readonly number[];
  /** Good answers of the whole run, including the warm-up. */
  readonly good: number;
}

/** Statuses that mean: try again later. */
const refusals: ReadonlySet<number> = new Set([429, 503]);
/** How long a refused caller waits before its next request. */
const pauseMilliseconds = 100;

/** Keeps more requests under way than the server may want to accept. Fails for an answer that is neither good nor a refusal. */
export async function overload(options: OverloadOptions): Promise<OverloadOutcome> {
  const { server, connections, warmUpSeconds, durationSeconds, requests } = options;
  const measuredFrom = performance.now() + warmUpSeconds * 1000;
  const measuredUntil = measuredFrom + durationSeconds * 1000;
  const goodLatencies: number[] = [];
  let [good, refused, longestRefusal] = [0, 0, 0];
  const onAnswer = (status: number, latency: number): void => {
    const now = performance.now();
    const isMeasured = now >= measuredFrom && now < measuredUntil;
    if (isGood(status)) {
      good += 1;
      if (isMeasured) goodLatencies.push(latency);
      return;
    }
    refused += 1;
    longestRefusal = Math.max(longestRefusal, latency);
  };
  const residentMemory = memoryAt(server.processId, warmUpSeconds, durationSeconds);
  const goesOn = () => performance.now() < measuredUntil;
  const caller = { requests, goesOn, onAnswer, pauseAfter };
  await Promise.all(portsOf([server], connections).map((port) => call({ ...caller, port })));
  return {
    goodPerSecond: goodLatencies.length / durationSeconds,
    goodP99Latency: quantile(Float64Array.from(goodLatencies).sort(), 0.99),
    refused,
    longestRefusal,
    residentMemory: await residentMemory,
    good,
  };
}

function pauseAfter(status: number): number {
  return refusals.has(status) ? pauseMilliseconds : 0;
}

function isGood(status: number): boolean {
  if (status >= 200 && status <= 299) return true;
  if (refusals.has(status)) return false;
  throw new Error(`The run is broken, an answer was ${status}.`);
}

async function memoryAt(processId: number, from: number, seconds: number): Promise<readonly number[]> {
  const times = [from, from + seconds / 2, from + seconds];
  return await Promise.all(
    times.map(async (time) => {
      await new Promise((resolve) => setTimeout(resolve, time * 1000));
      return residentMemoryOf(processId);
    }),
  );
}

export interface RecoveryOptions {
  readonly server: LoadedServer;
  readonly connections: number;
  readonly requests: Requests;
  /** A span counts as normal if it has this rate of good answers and no refusal. */
  readonly normalPerSecond: number;
}

const spanMilliseconds = 250;
const longestRecoveryMilliseconds = 20_000;

/**
 * The milliseconds until the end of the first quarter of a second in which all is normal again, under a load that begins at
 * once; infinite where that takes longer than 20 s. Also returns how many good answers there were.
 */
export async function recover(options: RecoveryOptions): Promise<{ milliseconds: number; good: number }> {
  const { server, connections, requests, normalPerSecond } = options;
  const start = performance.now();
  let span = { start, good: 0, refused: 0 };
  let good = 0;
  let milliseconds = Number.POSITIVE_INFINITY;
  const onAnswer = (status: number): void => {
    const now = performance.now();
    if (isGood(status)) {
      good += 1;
      span.good += 1;
    } else span.refused += 1;
    const elapsed = now - span.start;
    if (elapsed < spanMilliseconds) return;
    const isNormal = span.refused === 0 && (span.good / elapsed) * 1000 >= normalPerSecond;
    if (isNormal) milliseconds = Math.min(milliseconds, now - start);
    span = { start: now, good: 0, refused: 0 };
  };
  const goesOn = () =>
    !Number.isFinite(milliseconds) && performance.now() - start < longestRecoveryMilliseconds;
  const caller = { requests, goesOn, onAnswer, pauseAfter };
  await Promise.all(portsOf([server], connections).map((port) => call({ ...caller, port })));
  return { milliseconds, good };
}
