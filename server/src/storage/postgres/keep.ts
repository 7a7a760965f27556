import { unlinkedOwner } from '../../domain/visitor.ts';
import {
  customerColumns,
  timelineColumns,
  touchColumns,
  tupleColumns,
  visitorColumns,
  visitorLinkColumns,
  visitorTouchColumns,
} from '../columns.ts';
import { customerRowOf } from '../rows/customer.ts';
import { timelineRowOf } from '../rows/timeline.ts';
import { touchRowOf } from '../rows/touch.ts';
import { linkRowOf, visitorRowOf } from '../rows/visitor.ts';
import type { Schema, VisitorLinkRow } from '../schema.ts';
import { tupleOf } from '../tuple.ts';
import { keepEvents } from './event.ts';
import { columnsOf, soughtRows } from './given-rows.ts';
import { emptyAnswers, keepGiven } from './idempotency.ts';
import { countTouches } from './import.ts';
import type { Interned } from './interned.ts';
import { keepMoney, moneyRowsOf } from './keep-money.ts';
import type { LoadedCredits } from './money-load.ts';
import { rowStatements } from './rows.ts';
import type { Session } from './session.ts';
import type { Arguments, Statement } from './statement.ts';
import type { Numbers } from './turn.ts';
import type { PlacedNewTouch, WorkingSet } from './working-set.ts';

/** The context in which a batch's rows are stored. */
export interface Keeping {
  readonly session: Session;
  readonly organizationId: number;
  readonly interned: Interned;
  readonly numbers: Numbers;
}

/** Sends the differences from the database, one statement per kind of difference. Their failures surface at the commit. */
export function keep(keeping: Keeping, workingSet: WorkingSet, credits: LoadedCredits): void {
  const entries = entryRows(keeping, workingSet);
  const money = moneyRowsOf(keeping, workingSet);
  const links = linkRows(keeping, workingSet);
  keepTouches(keeping, workingSet);
  keepCustomers(keeping, workingSet);
  keepMoney(keeping, workingSet, credits, money);
  keepAliases(keeping, workingSet.newAliases);
  keepAnswers(keeping, workingSet);
  keepVisitors(keeping, workingSet, links);
  countImported(keeping, workingSet.importedTouches);
  const { session, organizationId } = keeping;
  const { newAliases: merges } = workingSet;
  sendRows(session, rowStatements.moveEntries, movesOf(organizationId, merges), merges);
  sendRows(session, rowStatements.addEntries, columnsOf(organizationId, timelineColumns, entries), entries);
  keepEvents(session, organizationId, workingSet.events);
}

/** Removes touches by their stored owners, before any move: a customer may receive others' touches after its own were removed. */
function keepTouches(keeping: Keeping, workingSet: WorkingSet): void {
  const { session, organizationId, interned } = keeping;
  const { removedTouches: customerIds, movedTouches: moves } = workingSet;
  const touches = workingSet.newTouches.map((placed) => touchRow(keeping, placed));
  const { newTuples, newActors } = interned;
  sendRows(session, rowStatements.addTuples, columnsOf(organizationId, tupleColumns, newTuples), newTuples);
  sendRows(session, rowStatements.addActors, columnsOf(organizationId, actorColumns, newActors), newActors);
  sendRows(session, rowStatements.removeTouches, { organizationId, customerIds }, customerIds);
  sendRows(session, rowStatements.removeVisitorTouches, { organizationId, customerIds }, customerIds);
  sendRows(session, rowStatements.moveTouches, movesOf(organizationId, moves), moves);
  sendRows(session, rowStatements.moveVisitorTouches, movesOf(organizationId, moves), moves);
  moveSingly(keeping, workingSet.visitors.moves);
  removeSingly(keeping, workingSet.removedSingly);
  strip(keeping, workingSet.stripped);
  sendRows(session, rowStatements.addTouches, columnsOf(organizationId, touchColumns, touches), touches);
}

/** Call before actors are stored: entries may name new ones. */
function entryRows({ organizationId, interned, numbers }: Keeping, { newEntries }: WorkingSet) {
  return newEntries.map(({ customerId, entry }) => {
    const actorId = entry.actor === null ? null : interned.actorId(entry.actor);
    const entryKey = numbers.next('timeline-entry');
    return timelineRowOf(entry, { organizationId, customerId, entryKey, actorId });
  });
}

/** Empties answers by their stored owners, before any move. */
function keepAnswers({ session, organizationId }: Keeping, workingSet: WorkingSet): void {
  const { answers, newAliases: merges } = workingSet;
  const { emptied: customerIds } = answers;
  sendRows(session, emptyAnswers, { organizationId, customerIds }, customerIds);
  sendRows(session, rowStatements.moveAnswers, movesOf(organizationId, merges), merges);
  keepGiven(session, organizationId, answers);
}

/** Call before actors are stored: links may name new ones. */
function linkRows(
  { organizationId, interned }: Keeping,
  { visitors }: WorkingSet,
): readonly VisitorLinkRow[] {
  return visitors.newLinks.map((link) => linkRowOf(organizationId, link, interned.actorId(link.actor)));
}

