import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { expect, inject } from 'vitest';

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

/** An empty database on the server of this run of tests. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const provided = inject('postgres');
  if ('reason' in provided) throw new Error(`There is no PostgreSQL server for tests: ${provided.reason}`);
  const name = `leadsource_test_${randomUUID().replaceAll('-', '')}`;
  const password = randomUUID();
  // A role is the server's, so that each database has its own, which goes with it.
  await onServer(provided.url, `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  await onServer(provided.url, `CREATE DATABASE ${name} OWNER ${name}`);
  const url = new URL(provided.url);
  url.pathname = `/${name}`;
  url.username = name;
  url.password = password;
  const superuserUrl = asSuperuser(url.href);
  return {
    url: url.href,
    superuserUrl,
    run: (text, values = []) => onServer(superuserUrl, text, values),
    async alter(change) {
      await onServer(provided.url, `ALTER DATABASE ${name} ${change}`);
    },
    async left() {
      await expect.poll(() => onServer(superuserUrl, othersConnected, []), { timeout: 10_000 }).toEqual([]);
    },
    async drop() {
      await onServer(provided.url, `DROP DATABASE ${name} WITH (FORCE)`);
      // With what it was granted on the server itself.
      await onServer(provided.url, `DROP OWNED BY ${name}; DROP ROLE ${name}`);
    },
  };
}

/** The URL of a database of this run's server, for a superuser. */
export function asSuperuser(databaseUrl: string): string {
  const provided = inject('postgres');
  if ('reason' in provided) throw new Error(`There is no PostgreSQL server for tests: ${provided.reason}`);
  const url = new URL(provided.url);
  url.pathname = new URL(databaseUrl).pathname;
  return url.href;
}

async function onServer(url: string, text: string, values: readonly unknown[] = []) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
