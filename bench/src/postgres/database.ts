import { Client } from 'pg';
import type { Database } from '../database.ts';

/** A database of the benchmark on PostgreSQL. */
export class PostgresDatabase implements Database {
  readonly name: string;
  readonly url: string;
  /** For a superuser, who is not restricted to an organization. */
  readonly superuserUrl: string;
  readonly databaseTime: () => number;

  /** `databaseTime` is that of the whole server: databases whose turn it is not are idle. */
  constructor(name: string, url: string, superuserUrl: string, databaseTime: () => number) {
    this.name = name;
    this.url = url;
    this.databaseTime = databaseTime;
    this.superuserUrl = superuserUrl;
  }

  countTouches(): Promise<number> {
    return this.number('SELECT count(*) FROM touches');
  }

  /** Updates the planner's statistics and the visibility map, and writes pages out. */
  async settle(): Promise<void> {
    await this.run('VACUUM (ANALYZE)');
    await this.run('CHECKPOINT');
  }

  /** Reads every page of tables and indexes into the server's buffers, as on a server that has run for a while. */
  async warm(): Promise<void> {
    await this.run('CREATE EXTENSION IF NOT EXISTS pg_prewarm');
    await this.run(
      "SELECT pg_prewarm(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace",
    );
  }

  /** Sends a statement as a superuser. */
  async run(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new Client({ connectionString: this.superuserUrl });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** The only number in a query's result. */
  async number(text: string): Promise<number> {
    const [row = {}] = await this.run(text);
    return Number(Object.values(row)[0]);
  }
}
