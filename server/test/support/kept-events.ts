import { DatabaseSync } from 'node:sqlite';
import type { TestService } from './service.ts';

export interface KeptEvents extends Disposable {
  /** What the service has kept since, to be told to others, oldest first. */
  all(): readonly { type: string; cause: string | null; customer: string }[];
}

/** From now on lets no event of a service's database be dropped, so that a test can count them at its leisure. */
export function keepEvents({ databasePath }: TestService): KeptEvents {
  const database = new DatabaseSync(databasePath, { timeout: 5000 });
  database.exec(
    'CREATE TRIGGER IF NOT EXISTS keep_events BEFORE DELETE ON events BEGIN SELECT RAISE(IGNORE); END',
  );
  const start =
    database.prepare('SELECT coalesce(max(event_key), 0) AS last FROM events').get()?.['last'] ?? 0;
  const select = database.prepare(
    'SELECT type, cause, customer_id AS customer FROM events WHERE event_key > ? ORDER BY event_key',
  );
  return {
    all: () =>
      select.all(start).map(({ type, cause, customer }) => ({
        type: String(type),
        cause: cause === null ? null : String(cause),
        customer: String(customer),
      })),
    [Symbol.dispose]: () => database.close(),
  };
}
