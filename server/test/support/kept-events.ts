import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { operatorOf } from './operator.ts';
import { asSuperuser } from './postgres.ts';
import { type TestService, testOrganizationId } from './service.ts';

export interface KeptEvents extends AsyncDisposable {
  /** What the service has kept since, to be told to others, oldest first. */
  all(): Promise<readonly { type: string; cause: string | null; customer: string }[]>;
}

/** Asks a database beside the service that has it open. */
interface Beside {
  ask(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** What is to be told, and what is on its way to being told. */
const told = `
  SELECT event_key, type, cause, customer_id FROM events
  UNION SELECT event_key, event_type, cause, customer_id FROM webhook_deliveries`;

/** From now on somebody listens to what a service has to tell, so that a test can count it at its leisure. */
export async function keepEvents(service: TestService): Promise<KeptEvents> {
  await using operator = await operatorOf(service);
  await operator.addListener(testOrganizationId);
  const isFile = service.databasePath !== '';
  const beside = isFile ? besideFile(service.databasePath) : await besideServer(service.databaseUrl);
  const [before] = await beside.ask(`SELECT coalesce(max(event_key), 0) AS last FROM (${told}) AS told`);
  const start = Number(before?.['last']);
  return {
    async all() {
      const rows = await beside.ask(
        `SELECT type, cause, customer_id FROM (${told}) AS told WHERE event_key > ${start} ORDER BY event_key`,
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
