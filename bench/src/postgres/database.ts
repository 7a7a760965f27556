import { Client } from 'pg';
import type { Database } from '../database.ts';

/** A database of the benchmark on PostgreSQL. */
export class PostgresDatabase implements Database {
  readonly name: string;
  readonly url: string;
  /** As a superuser comes, before whom there is no wall between organizations. */
  readonly superuserUrl: string;
  readonly databaseTime: () => number;

  /** `databaseTime` is that of the whole server: those that do not have the turn are idle. */
  constructor(name: string, url: string, superuserUrl: string, databaseTime: () => number) {
    this.name = name;
    this.url = url;
    this.databaseTime = databaseTime;
    this.superuserUrl = superuserUrl;
  }

  countTouches(): Promise<number> {
    return this.number('SELECT count(*) FROM touches');
  }

  /** Brings what the planner knows, and which pages need no second look, up to date. */
  async settle(): Promise<void> {
    await this.run('VACUUM (ANALYZE)');
    await this.run('CHECKPOINT');
  }

  /** Reads every page of tables and indexes into the server's buffers, where those of a server that has run for a while are. */
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

  /** The one number that a query answers. */
  async number(text: string): Promise<number> {
    const [row = {}] = await this.run(text);
    return Number(Object.values(row)[0]);
  }
}
