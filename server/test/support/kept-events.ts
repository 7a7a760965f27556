import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { asSuperuser } from './postgres.ts';
import type { TestService } from './service.ts';

export interface KeptEvents extends AsyncDisposable {
  /** What the service has kept since, to be told to others, oldest first. */
  all(): Promise<readonly { type: string; cause: string | null; customer: string }[]>;
}

/** Asks a database beside the service that has it open. */
interface Beside {
  ask(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** From now on lets no event of a service's database be dropped, so that a test can count them at its leisure. */
export async function keepEvents(service: TestService): Promise<KeptEvents> {
  const isFile = service.databasePath !== '';
  const beside = isFile ? besideFile(service.databasePath) : await besideServer(service.databaseUrl);
  await beside.ask(
    isFile
      ? 'CREATE TRIGGER IF NOT EXISTS keep_events BEFORE DELETE ON events BEGIN SELECT RAISE(IGNORE); END'
      : 'CREATE OR REPLACE RULE keep_events AS ON DELETE TO events DO INSTEAD NOTHING',
  );
  const [before] = await beside.ask('SELECT coalesce(max(event_key), 0) AS last FROM events');
  const start = Number(before?.['last']);
  return {
    async all() {
      const rows = await beside.ask(
        `SELECT type, cause, customer_id FROM events WHERE event_key > ${start} ORDER BY event_key`,
      );
      return rows.map(({ type, cause, customer_id: customer }) => ({
        type: String(type),
        cause: cause === null ? null : String(cause),
        customer: String(customer),
      }));
    },
    [Symbol.asyncDispose]: () => beside.close(),
  };
}

function besideFile(path: string): Beside {
  const database = new DatabaseSync(path, { timeout: 5000 });
  return {
    ask: async (text) => database.prepare(text).all(),
    close: async () => database.close(),
  };
}

/** As a superuser, who sees the events of every organization. */
async function besideServer(url: string): Promise<Beside> {
  const client = new Client({ connectionString: asSuperuser(url) });
  await client.connect();
  return { ask: async (text) => (await client.query(text)).rows, close: () => client.end() };
}
