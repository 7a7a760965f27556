import { sql } from 'kysely';
import type { Collection, Page } from '../../domain/collection.ts';
import type { Customer } from '../../domain/customer.ts';
import type { Instant } from '../../domain/time.ts';
import {
  compareLinks,
  firstKeptDay,
  type ListedLink,
  unlinkedOwner,
  type Visitor,
  type VisitorTouch,
} from '../../domain/visitor.ts';
import { parameter } from '../parameter.ts';
import { channelMembers, ofItsActor, ofItsTuple } from '../queries/touch.ts';
import { visitorReads } from '../queries/visitor.ts';
import { linkOf, listedLinksOf, visitorOf } from '../rows/visitor.ts';
import type { Connections } from './connections.ts';
import { customerStatements, customersOf, customersWithTouches } from './customer.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { joinedTouches, knownTouchOf } from './touch.ts';
import { ofOrganizations } from './wall.ts';

const organizationId = parameter<number>('organizationId');
const visitorIds = sql<string>`any(${parameter<readonly string[]>('visitorIds')}::text[])`;
/** The customers that these visitors are linked to. */
const linkedCustomers = sql`array(
  select visitor_links.customer_id from visitor_links
  where visitor_links.organization_id = ${organizationId} and visitor_links.visitor_id = ${visitorIds}
)`;

const statements = statementsOf({
  ...visitorReads(query),
  links: visitorReads(query).links.where('visitor_id', '=', visitorIds),
  find: query
    .selectFrom('visitors')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('visitor_id', '=', visitorIds),
  customers: customersWithTouches().where('customers.customer_id', '=', sql<string>`any(${linkedCustomers})`),
  unlinkedTouches: joinedTouches()
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', parameter<string>('owner')),
  /** The visitor's own come first: tables are joined in the order they are written. */
  linkedTouches: query
    .selectFrom('visitor_touches')
    .innerJoin('touches', (join) =>
      join
        .onRef('touches.organization_id', '=', 'visitor_touches.organization_id')
        .onRef('touches.customer_id', '=', 'visitor_touches.customer_id')
        .onRef('touches.touch_key', '=', 'visitor_touches.touch_key'),
    )
    .innerJoin('lead_source_tuples', ofItsTuple)
    .innerJoin('actors', ofItsActor)
    .selectAll('touches')
    .select([...channelMembers, 'actors.actor'])
    .where('visitor_touches.organization_id', '=', organizationId)
    .where('visitor_touches.visitor_id', '=', parameter<string>('visitorId')),
  /** Every touch of the other customers that a visitor is linked to. */
  histories: joinedTouches()
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', sql<string>`any(${linkedCustomers})`)
    .where('touches.customer_id', '<>', parameter<string>('customerId')),
  unlinkedBefore: query
    .selectFrom('visitors')
    .select('visitor_id')
    .where('organization_id', '=', organizationId)
    .where('unlinked_day', '<', parameter<number>('day'))
    .orderBy('unlinked_day')
    .limit(parameter<number>('limit')),
});

/** The visitors that a batch names, and the customers they are linked to. Sends no query if it names none. */
export async function findVisitors(
  session: Session,
  organization: number,
  wanted: readonly string[],
): Promise<{ visitors: readonly Visitor[]; customers: readonly Customer[] }> {
  if (wanted.length === 0) return { visitors: [], customers: [] };
  const named = { organizationId: organization, visitorIds: wanted };
  const [rows, links, customers] = await Promise.all([
    session.all(statements.find, named),
    session.all(statements.links, named),
    session.all(statements.customers, named),
  ]);
  const linksOf = Map.groupBy(links.map(linkOf), ({ visitorId }) => visitorId);
  const visitors = rows.map((row) =>
    visitorOf(row, (linksOf.get(row.visitor_id) ?? []).toSorted(compareLinks)),
  );
  return { visitors, customers: customersOf(customers) };
}

/** What linking a visitor to a customer may move: the visitor's touches, and the histories of other customers that have some. */
export async function findMovable(
  session: Session,
  organization: number,
  { visitorId, customerId }: { readonly visitorId: string; readonly customerId: string },
) {
  const place = { organizationId: organization };
  const [unlinked, linked, histories] = await Promise.all([
    session.all(statements.unlinkedTouches, { ...place, owner: unlinkedOwner(visitorId) }),
    session.all(statements.linkedTouches, { ...place, visitorId }),
    session.all(statements.histories, { ...place, visitorIds: [visitorId], customerId }),
  ]);
  const touches: readonly VisitorTouch[] = [
    ...unlinked.map((row) => ({ touch: knownTouchOf(row).touch, customerId: null })),
    ...linked.map((row) => ({ touch: knownTouchOf(row).touch, customerId: row.customer_id })),
  ];
  const byCustomer = Map.groupBy(histories, (row) => row.customer_id);
  return {
    visitorTouches: new Map([[visitorId, touches]]),
    histories: new Map(Array.from(byCustomer, ([id, rows]) => [id, rows.map(knownTouchOf)] as const)),
  };
}

/** Unlinked visitors that were last heard of more than `keptDays` days ago. */
export async function findExpired(
  session: Session,
  organization: number,
  { now, keptDays, limit }: { readonly now: Instant; readonly keptDays: number; readonly limit: number },
): Promise<readonly string[]> {
  const day = firstKeptDay(now, keptDays);
  const rows = await session.all(statements.unlinkedBefore, { organizationId: organization, day, limit });
  return rows.map((row) => row.visitor_id);
}

export function listVisitorLinks(
  connections: Connections,
  organization: number,
  customerId: string,
  { limit, offset }: Page,
): Promise<Collection<ListedLink> | null> {
  const place = { organizationId: organization, customerId };
  return connections.snapshot(ofOrganizations(organization), async (session) => {
    const [customers, rows, counts, counted] = await Promise.all([
      session.all(customerStatements.one, place),
      session.all(statements.linksOfCustomer, { ...place, limit, offset }),
      session.all(statements.countTouches, place),
      session.get(statements.countLinks, place),
    ]);
    if (customers.length === 0) return null;
    return { items: listedLinksOf(rows, counts), total: counted?.total ?? 0 };
  });
}
