import { Client } from 'pg';

/**
 * The service, wrong on purpose: every COMMIT is answered here at once, and goes to the server a moment later. So every
 * write is acknowledged before it is kept, which the check of what is there after a fault must see.
 */
type Query = (this: Client, asked: unknown, ...rest: readonly unknown[]) => Promise<unknown>;

/** Far longer than the rest of a write, also on a busy machine: whenever a server fails, something is acknowledged and not kept. */
const haltMilliseconds = 250;
const prototype = Client.prototype as unknown as { query: Query };
const { query } = prototype;
/** When the connection has done what it owes. */
const debts = new WeakMap<Client, Promise<unknown>>();

prototype.query = async function (asked, ...rest) {
  const debt = debts.get(this) ?? Promise.resolve();
  if (asked !== 'COMMIT') return debt.then(() => query.call(this, asked, ...rest));
  const commit = async (): Promise<unknown> => {
    await debt;
    await new Promise((resolve) => setTimeout(resolve, haltMilliseconds));
    return query.call(this, asked).catch(() => null);
  };
  debts.set(this, commit());
  await debt;
  return { command: 'COMMIT', rows: [], rowCount: null };
};

await import('../../../src/cli/main.ts');
