import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildService } from '../../server/build.ts';
import type { Database } from './database.ts';
import type { LoadedServer } from './load/load.ts';
import { organizationId, secretKey } from './traffic.ts';

/** A server in a process of its own. */
export interface Server extends LoadedServer, AsyncDisposable {
  /** From before its process was started until its first answer. */
  readonly startMilliseconds: number;
}

/** The database that a server is configured for. */
type Place = Pick<Database, 'url' | 'databaseTime'>;

const service = fileURLToPath(new URL('../../server/src/cli/leadsource.js', import.meta.url));
const cacheDirectory = fileURLToPath(new URL('../../node_modules/.cache/leadsource-bench', import.meta.url));
const bareApp = fileURLToPath(new URL('./floor/bare.ts', import.meta.url));

/**
 * Starts the service as an operator would, with limits off, and waits until it reports that it is ready. `nodeArguments` are
 * for Node, and come before the service's own.
 */
export function startService(place: Place, nodeArguments: readonly string[] = []): Promise<Server> {
  return startServer([...nodeArguments, service, 'serve'], place, '/health/ready');
}

/** Starts the same service without storage. Nothing is created at the path, although the service is configured for it. */
export async function startFloor(path: string): Promise<Server> {
  const program = await serviceWith('sqlite', './floor/memory-store.ts');
  return startServer([program, 'serve'], { url: `sqlite:${path}` }, '/health/ready');
}

/** Starts the same service on PostgreSQL, with each PUT as a statement and a commit of its own. */
export async function startPlain(place: Place, nodeArguments: readonly string[] = []): Promise<Server> {
  const program = await serviceWith('postgres', './plain/store.ts');
  return startServer([...nodeArguments, program, 'serve'], place, '/health/ready');
}

/**
 * Builds the service with another module in place of an engine's storage. Everything else is the service itself, so the two
 * cannot drift apart.
 */
async function serviceWith(engine: string, module: string): Promise<string> {
  const directory = join(cacheDirectory, engine);
  const storage = fileURLToPath(new URL(`../../server/src/storage/${engine}/store.ts`, import.meta.url));
  await buildService(directory, new Map([[storage, fileURLToPath(new URL(module, import.meta.url))]]));
  return join(directory, 'main.js');
}

/** Starts the HTTP framework alone. */
export function startBare(): Promise<Server> {
  return startServer([bareApp], { url: 'sqlite:/nowhere' }, '/customers/any/lead-source');
}

async function startServer(
  nodeArguments: readonly string[],
  { url, databaseTime }: Place,
  firstPath: string,
): Promise<Server> {
  const start = performance.now();
  const child = spawn(process.execPath, nodeArguments, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PORT: '0',
      DATABASE_URL: url,
      LEADSOURCE_PUBLIC_URL: 'https://leads.example',
      LEADSOURCE_ORGANIZATION_ID: organizationId,
      LEADSOURCE_SECRET_KEY: secretKey,
      LEADSOURCE_RATE_LIMIT: 'off',
      LEADSOURCE_AUTH_FAILURE_LIMIT: 'off',
      LEADSOURCE_CAPTURE_RATE_LIMIT: 'off',
    },
  });
  try {
    const port = await portOf(child);
    const answer = await fetch(`http://127.0.0.1:${port}${firstPath}`);
    const startMilliseconds = performance.now() - start;
    if (!answer.ok) throw new Error(`A server's first answer was ${answer.status}.`);
    await answer.arrayBuffer();
    return {
      port,
      processId: child.pid ?? 0,
      startMilliseconds,
      ...(databaseTime !== undefined && { databaseTime }),
      [Symbol.asyncDispose]: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** The port that a server says it listens on, from the first line that names one. */
async function portOf(child: ChildProcess): Promise<number> {
  const found = Promise.withResolvers<number>();
  child.once('exit', (code) => found.reject(new Error(`A server ended with ${code} before it listened.`)));
  if (child.stdout === null) throw new Error('A server has no output.');
  createInterface(child.stdout).on('line', (line) => {
    const port = /listens on http:\/\/[^\s/]*:(\d+)/.exec(line)?.[1];
    if (port !== undefined) found.resolve(Number(port));
  });
  return await found.promise;
}

/** Ends a process in an orderly way, unless it has ended by itself. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
