import { sql } from 'kysely';
import { eraseCustomer, erasedIdPrefix, requireBuiltBeyond } from '../../domain/erasure.ts';
import { Failure } from '../../domain/failure.ts';
import { hasDetails, withoutDetails } from '../../domain/touch.ts';
import { unlinkedOwner } from '../../domain/visitor.ts';
import { chunksOf } from '../chunks.ts';
import { customerColumns } from '../columns.ts';
import { erasedNameHash } from '../erased-name.ts';
import { parameter } from '../parameter.ts';
import type { ErasureReads } from '../ports/erasure.ts';
import { clicksOfOthers, erasureWrites as erasureQueries, erasureReads } from '../queries/erasure.ts';
import { customerRowOf } from '../rows/customer.ts';
import { erasureOf } from '../rows/erasure.ts';
import type { WriteInput } from '../store.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { customerStatements, customersOf } from './customer.ts';
import { moveFreshCredits } from './fresh-credits.ts';
import { columnsOf } from './given-rows.ts';
import { enterOrganization, type Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { rowStatements } from './row-statements.ts';
import type { Session } from './session.ts';
import type { SettingWrites } from './setting-write-kinds.ts';
import { findHistories } from './touch.ts';
import { takeTurn } from './turn.ts';
import { ofOrganizations } from './wall.ts';

const reads = statementsOf(erasureReads(query));
const organization = parameter<number>('organizationId');
const visitorIds = sql<string>`any(${parameter('visitorIds')}::text[])`;
const writes = statementsOf({
  ...erasureQueries(query),
  // On a cluster the row count includes rows that were not inserted.
  add: erasureQueries(query).add.returning('erasure_id'),
  noteClick: erasureQueries(query).noteClick.returning('click_id'),
  clicksOfOthers: clicksOfOthers(query, sql`noted.customer_id = any(${parameter('owners')}::text[])`),
  stillLinked: query
    .selectFrom('visitor_links')
    .select('visitor_id')
    .distinct()
    .where('organization_id', '=', organization)
    .where('visitor_id', '=', visitorIds),
  conversionBefore: query
    .selectFrom('conversions')
    .select(['customer_id', 'conversion_key'])
    .where('organization_id', '=', organization)
    .where('customer_id', '<', parameter<string>('customerId'))
    .orderBy('customer_id', 'desc')
    .orderBy('conversion_key', 'desc')
    .limit(1),
  leaveReached: query
    .updateTable('credit_versions')
    .set({
      reached_customer_id: parameter('reachedCustomerId'),
      reached_conversion_key: parameter('reachedConversionKey'),
    })
    .where('organization_id', '=', organization)
    .where('settings_version', '=', parameter<number>('version')),
  removeVisitors: query
    .deleteFrom('visitors')
    .where('organization_id', '=', organization)
    .where('visitor_id', '=', visitorIds),
});

export function createErasureReads(listing: Connections, names: Names): ErasureReads {
  const read = async <Row>(
    publicId: string,
    ask: (organizationId: number, session: Session) => Promise<readonly Row[]>,
  ) => {
    const organizationId = await names.organization(publicId);
    return listing.lookUp(ofOrganizations(organizationId), (session) => ask(organizationId, session));
  };
  return {
    erasures: answering(async (publicId, after, limit) => {
      const rows = await read(publicId, (organizationId, session) =>
        session.all(reads.erasures, { organizationId, after: after ?? '', limit }),
      );
      return rows.map(erasureOf);
    }),
    customerNames: answering(async (publicId, source, after, limit) => {
      const statement = source === 'customers' ? reads.names : reads.aliases;
      const rows = await read(publicId, (organizationId, session) =>
        session.all(statement, { organizationId, after: after ?? '', limit }),
      );
      return rows.map((row) => ({ name: row.name, customerId: row.customer_id }));
    }),
    // A server has no place of its own beside the database: its operator keeps the log.
    loggedErasures: async () => [],
  };
}

type Place = { readonly organizationId: number; readonly customerId: string };

export const erasureWrites: Pick<SettingWrites, 'eraseCustomer' | 'noteErasure' | 'forgetGone'> = {
  async eraseCustomer(session, input, known) {
    const { organizationId: publicId, customerId: namedId, newCustomerId, erasureId, actor, now } = input;
    const organizationId = await enterOrganization(session, publicId);
    // Writers of customers take this turn too: nobody else is working on the customer meanwhile.
    await takeTurn(session, organizationId, new Map([['touch', 0]]));
    const named = await session.all(customerStatements.resolved, { organizationId, customerIds: [namedId] });
    const [customer] = customersOf(named);
    if (customer === undefined) throw new Failure('not-found', 'No such customer.');
    const place = { organizationId, customerId: customer.id };
    const [conversions, building, aliases, visitors] = await Promise.all([
      session.all(writes.conversionsOf, place),
      session.all(writes.buildingAt, { organizationId }),
      session.all(writes.aliasesOf, place),
      session.all(writes.visitorsOf, place),
    ]);
    requireBuiltBeyond(
      building.map((row) => row.reached_time),
      conversions,
    );
    const names = [customer.id, ...aliases.map((row) => row.alias_id)];
    const hashes = JSON.stringify(input.hashes ?? names.map((name) => erasedNameHash(publicId, name)));
    const deliveries = await removeTold(session, organizationId, names);
    const unlinked = visitors.map((row) => unlinkedOwner(row.visitor_id));
    await forgetClicks(session, place, [...names, ...unlinked]);
    const counts = { ...(await removeAll(session, place)), deliveries };
    await forgetVisitors(session, organizationId, visitors);
    const row = customerRowOf(organizationId, eraseCustomer(customer, newCustomerId, now));
    session.send(writes.removeCustomer, place);
    session.send(rowStatements.addCustomers, columnsOf(organizationId, customerColumns, [row]));
    const touches = await freeTouches(session, place, newCustomerId);
    const money = await freeMoney(session, place, newCustomerId);
    if (building.length > 0) {
      await moveFreshCredits(session, known, place, newCustomerId);
      await leaveReached(session, organizationId, building, names);
    }
    session.send(writes.rekeyEntries, { ...place, newCustomerId });
    session.send(writes.leavePlaces, { organizationId });
    session.send(writes.add, { organizationId, erasureId, hashes, actor, now });
    return { touches, ...money, aliases: aliases.length, visitors: visitors.length, ...counts };
  },
  async noteErasure(session, { organizationId: publicId, hashes, ...erasure }) {
    const organizationId = await enterOrganization(session, publicId);
    session.send(writes.add, { organizationId, ...erasure, hashes: JSON.stringify(hashes) });
    return null;
  },
  async forgetGone(session, { organizationId: publicId, after, limit }) {
    const organizationId = await enterOrganization(session, publicId);
    // Nobody new comes under an id, and no period is closed, between looking and forgetting.
    await takeTurn(session, organizationId, new Map([['touch', 0]]));
    session.send(writes.leavePlaces, { organizationId });
    const noted = await session.all(writes.ownersNoted, { organizationId, after: after ?? '', limit });
    const gone = noted.filter((row) => row.is_there === 0).map((row) => row.customer_id);
    await forgetClickIds(session, organizationId, await forgetNotes(session, organizationId, gone));
    return { next: noted.length < limit ? null : (noted.at(-1)?.customer_id ?? null) };
  },
} satisfies {
  eraseCustomer: (session: Session, input: WriteInput<'eraseCustomer'>, known: Names) => unknown;
  noteErasure: (session: Session, input: WriteInput<'noteErasure'>) => unknown;
  forgetGone: (session: Session, input: WriteInput<'forgetGone'>) => unknown;
};

async function removeAll(session: Session, place: Place) {
  const [answers] = await Promise.all([
    session.run(writes.removeAnswers, place),
    session.run(writes.removeAliases, place),
    session.run(writes.removeLinks, place),
    session.run(writes.removeVisitorTouches, place),
    session.run(writes.removeMergers, place),
  ]);
  return { answers };
}

/**
 * Events and deliveries keep the id they happened under. Events go first: that waits for whoever is turning them into
 * deliveries, so that the removal of deliveries sees theirs.
 */
async function removeTold(
  session: Session,
  organizationId: number,
  names: readonly string[],
): Promise<number> {
  const counts = await Promise.all(
    names.flatMap((customerId) => [
      session.run(writes.removeEvents, { organizationId, customerId }),
      session.run(writes.removeDeliveries, { organizationId, customerId }),
    ]),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Visitors that are also linked to another customer stay theirs. */
async function forgetVisitors(
  session: Session,
  organizationId: number,
  visitors: readonly { readonly visitor_id: string }[],
): Promise<void> {
  const ids = visitors.map((row) => row.visitor_id);
  if (ids.length === 0) return;
  const rows = await session.all(writes.stillLinked, { organizationId, visitorIds: ids });
  const linked = new Set(rows.map((row) => row.visitor_id));
  session.send(writes.removeVisitors, { organizationId, visitorIds: ids.filter((id) => !linked.has(id)) });
}

/** Credits refer to conversions and touches by key and stay, except those of a build in the order of customers. */
async function freeMoney(session: Session, place: Place, newCustomerId: string) {
  const idPrefix = erasedIdPrefix(newCustomerId);
  const [conversions, refunds] = await Promise.all([
    session.run(writes.freeConversions, { ...place, newCustomerId, idPrefix }),
    session.run(writes.freeRefunds, { ...place, newCustomerId, idPrefix }),
  ]);
  return { conversions, refunds };
}

/**
 * A build that had reached this customer resumes from the conversion before, which is the same place once the customer is
 * gone.
 */
async function leaveReached(
  session: Session,
  organizationId: number,
  building: readonly { readonly settings_version: number; readonly reached_customer_id: string | null }[],
  names: readonly string[],
): Promise<void> {
  for (const { settings_version: version, reached_customer_id: customerId } of building) {
    if (customerId === null || !names.includes(customerId)) continue;
    const before = await session.get(writes.conversionBefore, { organizationId, customerId });
    session.send(writes.leaveReached, {
      ...{ organizationId, version },
      reachedCustomerId: before?.customer_id ?? '',
      reachedConversionKey: before?.conversion_key ?? 0,
    });
  }
}

async function freeTouches(session: Session, place: Place, newCustomerId: string): Promise<number> {
  const { organizationId, customerId } = place;
  const histories = await findHistories(session, organizationId, [{ customerId, removing: null }]);
  const stripped = (histories.get(customerId) ?? [])
    .map(({ touch }) => touch)
    .filter(hasDetails)
    .map(withoutDetails);
  if (stripped.length > 0) {
    session.send(rowStatements.stripTouches, {
      organizationId,
      customerIds: stripped.map(() => customerId),
      touchKeys: stripped.map(({ key }) => key),
      clickIds: stripped.map(({ leadSource }) => leadSource.clickId),
    });
  }
  return session.run(writes.rekeyTouches, { ...place, newCustomerId });
}

async function forgetClicks(session: Session, place: Place, owners: readonly string[]): Promise<void> {
  const { organizationId } = place;
  const [others, stated, touched, noted] = await Promise.all([
    session.all(writes.clicksOfOthers, { ...place, owners }),
    session.all(writes.clicksStatedOf, place),
    session.all(writes.clickIdsOf, place),
    forgetNotes(session, organizationId, owners),
  ]);
  for (const { customer_id: customerId, about_number: about, click_id: clickId } of others) {
    session.send(writes.noteClick, { organizationId, customerId, about, clickId });
  }
  for (const { about_number: about, conversion_key: conversionKey } of stated) {
    session.send(writes.forgetClicksInAccounts, { organizationId, about, conversionKey });
  }
  const clickIds = [...stated, ...touched].map((row) => row.click_id);
  await forgetClickIds(session, organizationId, [...clickIds, ...noted]);
}

/** Returns the ids of the clicks that were noted. */
async function forgetNotes(
  session: Session,
  organizationId: number,
  owners: readonly string[],
): Promise<readonly string[]> {
  const noting = owners.map((customerId) =>
    session.all(writes.clicksNotedOf, { organizationId, customerId }),
  );
  for (const customerId of owners) session.send(writes.removeClicksNoted, { organizationId, customerId });
  return (await Promise.all(noting)).flat().map((row) => row.click_id);
}

/** For so many clicks it is asked in one round trip who else came by them. */
const clicksAtOnce = 250;

/** Lines keep a click that somebody else came by, too. */
async function forgetClickIds(
  session: Session,
  organizationId: number,
  clickIds: readonly (string | null)[],
): Promise<void> {
  for (const some of chunksOf([...new Set(clickIds)], clicksAtOnce)) {
    const asked = some.flatMap((clickId) => [
      session.all(writes.accountOfClick, { organizationId, clickId }),
      session.all(writes.noteOfClick, { organizationId, clickId }),
    ]);
    const others = await Promise.all(asked);
    for (const [place, clickId] of some.entries()) {
      const isOthers = others.slice(2 * place, 2 * place + 2).some((rows) => rows.length > 0);
      if (!isOthers) session.send(writes.forgetClickInLines, { organizationId, clickId });
    }
  }
}
