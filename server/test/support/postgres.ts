import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface FreshDatabase {
  readonly url: string;
  /** Sends a statement beside the service. */
  run(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Changes how connections that come later find it: `SET name = value`, or `RESET ALL`. */
  alter(change: string): Promise<void>;
  drop(): Promise<void>;
}

/** An empty database on the server of this run of tests. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const provided = inject('postgres');
  if ('reason' in provided) throw new Error(`There is no PostgreSQL server for tests: ${provided.reason}`);
  const name = `leadsource_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(provided.url, `CREATE DATABASE ${name}`);
  const url = new URL(provided.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: (text, values = []) => onServer(url.href, text, values),
    async alter(change) {
      await onServer(provided.url, `ALTER DATABASE ${name} ${change}`);
    },
    async drop() {
      await onServer(provided.url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
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
