import { DatabaseSync } from 'node:sqlite';
import type { TestService } from './service.ts';

export interface KeptEvents extends Disposable {
  /** What the service has kept to be told to others, oldest first, as `type`, `cause` and `customer_id`. */
  all(): readonly { type: string; cause: string | null; customer: string }[];
}

/** Lets no event of a service's database be dropped, so that a test can count them at its leisure. */
export function keepEvents({ databasePath }: TestService): KeptEvents {
  const database = new DatabaseSync(databasePath, { timeout: 5000 });
  database.exec(
    'CREATE TRIGGER keep_events BEFORE DELETE ON events BEGIN SELECT RAISE(IGNORE); END; DELETE FROM events',
  );
  const select = database.prepare(
    'SELECT type, cause, customer_id AS customer FROM events ORDER BY event_key',
  );
  return {
    all: () => select.all().map(({ type, cause, customer }) => ({ type, cause, customer })) as never,
    [Symbol.dispose]: () => database.close(),
  };
}
