import { type Kysely, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function callCountWrites(query: Kysely<Schema>) {
  const limit = sql<number>`cast(${parameter('limit')} as bigint)`;
  const left = sql<number>`least(excluded.granted, greatest(0, ${limit} - call_counts.calls))`;
  const first = sql<number>`least(cast(${parameter('asked')} as bigint), ${limit})`;
  return {
    /** Counts as many of the calls asked for as the limit leaves room for. */
    take: query
      .insertInto('call_counts')
      .values({
        organization_id: parameter('organizationId'),
        window_seconds: parameter('windowSeconds'),
        window_start: parameter('windowStart'),
        calls: first,
        granted: first,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['organization_id', 'window_seconds', 'window_start'])
          .doUpdateSet({ calls: sql`call_counts.calls + ${left}`, granted: left }),
      )
      .returning(['calls', 'granted']),
    removeEnded: query
      .deleteFrom('call_counts')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where(sql<number>`window_start + window_seconds`, '<=', parameter<number>('endedBefore')),
  };
}
