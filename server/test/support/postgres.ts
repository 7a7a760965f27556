import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { expect, inject } from 'vitest';
import { type PostgresTemplate, urlOfRole } from './postgres-template.ts';

export interface FreshDatabase {
  /** As the service comes: by a plain role that owns the database and nothing else. */
  readonly url: string;
  /** As a superuser comes, before whom there is no wall. */
  readonly superuserUrl: string;
  /** Sends a statement beside the service, as a superuser, on any connection: what a session has set may be there or not. */
  run(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Changes how connections that come later find it: `SET name = value`, or `RESET ALL`. */
  alter(change: string): Promise<void>;
  /** Waits until the server has seen off all who were connected: what they counted can be read from then on. */
  left(): Promise<void>;
  drop(): Promise<void>;
}

const othersConnected =
  'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

/** An empty database on the server of this run of tests, without tables. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = newName();
  const password = randomUUID();
  // A role is the server's, so that each database has its own, which goes with it.
  await onServer(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  await onServer(`CREATE DATABASE ${name} OWNER ${name}`);
  const { drop, ...database } = databaseOf(name, { role: name, password });
  return {
    ...database,
    async drop() {
      await drop();
      // With what it was granted on the server itself.
      await onServer(`DROP OWNED BY ${name}`);
      await onServer(`DROP ROLE ${name}`);
    },
  };
}

/** The same with the newest tables, which are empty. Its role is that of all databases of this kind. */
export async function migratedDatabase(): Promise<FreshDatabase> {
  const { template } = server();
  const name = newName();
  // By files, which takes half of what it takes through the log.
  await onServer(
    `CREATE DATABASE ${name} TEMPLATE ${template.name} OWNER ${template.role} STRATEGY file_copy`,
  );
  return databaseOf(name, template);
}

function databaseOf(name: string, owner: Pick<PostgresTemplate, 'role' | 'password'>): FreshDatabase {
  const url = urlOfRole(server().url, name, owner);
  const superuserUrl = asSuperuser(url);
  let connections = keptConnections(superuserUrl);
  /** Those that come later find what has changed, and nobody sees the ones before. */
  async function leave(): Promise<void> {
    const { end } = connections;
    connections = keptConnections(superuserUrl);
    await end();
  }
  return {
    url,
    superuserUrl,
    run: (text, values = []) => connections.run(text, values),
    async alter(change) {
      await onServer(`ALTER DATABASE ${name} ${change}`);
      await leave();
    },
    async left() {
      await leave();
      await expect.poll(() => connections.run(othersConnected)).toEqual([]);
    },
    async drop() {
      const ended = connections.end();
      // It ends the statements that still wait there, too.
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
      await ended;
    },
  };
}

/** Connections that stay for the next statement: to begin one, and to plan on it first, takes more than most statements. */
function keptConnections(connectionString: string) {
  const pool = new Pool({ connectionString, allowExitOnIdle: true });
  // One that is lost while nobody uses it is replaced.
  pool.on('error', () => undefined);
  return {
    async run(text: string, values: readonly unknown[] = []) {
      const { rows } = await pool.query<Readonly<Record<string, unknown>>>(text, [...values]);
      return rows;
    },
    end: () => pool.end(),
  };
}

let toServer: ReturnType<typeof keptConnections> | null = null;

/** Sends a statement to the server of this run of tests, as a superuser. */
function onServer(statement: string): Promise<unknown> {
  toServer ??= keptConnections(server().url);
  return toServer.run(statement);
}

/** The URL of a database of this run's server, for a superuser. */
export function asSuperuser(databaseUrl: string): string {
  const url = new URL(server().url);
  url.pathname = new URL(databaseUrl).pathname;
  return url.href;
}

function server(): { readonly url: string; readonly template: PostgresTemplate } {
  const provided = inject('postgres');
  if ('reason' in provided) throw new Error(`There is no PostgreSQL server for tests: ${provided.reason}`);
  return provided;
}

function newName(): string {
  return `leadsource_test_${randomUUID().replaceAll('-', '')}`;
}
