import { sql } from 'kysely';
import { compareTouches, type KnownTouch, type TouchKey } from '../../domain/touch.ts';
import type { GivenTouch } from '../customer-room.ts';
import { areDeciding, lookedAtFromEnd } from '../deciding-touches.ts';
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
const customerId = parameter<string>('customerId');

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
    .where('touches.customer_id', '=', customerId);
}

/** The keys of a customer's touches at one end of its history. */
function keysFrom(end: 'asc' | 'desc', limit: string) {
  const direction = sql.raw(end);
  return sql`array(
    select placed.touch_key from touches as placed
    where placed.organization_id = ${organizationId} and placed.customer_id = ${customerId}
    order by placed.occurred_time ${direction}, placed.touch_key ${direction} limit ${parameter<number>(limit)}
  )`;
}

const keys = sql`${parameter<readonly number[]>('keys')}::bigint[]`;
const withGivenIds = sql<string>`any(${parameter<readonly string[]>('givenIds')}::text[])`;
const keysGiven = sql`array(
  select given.touch_key from touches as given
  where given.organization_id = ${organizationId} and given.given_id = ${withGivenIds}
)`;

export const touchStatements = statementsOf({
  list: ofCustomer()
    .orderBy('touches.occurred_time')
    .orderBy('touches.touch_key')
    .limit(parameter<number>('limit'))
    .offset(parameter<number>('offset')),
  count: touchReads(query).count,
  several: ofCustomer().where('touches.touch_key', '=', sql<number>`any(${keys})`),
  withEnds: ofCustomer().where(
    'touches.touch_key',
    '=',
    sql<number>`any(${keys} || ${keysGiven} || ${keysFrom('asc', 'fromStart')}
      || ${keysFrom('desc', 'fromEnd')})`,
  ),
  given: joinedTouches()
    .leftJoin('imports', ofItsImport)
    .select('imports.status as import_status')
    .where('touches.organization_id', '=', organizationId)
    .where('touches.given_id', '=', withGivenIds),
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

/** A customer whose touches are needed. */
export interface SoughtHistory {
  readonly customerId: string;
  /** Those that are about to be removed or stripped: then others may be lacking; null for every touch. */
  readonly removing: NamedTouches | null;
}

/** Touches by their keys, or by the ids that they were given. */
interface NamedTouches {
  readonly keys: readonly TouchKey[];
  readonly givenIds: readonly string[];
}

/** The touches of these customers, by customer. Sends no query if there are none. */
export async function findHistories(
  session: Session,
  organizationId: number,
  sought: readonly SoughtHistory[],
): Promise<ReadonlyMap<string, readonly KnownTouch[]>> {
  const histories = sought.map(async ({ customerId, removing }) => {
    const place = { organizationId, customerId };
    const deciding = removing === null ? null : await findDeciding(session, place, removing);
    return [customerId, deciding ?? (await findAll(session, place))] as const;
  });
  return new Map(await Promise.all(histories));
}

interface Place {
  readonly organizationId: number;
  readonly customerId: string;
}

async function findAll(session: Session, place: Place): Promise<readonly KnownTouch[]> {
  return (await session.all(touchStatements.list, { ...place, limit: null, offset: 0 })).map(knownTouchOf);
}

/** Those so named and, of the others, at least those that decide the standing without these; null if it takes all. */
async function findDeciding(
  session: Session,
  place: Place,
  { keys, givenIds }: NamedTouches,
): Promise<readonly KnownTouch[] | null> {
  // At either end, whatever is removed there, as many are left as are looked at.
  const removed = keys.length + givenIds.length;
  const ends = { fromStart: removed + 1, fromEnd: removed + lookedAtFromEnd };
  const rows = await session.all(touchStatements.withEnds, { ...place, keys, givenIds, ...ends });
  const found = rows.map(knownTouchOf);
  const [removedKeys, removedIds] = [new Set(keys), new Set<string | null>(givenIds)];
  const left = found
    .filter(({ touch, givenId }) => !removedKeys.has(touch.key) && !removedIds.has(givenId))
    .map(({ touch }) => touch);
  return areDeciding(left.toSorted(compareTouches).slice(-lookedAtFromEnd)) ? found : null;
}
