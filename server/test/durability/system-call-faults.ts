import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChildService, type Ending } from '../support/child-service.ts';
import { type ClientAnswer, HttpClient } from '../support/http-client.ts';
import { readTrace, straceCommand } from '../support/strace.ts';
import { startNearby } from './nearby-service.ts';
import { answeredBy, pathsOf, recordedCalls } from './recorded-calls.ts';
import { loadingFirst } from './recording.ts';
import { Script, scriptClients } from './script.ts';
import type { Caller } from './writers.ts';

/** A call on one of the files of a database that a run of the script makes, by its place among those of its kind. */
export interface FaultPoint {
  readonly call: string;
  /** Below the directory of the run. */
  readonly path: string;
  readonly nth: number;
  /** Whether it comes before the service answers anything. */
  readonly isOfStart: boolean;
}

/** What is done to a call, such as `error=EIO`; with `step`, to every so manyth call after it, too. */
export interface Disturbance {
  readonly point: FaultPoint;
  readonly deed: string;
  readonly step?: number;
}

export interface DisturbedRun {
  /** How what is there after the next start, or what was answered, or how it ended, breaks what was promised. */
  readonly faults: readonly string[];
  /** How often 503 was answered. */
  readonly refusals: number;
  /** Whether the call was made at all. */
  readonly isHit: boolean;
}

interface Run {
  readonly script: Script;
  readonly refusals: number;
  readonly hasStarted: boolean;
  readonly ending: Ending;
}

const faultedCalls = [
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'unlink',
  'unlinkat',
  'rename',
  'renameat2',
];
const databasePath = '/disk/data/leadsource.db';
const eagerCheckpoints = new URL('./preloads/eager-checkpoints.ts', import.meta.url);
const mostRefusals = 20;
export const killing = 'signal=SIGKILL';

/** All points of a run that nothing disturbs, from a fresh file to the orderly stop. */
export async function findPoints(): Promise<readonly FaultPoint[]> {
  return await within(async (directory) => {
    const tracePath = join(directory, 'trace');
    await runScript(directory, straceCommand({ calls: recordedCalls, tracePath }), [], []);
    const points = new Map<string, FaultPoint>();
    const counts = new Map<string, number>();
    let isOfStart = true;
    for (const call of readTrace(await readFile(tracePath, 'latin1'))) {
      if (answeredBy(call) !== null) isOfStart = false;
      const [path] = pathsOf(call, directory);
      if (path === undefined || !faultedCalls.includes(call.name)) continue;
      // As strace counts them.
      const counted = `${call.thread} ${call.name} ${path}`;
      const nth = (counts.get(counted) ?? 0) + 1;
      counts.set(counted, nth);
      points.set(`${call.name} ${path} ${nth}`, { call: call.name, path, nth, isOfStart });
    }
    return [...points.values()];
  });
}

/** Runs the script disturbed, with modules loaded before the service, starts the service once more, and holds it against what was acknowledged. */
export async function disturb(
  disturbance: Disturbance,
  preloads: readonly URL[] = [],
): Promise<DisturbedRun> {
  const { point, deed } = disturbance;
  return await within(async (directory) => {
    const tracePath = join(directory, 'trace');
    const wrapper = straceCommand({
      calls: [point.call],
      paths: [join(directory, point.path)],
      injection: `${deed}:when=${whenOf(disturbance)}`,
      tracePath,
    });
    const faults: string[] = [];
    const run = await runScript(directory, wrapper, faults, preloads);
    const trace = await readFile(tracePath, 'latin1');
    faults.push(...endingFaults(disturbance, run, trace));
    faults.push(...(await faultsAfterRestart(join(directory, databasePath), run.script)));
    const isHit = run.ending.signal === 'SIGKILL' || trace.includes('(INJECTED)');
    return {
      faults: faults.map((fault) => `${nameOf(disturbance)}: ${fault}`),
      refusals: run.refusals,
      isHit,
    };
  });
}

