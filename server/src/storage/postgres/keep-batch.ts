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
import { soughtRows } from './given-rows.ts';
import { emptyAnswers, keepGiven } from './idempotency.ts';
import { countTouches } from './import.ts';
import { keepMoney, moneyRowsOf } from './keep-money.ts';
import type { Keeping } from './keeping.ts';
import type { LoadedCredits } from './money-load.ts';
import { rowStatements } from './row-statements.ts';
import { sendMoves, sendNaming, sendRows } from './sent-rows.ts';
import type { PlacedNewTouch, WorkingSet } from './working-set.ts';

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
  sendMoves(keeping, rowStatements.moveEntries, workingSet.newAliases);
  sendRows(keeping, rowStatements.addEntries, timelineColumns, entries);
  keepEvents(keeping.session, keeping.organizationId, workingSet.events);
}

/** Removes touches by their stored owners, before any move: a customer may receive others' touches after its own were removed. */
function keepTouches(keeping: Keeping, workingSet: WorkingSet): void {
  const { removedTouches: customerIds, movedTouches: moves } = workingSet;
  const touches = workingSet.newTouches.map((placed) => touchRow(keeping, placed));
  const { newTuples, newActors } = keeping.interned;
  sendRows(keeping, rowStatements.addTuples, tupleColumns, newTuples);
  sendRows(keeping, rowStatements.addActors, actorColumns, newActors);
  sendNaming(keeping, rowStatements.removeTouches, customerIds, { customerIds });
  sendNaming(keeping, rowStatements.removeVisitorTouches, customerIds, { customerIds });
  sendMoves(keeping, rowStatements.moveTouches, moves);
  sendMoves(keeping, rowStatements.moveVisitorTouches, moves);
  moveSingly(keeping, workingSet.visitors.moves);
  removeSingly(keeping, workingSet.removedSingly);
  strip(keeping, workingSet.stripped);
  sendRows(keeping, rowStatements.addTouches, touchColumns, touches);
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
function keepAnswers(keeping: Keeping, { answers, newAliases }: WorkingSet): void {
  const { emptied: customerIds } = answers;
  sendNaming(keeping, emptyAnswers, customerIds, { customerIds });
  sendMoves(keeping, rowStatements.moveAnswers, newAliases);
  keepGiven(keeping.session, keeping.organizationId, answers);
}

/** Call before actors are stored: links may name new ones. */
function linkRows(
  { organizationId, interned }: Keeping,
  { visitors }: WorkingSet,
): readonly VisitorLinkRow[] {
  return visitors.newLinks.map((link) => linkRowOf(organizationId, link, interned.actorId(link.actor)));
}

function keepVisitors(
  keeping: Keeping,
  { visitors, newAliases }: WorkingSet,
  links: readonly VisitorLinkRow[],
): void {
  const { organizationId } = keeping;
  const saved = visitors.saved.map((visitor) => visitorRowOf(organizationId, visitor));
  const names = visitors.newNames.map(({ customerId, touchKey, visitorId }) => ({
    organization_id: organizationId,
    customer_id: customerId,
    touch_key: touchKey,
    visitor_id: visitorId,
  }));
  const { removed: visitorIds } = visitors;
  sendRows(keeping, rowStatements.saveVisitors, visitorColumns, saved);
  sendNaming(keeping, rowStatements.removeVisitors, visitorIds, { visitorIds });
  const customerIds = visitorIds.map(unlinkedOwner);
  sendNaming(keeping, rowStatements.removeClicks, customerIds, { customerIds });
  sendRows(keeping, rowStatements.addVisitorTouches, visitorTouchColumns, names);
  sendMoves(keeping, rowStatements.moveVisitorLinks, newAliases);
  sendRows(keeping, rowStatements.addVisitorLinks, visitorLinkColumns, links);
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

function countImported(keeping: Keeping, counts: WorkingSet['importedTouches']): void {
  const sorted = [...counts].toSorted(([one], [other]) => one - other);
  const importKeys = sorted.map(([key]) => key);
  const values = { importKeys, counts: sorted.map(([, count]) => count) };
  sendNaming(keeping, countTouches, importKeys, values);
}

function keepCustomers(keeping: Keeping, workingSet: WorkingSet): void {
  const { organizationId } = keeping;
  const { removedCustomers: customerIds } = workingSet;
  const updated = workingSet.updatedCustomers.map((customer) => customerRowOf(organizationId, customer));
  const added = workingSet.addedCustomers.map((customer) => customerRowOf(organizationId, customer));
  sendNaming(keeping, rowStatements.removeCustomers, customerIds, { customerIds });
  sendRows(keeping, rowStatements.updateCustomers, customerColumns, updated);
  sendRows(keeping, rowStatements.addCustomers, customerColumns, added);
}

function keepAliases(keeping: Keeping, moves: WorkingSet['newAliases']): void {
  const rows = moves.map(([alias, customerId]) => ({
    organization_id: keeping.organizationId,
    alias_id: alias,
    customer_id: customerId,
  }));
  sendMoves(keeping, rowStatements.moveAliases, moves);
  sendRows(keeping, rowStatements.addAliases, aliasColumns, rows);
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
