import { Client, DatabaseError, type QueryResult } from 'pg';

/**
 * The service, wrong on purpose: that there is no room for a row, it does not hear, nor that the transaction was rolled
 * back for it. So writes are acknowledged that are not there, which the check of a full disk must see.
 */
type Query = (this: Client, asked: unknown, ...rest: readonly unknown[]) => Promise<QueryResult>;

/** disk_full, and what every later statement of the transaction is answered with. */
const unheard = ['53100', '25P02'];
const prototype = Client.prototype as unknown as { query: Query };
const { query } = prototype;

prototype.query = async function (asked, ...rest) {
  try {
    const answer = await query.call(this, asked, ...rest);
    return asked === 'COMMIT' ? { ...answer, command: 'COMMIT' } : answer;
  } catch (error) {
    if (!(error instanceof DatabaseError) || !unheard.includes(error.code ?? '')) throw error;
    return { command: '', rows: [], rowCount: 0, oid: 0, fields: [] };
  }
};

await import('../../../src/cli/main.ts');