function keepVisitors(
  { session, organizationId }: Keeping,
  { visitors, newAliases: merges }: WorkingSet,
  links: readonly VisitorLinkRow[],
): void {
  const saved = visitors.saved.map((visitor) => visitorRowOf(organizationId, visitor));
  const names = visitors.newNames.map(({ customerId, touchKey, visitorId }) => ({
    organization_id: organizationId,
    customer_id: customerId,
    touch_key: touchKey,
    visitor_id: visitorId,
  }));
  const { removed: visitorIds } = visitors;
  sendRows(session, rowStatements.saveVisitors, columnsOf(organizationId, visitorColumns, saved), saved);
  sendRows(session, rowStatements.removeVisitors, { organizationId, visitorIds }, visitorIds);
  const unlinked = { organizationId, customerIds: visitorIds.map(unlinkedOwner) };
  sendRows(session, rowStatements.removeClicks, unlinked, visitorIds);
  sendRows(
    session,
    rowStatements.addVisitorTouches,
    columnsOf(organizationId, visitorTouchColumns, names),
    names,
  );
  sendRows(session, rowStatements.moveVisitorLinks, movesOf(organizationId, merges), merges);
  const added = columnsOf(organizationId, visitorLinkColumns, links);
  sendRows(session, rowStatements.addVisitorLinks, added, links);
}

function moveSingly({ session, organizationId }: Keeping, moves: WorkingSet['visitors']['moves']): void {
  for (const some of soughtRows(moves)) {
    const touchKeys = some.map(({ touchKey }) => touchKey);
    const from = some.map((move) => move.from ?? unlinkedOwner(move.visitorId));
    const to = some.map((move) => move.to);
    session.send(rowStatements.moveSingleTouches, { organizationId, from, to, touchKeys });
    session.send(rowStatements.removeSingleVisitorTouches, { organizationId, customerIds: from, touchKeys });
  }
}

function removeSingly({ session, organizationId }: Keeping, removed: WorkingSet['removedSingly']): void {
  for (const some of soughtRows(removed)) {
    const customerIds = some.map(([customerId]) => customerId);
    const touchKeys = some.map(([, key]) => key);
    session.send(rowStatements.removeSingleTouches, { organizationId, customerIds, touchKeys });
    session.send(rowStatements.removeSingleVisitorTouches, { organizationId, customerIds, touchKeys });
  }
}

function strip({ session, organizationId }: Keeping, stripped: WorkingSet['stripped']): void {
  for (const some of soughtRows(stripped)) {
    session.send(rowStatements.stripTouches, {
      organizationId,
      customerIds: some.map(({ customerId }) => customerId),
      touchKeys: some.map(({ touch }) => touch.key),
      clickIds: some.map(({ touch }) => touch.leadSource.clickId),
    });
  }
}

function countImported({ session, organizationId }: Keeping, counts: WorkingSet['importedTouches']): void {
  const sorted = [...counts].toSorted(([one], [other]) => one - other);
  const importKeys = sorted.map(([key]) => key);
  const values = { organizationId, importKeys, counts: sorted.map(([, count]) => count) };
  sendRows(session, countTouches, values, sorted);
}

function keepCustomers({ session, organizationId }: Keeping, workingSet: WorkingSet): void {
  const { removedCustomers: customerIds } = workingSet;
  const updated = workingSet.updatedCustomers.map((customer) => customerRowOf(organizationId, customer));
  const added = workingSet.addedCustomers.map((customer) => customerRowOf(organizationId, customer));
  sendRows(session, rowStatements.removeCustomers, { organizationId, customerIds }, customerIds);
  sendRows(
    session,
    rowStatements.updateCustomers,
    columnsOf(organizationId, customerColumns, updated),
    updated,
  );
  sendRows(session, rowStatements.addCustomers, columnsOf(organizationId, customerColumns, added), added);
}

function keepAliases({ session, organizationId }: Keeping, moves: WorkingSet['newAliases']): void {
  const rows = moves.map(([alias, customerId]) => ({
    organization_id: organizationId,
    alias_id: alias,
    customer_id: customerId,
  }));
  sendRows(session, rowStatements.moveAliases, movesOf(organizationId, moves), moves);
  sendRows(session, rowStatements.addAliases, columnsOf(organizationId, aliasColumns, rows), rows);
}

const actorColumns = [
  'organization_id',
  'actor_id',
  'actor',
] as const satisfies readonly (keyof Schema['actors'])[];
const aliasColumns = ['organization_id', 'alias_id', 'customer_id'] as const;

function touchRow(
  { organizationId, interned }: Keeping,
  { customerId, touch, givenId, clickIdKind, importKey }: PlacedNewTouch,
) {
  const actorId = interned.actorId(touch.actor);
  const tupleId = interned.tupleId(tupleOf(touch.leadSource, clickIdKind));
  return touchRowOf(touch, { organizationId, customerId, actorId, tupleId, importKey, givenId });
}

function movesOf(organizationId: number, moves: readonly (readonly [string, string])[]): Arguments {
  return { organizationId, from: moves.map(([from]) => from), to: moves.map(([, to]) => to) };
}

/** Sends nothing if there are no rows. */
function sendRows(
  session: Session,
  statement: Statement<unknown>,
  values: Arguments,
  rows: readonly unknown[],
): void {
  if (rows.length > 0) session.send(statement, values);
}
