import { randomUUID } from 'node:crypto';
import { expect, inject } from 'vitest';
import { onServer, type PostgresTemplate, urlOfRole } from './postgres-template.ts';

export interface FreshDatabase {
  /** As the service comes: by a plain role that owns the database and nothing else. */
  readonly url: string;
  /** As a superuser comes, before whom there is no wall. */
  readonly superuserUrl: string;
  /** Sends a statement beside the service, as a superuser. */
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
  const { url } = server();
  const name = newName();
  const password = randomUUID();
  // A role is the server's, so that each database has its own, which goes with it.
  await onServer(url, [
    `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`,
    `CREATE DATABASE ${name} OWNER ${name}`,
  ]);
  return {
    ...databaseOf(name, { role: name, password }),
    async drop() {
      // With what it was granted on the server itself.
      await onServer(url, [
        `DROP DATABASE ${name} WITH (FORCE)`,
        `DROP OWNED BY ${name}`,
        `DROP ROLE ${name}`,
      ]);
    },
  };
}

/** The same with the newest tables, which are empty. Its role is that of all databases of this kind. */
export async function migratedDatabase(): Promise<FreshDatabase> {
  const { url, template } = server();
  const name = newName();
  // By files, which takes half of what it takes through the log.
  const copy = `CREATE DATABASE ${name} TEMPLATE ${template.name} OWNER ${template.role} STRATEGY file_copy`;
  await onServer(url, [copy]);
  return {
    ...databaseOf(name, template),
    async drop() {
      await onServer(url, [`DROP DATABASE ${name} WITH (FORCE)`]);
    },
  };
}

function databaseOf(
  name: string,
  owner: Pick<PostgresTemplate, 'role' | 'password'>,
): Omit<FreshDatabase, 'drop'> {
  const { url: serverUrl } = server();
  const url = urlOfRole(serverUrl, name, owner);
  const superuserUrl = asSuperuser(url);
  return {
    url,
    superuserUrl,
    run: (text, values = []) => onServer(superuserUrl, [text], values),
    async alter(change) {
      await onServer(serverUrl, [`ALTER DATABASE ${name} ${change}`]);
    },
    async left() {
      await expect.poll(() => onServer(superuserUrl, [othersConnected]), { timeout: 10_000 }).toEqual([]);
    },
  };
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
