import { sql } from 'kysely';
import { unavailableFor } from '../causes.ts';
import type { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import { statementOf } from './query.ts';
import { ofNoOrganization } from './wall.ts';

const isReadOnly = statementOf(
  sql<{ read_only: string }>`select current_setting('transaction_read_only') as read_only`,
);

/** Begins a transaction as a write does. Fails with `unavailable` if that is impossible or it could not write. */
export async function probe(connections: Connections): Promise<void> {
  try {
    await connections.transaction(ofNoOrganization, async (session) => {
      const row = await session.get(isReadOnly, {});
      // True of a standby, including a former primary.
      if (row?.read_only !== 'off') throw unavailableFor('read-only');
    });
  } catch (error) {
    throw translateError(error);
  }
}
