import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../../../server/test/support/postgres-server.ts';
import { cpuTimeOfFamily } from '../load/cpu-time.ts';
import { PostgresDatabase } from './database.ts';
import { plainRole, serviceRole } from './roles.ts';

/** PostgreSQL's manual suggests this for a dedicated machine (section 19.4.1, shared_buffers). */
const quarterOfMemory = `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`;

/** Commits reach the disk, and there is enough memory for what is measured; other settings are PostgreSQL's defaults. */
export const durableSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  autovacuum: 'on',
  shared_buffers: quarterOfMemory,
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
} as const;

/** The benchmark's own, real PostgreSQL server on this machine, with a database for each contender. */
export class Cluster implements AsyncDisposable {
  readonly #server: PostgresServer;
  readonly #databaseTime: () => number;

  constructor(server: PostgresServer, processId: number) {
    this.#server = server;
    this.#databaseTime = () => cpuTimeOfFamily(processId);
  }

  /** Makes a new, empty database. */
  async create(name: string): Promise<PostgresDatabase> {
    await this.#server.run(`CREATE DATABASE ${name} OWNER ${serviceRole}`);
    return this.database(name);
  }

  /** Makes a copy of another database, to which nobody may be connected. */
  async copy(origin: PostgresDatabase, name: string): Promise<PostgresDatabase> {
    await this.#server.run(
      `CREATE DATABASE ${name} OWNER ${serviceRole} TEMPLATE ${origin.name} STRATEGY file_copy`,
    );
    return this.database(name);
  }

  /** A database that exists. */
  database(name: string): PostgresDatabase {
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    const superuserUrl = url.href;
    url.username = serviceRole;
    return new PostgresDatabase(name, url.href, superuserUrl, this.#databaseTime);
  }

  /** The value of one of the server's settings. */
  async show(setting: string): Promise<string> {
    const [row] = await this.#server.run('SELECT current_setting($1) AS value', [setting]);
    return String(row?.['value']);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.stop();
  }
}

/** Starts a new server whose commits are durable. Disposing of it removes it with everything it stores. */
export async function startCluster(): Promise<Cluster> {
  const server = await startPostgres(durableSettings);
  return stopUnless(server, async () => {
    await makeRoles(server);
    return clusterOn(server);
  });
}

export async function makeRoles(server: PostgresServer): Promise<void> {
  await server.run(`CREATE ROLE ${serviceRole} LOGIN`);
  await server.run(`CREATE ROLE ${plainRole} LOGIN BYPASSRLS IN ROLE ${serviceRole}`);
}

/** A running server that has the roles, as a cluster; disposing of that stops the server. */
export async function clusterOn(server: PostgresServer): Promise<Cluster> {
  // The first line of this file names the process that starts all others.
  const processId = Number.parseInt(await readFile(join(server.files, 'postmaster.pid'), 'utf8'), 10);
  return new Cluster(server, processId);
}

/** Stops the server if `body`, which prepares it for its user, fails. */
export async function stopUnless<Result>(
  server: PostgresServer,
  body: () => Promise<Result>,
): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The settings that decide what a commit means, as the server states them. */
export async function describeCluster(cluster: Cluster): Promise<string> {
  const shown = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];
  const settings = await Promise.all(shown.map(async (name) => `${name}=${await cluster.show(name)}`));
  return `PostgreSQL: ${settings.join(', ')}`;
}
