import { sql } from 'kysely';
import type { Instant } from '../../domain/time.ts';
import type { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import { statementOf } from './query.ts';
import { ofNoOrganization } from './wall.ts';

const present = statementOf(
  sql<{ time: number }>`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as time`,
);

/** The time by the server's clock. Fails with `unavailable`. */
export async function readSharedTime(connections: Connections): Promise<Instant> {
  try {
    const [row] = await connections.read(ofNoOrganization, present, {});
    if (row === undefined) throw new Error('The database told no time.');
    return row.time;
  } catch (error) {
    throw translateError(error);
  }
}
