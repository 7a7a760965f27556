import { sql } from 'kysely';
import type { KnownTouch } from '../../domain/touch.ts';
import type { GivenTouch } from '../customer-room.ts';
import { parameter } from '../parameter.ts';
import {
  channelMembers,
  isBeingUndone,
  ofItsActor,
  ofItsImport,
  ofItsTuple,
  touchReads,
} from '../queries/touch.ts';
import { type Tuple, touchOf } from '../rows/touch.ts';
import type { TouchRow } from '../schema.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';

const organizationId = parameter<number>('organizationId');

/** Touches joined to their tuples and actors. */
export function joinedTouches() {
  return query
    .selectFrom('touches')
    .innerJoin('lead_source_tuples', ofItsTuple)
    .innerJoin('actors', ofItsActor)
    .selectAll('touches')
    .select([...channelMembers, 'actors.actor']);
}

function ofCustomer() {
  return joinedTouches()
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', parameter<string>('customerId'));
}

export const touchStatements = statementsOf({
  list: ofCustomer()
    .orderBy('touches.occurred_time')
    .orderBy('touches.touch_key')
    .limit(parameter<number>('limit'))
    .offset(parameter<number>('offset')),
  count: touchReads(query).count,
  several: ofCustomer().where(
    'touches.touch_key',
    '=',
    sql<number>`any(${parameter<readonly number[]>('keys')}::bigint[])`,
  ),
  given: joinedTouches()
    .leftJoin('imports', ofItsImport)
    .select('imports.status as import_status')
    .where('touches.organization_id', '=', organizationId)
    .where('touches.given_id', '=', sql<string>`any(${parameter<readonly string[]>('givenIds')}::text[])`),
});

type JoinedRow = TouchRow & Tuple & { readonly actor: string };

export function knownTouchOf(row: JoinedRow): KnownTouch {
  return { touch: touchOf(row, row, row.actor), givenId: row.given_id };
}

/** The touches with these given ids, by given id. Sends no query if there are none. */
export async function findGivenTouches(
  session: Session,
  organizationId: number,
  givenIds: readonly string[],
): Promise<ReadonlyMap<string, GivenTouch>> {
  if (givenIds.length === 0) return new Map();
  const rows = await session.all(touchStatements.given, { organizationId, givenIds });
  return new Map(
    rows.flatMap((row) => {
      const { touch, givenId } = knownTouchOf(row);
      if (givenId === null) return [];
      const given = { customerId: row.customer_id, touch, isBeingUndone: isBeingUndone(row) };
      return [[givenId, given] as const];
    }),
  );
}

/** Every touch of these customers, by customer. Sends no query if there are none. */
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
