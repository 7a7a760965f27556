import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { layEmptyCluster, superuser } from './empty-cluster.ts';
import { giveAway, readablePrograms, unprivileged } from './postgres-programs.ts';
import { dropTemplate, makeTemplate, type PostgresTemplate } from './postgres-template.ts';
import { placeOfShortLife } from './short-life.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for tests, or why there is none. */
    postgres: { readonly url: string; readonly template: PostgresTemplate } | { readonly reason: string };
  }
}

/** Starts a server for the whole run of tests, unless `DATABASE_URL` names one. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const outside = process.env['DATABASE_URL'];
  if (outside?.startsWith('postgres')) {
    const template = await makeTemplate(outside);
    project.provide('postgres', { url: outside, template });
    return () => dropTemplate(outside, template);
  }
  try {
    const server = await startPostgres(ofShortLife, await placeOfShortLife(leastSpareBytes));
    project.provide('postgres', { url: server.url, template: await makeTemplate(server.url) });
    return () => server.stop();
  } catch (error) {
    project.provide('postgres', { reason: String(error) });
    return undefined;
  }
}

/**
 * Many databases are made there, and each is soon dropped: nothing outlives the server. A database is many hundred files,
 * which takes a disk five times as long to make as memory.
 */
const ofShortLife = { full_page_writes: 'off', autovacuum: 'off', max_wal_size: '256MB' };
const leastSpareBytes = 4 * 1024 ** 3;

const mostLines = 1000;

export type ServerSettings = Readonly<Record<string, string | number>>;

/** Starts a new, empty server on a port of the system's choice, with these settings. What it keeps goes with it. */
export async function startPostgres(
  settings: ServerSettings = {},
  parentDirectory = tmpdir(),
): Promise<PostgresServer> {
  const directory = await serverDirectory(parentDirectory);
  await layEmptyCluster(filesIn(directory));
  return startPostgresIn(directory, settings);
}

/** Starts a server on the files that are in the `files` of this directory, which goes with the server. */
export async function startPostgresIn(
  directory: string,
  settings: ServerSettings = {},
): Promise<PostgresServer> {
  const server = new PostgresServer(directory, await freePort(), await readablePrograms(), settings);
  await server.start();
  return server;
}

/** A new, empty directory for the files of a server. */
export async function serverDirectory(parentDirectory = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(parentDirectory, 'leadsource-postgres-'));
  await giveAway(directory);
  return directory;
}

export function filesIn(directory: string): string {
  return join(directory, 'files');
}

/** A server of tests, which can be ended, held and started again on the same files and port. */
export class PostgresServer implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly files: string;
  /** The last lines of its log. */
  readonly said: string[] = [];
  readonly #directory: string;
  readonly #programs: string;
  readonly #settings: ServerSettings;
  readonly #lines = new EventEmitter<{ line: [string] }>();
  #running: ChildProcess | null = null;
  #held: readonly number[] = [];

  constructor(directory: string, port: number, programs: string, settings: ServerSettings) {
    this.url = `postgres://${superuser}@127.0.0.1:${port}/postgres`;
    this.port = port;
    this.files = filesIn(directory);
    this.#directory = directory;
    this.#programs = programs;
    this.#settings = settings;
  }

  /** Ends when the server takes connections; fails where it ends first. */
  async start(changes: ServerSettings = {}): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      max_connections: 300,
      ...this.#settings,
      ...changes,
      port: this.port,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(join(this.#programs, 'postgres'), ['-D', this.files, ...flags], {
      ...unprivileged,
      cwd: this.#directory,
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#running = server;
    await this.#readiness(server);
  }

  /** Starts the server again whenever it ends by itself, as who looks after it would, until this is disposed of. */
  lookAfter(): AsyncDisposable {
    const over = new AbortController();
    const looking = this.#lookAfter(over.signal);
    return {
      async [Symbol.asyncDispose]() {
        over.abort();
        await looking;
      },
    };
  }

  async #lookAfter(over: AbortSignal): Promise<void> {
    const isOver = new Promise((resolve) => over.addEventListener('abort', resolve));
    while (!over.aborted) {
      // As often as it takes: what ended it may not be over.
      if (!this.isRunning) await this.start().catch(() => undefined);
      else if (this.#running !== null) await Promise.race([isOver, once(this.#running, 'exit')]);
    }
  }

  /** The next line that it says of this kind. */
  says(kind: RegExp): Promise<string> {
    const said = Promise.withResolvers<string>();
    const hear = (line: string): void => {
      if (!kind.test(line)) return;
      this.#lines.off('line', hear);
      said.resolve(line);
    };
    this.#lines.on('line', hear);
    return said.promise;
  }

  /** Sends a statement on a connection of its own. */
  async run(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    await using connection = await this.connect();
    return (await connection.client.query(text, [...values])).rows;
  }

  /** A connection that stays; its loss is not told. */
  async connect(
    role = superuser,
    database = superuser,
  ): Promise<{ readonly client: Client } & AsyncDisposable> {
    const url = new URL(this.url);
    url.username = role;
    url.pathname = `/${database}`;
    const client = new Client({ connectionString: url.href });
    client.on('error', () => undefined);
    await client.connect();
    return { client, [Symbol.asyncDispose]: () => client.end() };
  }

  get isRunning(): boolean {
    return this.#running !== null && this.#running.exitCode === null && this.#running.signalCode === null;
  }

  /** The shutdown that PostgreSQL calls immediate: as a crash of the server leaves its files. */
  async crash(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  /** Ends every process of the server at once, as the loss of its machine would. */
  async kill(): Promise<void> {
    await this.hold();
    for (const pid of this.#held) signal(pid, 'SIGKILL');
    this.#held = [];
    await this.#end('SIGKILL');
  }

  /** Stops every process of the server where it stands. What is sent to it is taken by the system, and not answered. */
  async hold(): Promise<void> {
    await using connection = await this.connect();
    // From here on there is no process that this connection cannot see.
    this.#running?.kill('SIGSTOP');
    const { rows } = await connection.client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity ORDER BY pid = pg_backend_pid()',
    );
    this.#held = rows.map(({ pid }) => pid);
    for (const pid of this.#held) signal(pid, 'SIGSTOP');
    connection.client.connection.stream.destroy();
  }

  /** Lets a server that is held go on. */
  resume(): void {
    for (const pid of this.#held) signal(pid, 'SIGCONT');
    this.#held = [];
    this.#running?.kill('SIGCONT');
  }

  /** Ends the server, with all that it keeps. */
  async stop(): Promise<void> {
    this.resume();
    await this.#end('SIGINT');
    await rm(this.#directory, { recursive: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Goes on reading what the server says, which would stand still otherwise. */
  async #readiness(server: ChildProcess): Promise<void> {
    if (server.stderr === null) throw new Error('The server says nothing.');
    const ready = Promise.withResolvers<void>();
    createInterface({ input: server.stderr }).on('line', (line) => {
      this.said.push(line);
      if (this.said.length > mostLines) this.said.shift();
      this.#lines.emit('line', line);
      if (/ready to accept (?:read-only )?connections/.test(line)) ready.resolve();
    });
    server.once('exit', () => ready.reject(new Error(`The server ended: ${this.said.join('\n')}`)));
    await ready.promise;
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    const server = this.#running;
    const wasRunning = this.isRunning;
    this.#running = null;
    if (server === null || !wasRunning) return;
    const exited = once(server, 'exit');
    server.kill(how);
    await exited;
  }
}

/** To a process that may have ended by itself. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
