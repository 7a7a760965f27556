import { sql } from 'kysely';
import type { ChannelTuple } from '../../domain/channel.ts';
import type { Instant } from '../../domain/time.ts';
import { parameter } from '../parameter.ts';
import { channelMembers } from '../queries/touch.ts';
import { touchCounts } from '../queries/touch-count.ts';
import { touchCountsOf } from '../rows/touch.ts';
import type { TouchCounts } from '../store.ts';
import type { Connections } from './connections.ts';
import { query, statementsOf } from './query.ts';
import { passingStatement } from './statement.ts';
import { ofOrganizations } from './wall.ts';

const { tuples } = statementsOf({
  tuples: query
    .selectFrom('lead_source_tuples')
    .select(['tuple_id', ...channelMembers])
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('tuple_id', '=', sql<number>`any(${parameter('keys')}::bigint[])`),
});

export function countTouches(
  connections: Connections,
  organizationId: number,
  since: Instant,
): Promise<TouchCounts> {
  const counting = passingStatement(touchCounts(query, organizationId, since).compile());
  return connections.snapshot(ofOrganizations(organizationId), async (session) =>
    touchCountsOf(await session.all(counting, {})),
  );
}

export async function findTuples(
  connections: Connections,
  organizationId: number,
  keys: readonly number[],
): Promise<readonly ChannelTuple[]> {
  const rows = await connections.read(ofOrganizations(organizationId), tuples, { organizationId, keys });
  const byKey = new Map(rows.map(({ tuple_id: key, ...tuple }) => [key, tuple]));
  return keys.map((key) => {
    const tuple = byKey.get(key);
    if (tuple === undefined) throw new Error(`Lead source tuple ${key} is missing.`);
    return tuple;
  });
}
