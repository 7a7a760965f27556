import { sql } from 'kysely';
import type { KnownTouch } from '../../domain/touch.ts';
import type { OwnedTouch } from '../customer-writes.ts';
import { parameter } from '../parameter.ts';
import { touchReads, tupleMembers } from '../queries/touch.ts';
import { type Tuple, touchOf } from '../rows/touch.ts';
import type { TouchRow } from '../schema.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';

const { list, count } = touchReads(query);

export const touchStatements = statementsOf({
  list: list
    .innerJoin('lead_source_tuples', (join) =>
      join
        .onRef('lead_source_tuples.organization_id', '=', 'touches.organization_id')
        .onRef('lead_source_tuples.tuple_id', '=', 'touches.tuple_id'),
    )
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'touches.organization_id')
        .onRef('actors.actor_id', '=', 'touches.actor_id'),
    )
    .select([...tupleMembers, 'actors.actor']),
  count,
  given: query
    .selectFrom('touch_ids')
    .innerJoin('touches', (join) =>
      join
        .onRef('touches.organization_id', '=', 'touch_ids.organization_id')
        .onRef('touches.customer_id', '=', 'touch_ids.customer_id')
        .onRef('touches.touch_key', '=', 'touch_ids.touch_key'),
    )
    .innerJoin('lead_source_tuples', (join) =>
      join
        .onRef('lead_source_tuples.organization_id', '=', 'touches.organization_id')
        .onRef('lead_source_tuples.tuple_id', '=', 'touches.tuple_id'),
    )
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'touches.organization_id')
        .onRef('actors.actor_id', '=', 'touches.actor_id'),
    )
    .selectAll('touches')
    .select([...tupleMembers, 'actors.actor', 'touch_ids.given_id'])
    .where('touch_ids.organization_id', '=', parameter<number>('organizationId'))
    .where('touch_ids.given_id', '=', sql<string>`any(${parameter<readonly string[]>('givenIds')}::text[])`),
});

type JoinedRow = TouchRow & Tuple & { readonly actor: string; readonly given_id: string | null };

export function knownTouchOf(row: JoinedRow): KnownTouch {
  return { touch: touchOf(row, row, row.actor), givenId: row.given_id };
}

/** The touches that were given these ids, by them. Asks nothing where there are none. */
export async function findGivenTouches(
  session: Session,
  organizationId: number,
  givenIds: readonly string[],
): Promise<ReadonlyMap<string, OwnedTouch>> {
  if (givenIds.length === 0) return new Map();
  const rows = await session.all(touchStatements.given, { organizationId, givenIds });
  return new Map(
    rows.map((row) => [row.given_id, { customerId: row.customer_id, touch: knownTouchOf(row).touch }]),
  );
}

/** Every touch of these customers, by customer. Asks nothing where there are none. */
export async function findHistories(
  session: Session,
  organizationId: number,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly KnownTouch[]>> {
  const histories = customerIds.map(async (customerId) => {
    const whole = { organizationId, customerId, limit: null, offset: 0 };
    const rows = await session.all(touchStatements.list, whole);
    return [customerId, rows.map(knownTouchOf)] as const;
  });
  return new Map(await Promise.all(histories));
}
