import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../../../server/test/support/postgres-server.ts';
import { cpuTimeOfFamily } from '../load/cpu-time.ts';
import { plainRole } from '../plain/store.ts';
import { PostgresDatabase } from './database.ts';

/** Commits reach the disk, and there is memory enough for what is measured; the rest is as PostgreSQL comes. */
export const durableSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
} as const;

/** As the service comes: owner of its databases, and nothing else. */
const serviceRole = 'leadsource';

/** A real PostgreSQL server of the benchmark's own, on this machine, with a database for each contender. */
export class Cluster implements AsyncDisposable {
  readonly #server: PostgresServer;
  readonly #databaseTime: () => number;

  constructor(server: PostgresServer, processId: number) {
    this.#server = server;
    this.#databaseTime = () => cpuTimeOfFamily(processId);
  }

  /** A new, empty database. */
  async create(name: string): Promise<PostgresDatabase> {
    await this.#server.run(`CREATE DATABASE ${name} OWNER ${serviceRole}`);
    return this.#database(name);
  }

  /** A database with all that another has, to which nobody may be connected. */
  async copy(origin: PostgresDatabase, name: string): Promise<PostgresDatabase> {
    await this.#server.run(
      `CREATE DATABASE ${name} OWNER ${serviceRole} TEMPLATE ${origin.name} STRATEGY file_copy`,
    );
    return this.#database(name);
  }

  /** What the server says of one of its settings. */
  async show(setting: string): Promise<string> {
    const [row] = await this.#server.run('SELECT current_setting($1) AS value', [setting]);
    return String(row?.['value']);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.stop();
  }

  #database(name: string): PostgresDatabase {
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    const superuserUrl = url.href;
    url.username = serviceRole;
    return new PostgresDatabase(name, url.href, superuserUrl, this.#databaseTime);
  }
}

/** Starts a new server whose commits are durable. It goes, with all that it keeps, when it is disposed of. */
export async function startCluster(): Promise<Cluster> {
  const server = await startPostgres(durableSettings);
  try {
    await server.run(`CREATE ROLE ${serviceRole} LOGIN`);
    await server.run(`CREATE ROLE ${plainRole} LOGIN BYPASSRLS IN ROLE ${serviceRole}`);
    return new Cluster(server, await processIdOf(server));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The process that started all others of a server: the first line of a file that it keeps. */
async function processIdOf({ files }: PostgresServer): Promise<number> {
  return Number.parseInt(await readFile(join(files, 'postmaster.pid'), 'utf8'), 10);
}

/** The settings that decide what a commit means, as the server tells them. */
export async function describeCluster(cluster: Cluster): Promise<string> {
  const shown = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];
  const settings = await Promise.all(shown.map(async (name) => `${name}=${await cluster.show(name)}`));
  return `PostgreSQL: ${settings.join(', ')}`;
}
