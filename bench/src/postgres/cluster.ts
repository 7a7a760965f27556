import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../../../server/test/support/postgres-server.ts';
import { cpuTimeOfFamily } from '../load/cpu-time.ts';
import { PostgresDatabase } from './database.ts';
import { plainRole, serviceRole } from './roles.ts';

/** What PostgreSQL's manual begins with on a machine of its own (section 19.4.1, shared_buffers). */
const quarterOfMemory = `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`;

/** Commits reach the disk, and there is memory enough for what is measured; the rest is as PostgreSQL comes. */
export const durableSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  autovacuum: 'on',
  shared_buffers: quarterOfMemory,
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
} as const;

/** A real PostgreSQL server of the benchmark's own, on this machine, with a database for each contender. */
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

  /** Makes a database with all that another has, to which nobody may be connected. */
  async copy(origin: PostgresDatabase, name: string): Promise<PostgresDatabase> {
    await this.#server.run(
      `CREATE DATABASE ${name} OWNER ${serviceRole} TEMPLATE ${origin.name} STRATEGY file_copy`,
    );
    return this.database(name);
  }

  /** One that is there. */
  database(name: string): PostgresDatabase {
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    const superuserUrl = url.href;
    url.username = serviceRole;
    return new PostgresDatabase(name, url.href, superuserUrl, this.#databaseTime);
  }

  /** What the server says of one of its settings. */
  async show(setting: string): Promise<string> {
    const [row] = await this.#server.run('SELECT current_setting($1) AS value', [setting]);
    return String(row?.['value']);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.stop();
  }
}

/** Starts a new server whose commits are durable. It goes, with all that it keeps, when it is disposed of. */
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

/** A server that runs and has the roles, as a cluster, which stops it when it is disposed of. */
export async function clusterOn(server: PostgresServer): Promise<Cluster> {
  // The process that starts all others is on the first line of a file of the server's.
  const processId = Number.parseInt(await readFile(join(server.files, 'postmaster.pid'), 'utf8'), 10);
  return new Cluster(server, processId);
}

/** A server that is to be handed on does not go on where that fails. */
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

/** The settings that decide what a commit means, as the server tells them. */
export async function describeCluster(cluster: Cluster): Promise<string> {
  const shown = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];
  const settings = await Promise.all(shown.map(async (name) => `${name}=${await cluster.show(name)}`));
  return `PostgreSQL: ${settings.join(', ')}`;
}