export function nameOf(disturbance: Disturbance): string {
  const { point, deed } = disturbance;
  return `${deed} at ${point.call} ${whenOf(disturbance)} of ${point.path}`;
}

function whenOf({ point, step }: Disturbance): string {
  return step === undefined ? String(point.nth) : `${point.nth}+${step}`;
}

/** An error of a sync ends the service, any other one only a start; and what ends it is said in one line. */
function endingFaults({ point, deed }: Disturbance, run: Run, trace: string): readonly string[] {
  const { ending, hasStarted } = run;
  if (deed === killing) return [];
  const [beforeStop = ''] = trace.split(' SIGTERM ');
  const isLostSync = point.call.includes('sync') && beforeStop.includes('(INJECTED)');
  const hasEnded = ending.code === 1 && /^leadsource: [^\n]+\n$/.test(ending.stderr);
  const hasStopped = ending.code === 0 && ending.stderr === '';
  // Of the names in a directory, SQLite ignores it, and the service syncs them itself; but either may be the one that fails.
  const isEither = isLostSync && hasStarted && point.path === dirname(databasePath);
  const mustEnd = isLostSync || !hasStarted;
  const isRight = (hasEnded && (mustEnd || isEither)) || (hasStopped && (!mustEnd || isEither));
  return isRight ? [] : [`it ended with ${JSON.stringify(ending)}`];
}

async function within<Result>(body: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'leadsource-disturbed-')));
  try {
    return await body(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function runScript(
  directory: string,
  wrapper: readonly string[],
  faults: string[],
  preloads: readonly URL[],
): Promise<Run> {
  await using child = new ChildService({
    databasePath: join(directory, databasePath),
    wrapper,
    settings: { NODE_OPTIONS: loadingFirst([eagerCheckpoints, ...preloads]) },
  });
  const script = new Script('script');
  const url = await child.url().catch(() => null);
  const clients =
    url === null ? [] : Array.from({ length: scriptClients }, () => new PatientClient(url, faults));
  if (url !== null) await script.run(clients);
  for (const client of clients) client[Symbol.dispose]();
  child.signal('SIGTERM');
  const refusals = clients.reduce((sum, client) => sum + client.refusals, 0);
  return { script, refusals, hasStarted: url !== null, ending: await child.ended };
}

/** Comes again when it is refused, which must be said as the API promises it. */
class PatientClient implements Caller, Disposable {
  refusals = 0;
  readonly #client: HttpClient;
  readonly #faults: string[];

  constructor(url: string, faults: string[]) {
    this.#client = new HttpClient(url);
    this.#faults = faults;
  }

  async send(method: string, path: string, body?: unknown): Promise<ClientAnswer> {
    for (;;) {
      const answer = await this.#client.send(method, path, body);
      if (answer.status < 500) return answer;
      this.refusals += 1;
      const { 'retry-after': retryAfter = '', 'content-type': type } = answer.headers;
      if (answer.status !== 503 || !/^\d+$/.test(retryAfter) || type !== 'application/problem+json')
        this.#faults.push(`${method} ${path} was answered with ${JSON.stringify(answer)}`);
      if (this.refusals > mostRefusals) throw new Error('It does not heal.');
    }
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}

async function faultsAfterRestart(path: string, script: Script): Promise<readonly string[]> {
  const faults: string[] = [];
  {
    await using service = await startNearby(path);
    using client = new HttpClient(service.url);
    faults.push(...(await script.faults(client)));
    const { status } = await client.send('PUT', '/customers/afterwards/lead-source', { source: 'again' });
    if (status !== 201) faults.push(`a write after the next start is answered with ${status}`);
  }
  using database = new DatabaseSync(path, { readOnly: true });
  const [found] = Object.values(database.prepare('PRAGMA integrity_check').get() ?? {});
  return found === 'ok' ? faults : [...faults, `the check of integrity says ${String(found)}`];
}
