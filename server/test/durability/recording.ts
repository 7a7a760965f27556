import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildService } from '../support/child-service.ts';
import { type ClientAnswer, HttpClient } from '../support/http-client.ts';
import { straceCommand } from '../support/strace.ts';
import { type Moment, momentsOf, recordedCalls } from './recorded-calls.ts';
import { Script, scriptClients } from './script.ts';
import type { Caller } from './writers.ts';

/** How a service lives once; the next life finds what the operating system holds, synced or not. */
export interface LifePlan {
  readonly name: string;
  readonly ending: 'SIGTERM' | 'SIGKILL';
  /** Modules that the service loads first. */
  readonly preloads: readonly URL[];
  /** The sync of its writing thread that fails; none where this is missing. */
  readonly failedSync?: number;
}

/** What a service did to its disk and what it answered to a script of its own, in the order in which it happened. */
export interface Life {
  readonly name: string;
  readonly moments: readonly Moment[];
  /** Of each client of the script. */
  readonly answers: readonly (readonly ClientAnswer[])[];
  /** Its exit code; null where it was killed. */
  readonly exitCode: number | null;
}

/** The root of a recorded disk, and the database below it, whose directory the service makes. */
export const recordedRoot = '/disk';
export const recordedDatabase = '/disk/data/leadsource.db';
const syncs = ['fsync', 'fdatasync'];
const mostLinesOfLife = 1_000_000_000;

/** Runs a service on a fresh file, one life after the other, and writes down what it did. */
export async function record(plans: readonly LifePlan[]): Promise<readonly Life[]> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'leadsource-recording-')));
  try {
    await mkdir(join(directory, recordedRoot));
    const lives: Life[] = [];
    for (const [place, plan] of plans.entries())
      lives.push(await recordLife(directory, plan, place * mostLinesOfLife));
    return lives;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function recordLife(
  directory: string,
  { name, ending, preloads, failedSync }: LifePlan,
  start: number,
): Promise<Life> {
  const tracePath = join(directory, `${name}.trace`);
  const child = new ChildService({
    databasePath: join(directory, recordedDatabase),
    wrapper: straceCommand({
      calls: recordedCalls,
      ...(failedSync !== undefined && { injection: `error=EIO:when=${failedSync}`, injectedCalls: syncs }),
      tracePath,
    }),
    settings: { NODE_OPTIONS: loadingFirst(preloads) },
  });
  const clients: NotingClient[] = [];
  try {
    const url = await child.url();
    clients.push(...Array.from({ length: scriptClients }, () => new NotingClient(url)));
    await new Script(name).run(clients);
    child.signal(ending);
    await child.ended;
  } finally {
    for (const client of clients) client[Symbol.dispose]();
    await child.kill();
  }
  const moments = momentsOf(await readFile(tracePath, 'latin1'), directory, start);
  const { code: exitCode } = await child.ended;
  return { name, moments, answers: clients.map(({ answers }) => answers), exitCode };
}

/** The setting of Node for modules to be loaded before the service, in each of its threads. */
export function loadingFirst(modules: readonly URL[]): string {
  return modules.map(({ href }) => `--import=${href}`).join(' ');
}

/** Keeps the answers. */
export class NotingClient implements Caller, Disposable {
  readonly answers: ClientAnswer[] = [];
  readonly #client: HttpClient;

  constructor(url: string) {
    this.#client = new HttpClient(url);
  }

  async send(method: string, path: string, body?: unknown): Promise<ClientAnswer> {
    const answer = await this.#client.send(method, path, body);
    this.answers.push(answer);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}
