import type { NewTouch } from '../../domain/touch.ts';
import type { CreditedTouch, CreditRows, CreditVersion } from '../credit.ts';
import {
  addDifference,
  differenceOf,
  noDifference,
  type RecreditedConversion,
  type Scope,
} from '../credit-change.ts';
import { conversionColumns, creditColumns, refundColumns, refundCreditColumns } from '../money-columns.ts';
import type { CreditRow, RefundCreditRow } from '../money-schema.ts';
import { RollUps } from '../roll-ups.ts';
import { conversionRowOf, refundRowOf } from '../rows/conversion.ts';
import {
  type CreditedConversionRow,
  type CreditedRefundRow,
  compareCreditedTouches,
  creditedFactsOf,
  creditedTouchOf,
} from '../rows/credit.ts';
import { tupleOf } from '../tuple.ts';
import { soughtRows } from './given-rows.ts';
import type { Interned } from './interned.ts';
import type { Keeping } from './keeping.ts';
import type { LoadedCredits } from './money-load.ts';
import { moneyStatements } from './money-rows.ts';
import { addRollUps } from './roll-up.ts';
import { type Destination, sendMoves, sendRows } from './sent-rows.ts';
import type { WorkingSet } from './working-set.ts';

/** Call before actors are stored: conversions and refunds may name new ones. */
export function moneyRowsOf({ organizationId, interned }: Keeping, { money }: WorkingSet) {
  const actorId = ({ actor }: { readonly actor: string }) => interned.actorId(actor);
  return {
    conversions: money.newConversions.map(({ customerId, conversion, isFirst }) =>
      conversionRowOf(conversion, { organizationId, customerId, actorId: actorId(conversion), isFirst }),
    ),
    refunds: money.newRefunds.map(({ customerId, conversionKey, refund }) =>
      refundRowOf(refund, { organizationId, customerId, conversionKey, actorId: actorId(refund) }),
    ),
  };
}

/** Sends the differences about money: conversions and refunds, then the credits concerned. */
export function keepMoney(
  keeping: Keeping,
  workingSet: WorkingSet,
  loaded: LoadedCredits,
  rows: ReturnType<typeof moneyRowsOf>,
): void {
  const { newAliases, money } = workingSet;
  sendMoves(keeping, moneyStatements.moveConversions, newAliases);
  sendMoves(keeping, moneyStatements.moveRefunds, newAliases);
  sendRows(keeping, moneyStatements.addConversions, conversionColumns, rows.conversions);
  sendRows(keeping, moneyStatements.addRefunds, refundColumns, rows.refunds);
  const refunded = money.refundedConversions.map(({ customerId, conversion }) => ({
    customer_id: customerId,
    conversion_key: conversion.key,
    refunded_amount: conversion.refundedAmount,
    updated_time: conversion.updatedTime,
  }));
  const refundedColumns = ['customer_id', 'conversion_key', 'refunded_amount', 'updated_time'] as const;
  sendRows(keeping, moneyStatements.refundConversions, refundedColumns, refunded);
  keepCredits(keeping, workingSet, loaded);
}

function keepCredits(keeping: Keeping, workingSet: WorkingSet, loaded: LoadedCredits): void {
  const { session, organizationId } = keeping;
  const rollUps = new RollUps();
  const all = noDifference();
  const firsts: { customer_id: string; conversion_key: number; is_first: number }[] = [];
  const inputs = inputsOf(organizationId, workingSet, loaded);
  const stored = storedCredits(loaded);
  for (const [customerId, scope] of workingSet.money.dirty) {
    const facts = factsOf(keeping, workingSet, inputs, customerId);
    const conversions = inQuestion(facts, scope, loaded.versions);
    requireLoaded(facts.sources, conversions, scope, loaded);
    for (const { facts: one, wasFirst } of conversions) {
      if (one.isFirst === wasFirst) continue;
      firsts.push({ customer_id: customerId, conversion_key: one.key, is_first: one.isFirst ? 1 : 0 });
    }
    for (const version of loaded.versions) {
      const kept = keptOf(stored, version.version, conversions, scope);
      const { touches } = facts;
      const difference = differenceOf(
        { organizationId, customerId, version, touches, conversions, stored: kept },
        rollUps,
      );
      addDifference(all, difference);
    }
  }
  const firstColumns = ['customer_id', 'conversion_key', 'is_first'] as const;
  sendRows(keeping, moneyStatements.setFirst, firstColumns, firsts);
  sendCredits(keeping, all.removed, all.added);
  addRollUps(session, organizationId, rollUps);
}

/** Sends the rows of credits to remove, then those to add. */
export function sendCredits(destination: Destination, removed: CreditRows, added: CreditRows): void {
  for (const rows of soughtRows(removed.credits)) {
    sendRows(destination, moneyStatements.removeCredits, creditKey, rows);
  }
  for (const rows of soughtRows(removed.refundCredits)) {
    sendRows(destination, moneyStatements.removeRefundCredits, refundCreditKey, rows);
  }
  sendRows(destination, moneyStatements.addCredits, creditColumns, added.credits);
  sendRows(destination, moneyStatements.addRefundCredits, refundCreditColumns, added.refundCredits);
}

const creditKey = ['settings_version', 'conversion_key', 'touch_key'] as const;
const refundCreditKey = ['settings_version', 'conversion_key', 'refund_key', 'touch_key'] as const;

interface Facts {
  /** The ids under which the database stored what now belongs to the customer. */
  readonly sources: readonly string[];
  readonly touches: readonly CreditedTouch[];
  readonly conversions: readonly CreditedConversionRow[];
  readonly refundsOf: (conversionKey: number) => readonly CreditedRefundRow[];
}

/** What credits are made of, by owner: gone through once for a batch, not for each of its customers. */
function inputsOf(organizationId: number, workingSet: WorkingSet, loaded: LoadedCredits) {
  const { money, newTouches, removedSingly, visitors } = workingSet;
  // A touch that moved by itself is its new owner's, whoever else's touches moved together.
  const newOwners = new Map(visitors.moves.map(({ touchKey, to }) => [touchKey, to]));
  const removed = new Set(removedSingly.map(([, key]) => key));
  const left = loaded.touches.filter(({ touch_key: key }) => !removed.has(key));
  // Credits do not depend on who recorded a conversion or a refund.
  const place = { organizationId, actorId: 0 };
  const newRefunds = money.newRefunds.map(({ refund, ...placed }) =>
    refundRowOf(refund, { ...place, ...placed }),
  );
  return {
    touches: Map.groupBy(left, (row) => (newOwners.has(row.touch_key) ? null : row.customer_id)),
    movedTouches: Map.groupBy(left, ({ touch_key: key }) => newOwners.get(key)),
    newTouches: Map.groupBy(newTouches, ({ customerId }) => customerId),
    conversions: Map.groupBy(loaded.conversions, (row) => row.customer_id),
    newConversions: Map.groupBy(
      money.newConversions.map(({ conversion, ...placed }) =>
        conversionRowOf(conversion, { ...place, ...placed }),
      ),
      (row) => row.customer_id,
    ),
    refunds: Map.groupBy([...loaded.refunds, ...newRefunds], (row) => row.conversion_key),
  };
}

/** What a customer has once the batch is stored. */
function factsOf(
  { interned }: Keeping,
  workingSet: WorkingSet,
  inputs: ReturnType<typeof inputsOf>,
  customerId: string,
): Facts {
  const sources = workingSet.sourcesOf(customerId);
  const stored = [
    ...sources.withTouches.flatMap((id) => inputs.touches.get(id) ?? []),
    ...(inputs.movedTouches.get(customerId) ?? []),
  ];
  const touches = [
    ...stored.map((row) => creditedTouchOf(row, row)),
    ...(inputs.newTouches.get(customerId) ?? []).map((placed) => newTouchOf(interned, placed)),
  ];
  return {
    sources: sources.all,
    touches: touches.toSorted(compareCreditedTouches),
    conversions: [
      ...sources.all.flatMap((id) => inputs.conversions.get(id) ?? []),
      ...(inputs.newConversions.get(customerId) ?? []),
    ],
    refundsOf: (key) => inputs.refunds.get(key) ?? [],
  };
}

function newTouchOf(interned: Interned, { touch, clickIdKind }: NewTouch): CreditedTouch {
  const { clickId, referrer } = touch.leadSource;
  const row = {
    touch_key: touch.key,
    occurred_time: touch.occurredTime,
    tuple_id: interned.tupleId(tupleOf(touch.leadSource, clickIdKind)),
    is_bare: clickId === null && referrer === null ? 1 : 0,
  };
  return creditedTouchOf(row, touch.leadSource);
}

function inQuestion(
  { conversions, refundsOf }: Facts,
  scope: Scope,
  versions: readonly CreditVersion[],
): readonly RecreditedConversion[] {
  return scope.conversionsOf(conversions, versions).map(({ row, wasFirst, isFirst }) => ({
    facts: creditedFactsOf(row, refundsOf(row.conversion_key), isFirst),
    wasFirst,
  }));
}

/** Otherwise a bug could leave credits that belong to nothing. */
function requireLoaded(
  sources: readonly string[],
  conversions: readonly RecreditedConversion[],
  scope: Scope,
  { touchesSince, unread, firstsOf }: LoadedCredits,
): void {
  const found = new Set(conversions.map(({ facts }) => facts.key));
  const hasNamed = [...scope.keys].every((key) => found.has(key));
  const isRead = (id: string) => {
    const until = unread.get(id);
    if (until === undefined) return true;
    return !scope.reachesBackTo(until) && (!scope.mayHaveOtherFirst || firstsOf.has(id));
  };
  if (hasNamed && sources.every((id) => touchesSince.has(id) && isRead(id))) return;
  throw new Error("The batch does not hold this customer's credits.");
}

interface StoredCredits {
  readonly credits: ReadonlyMap<string, readonly CreditRow[]>;
  readonly refundCredits: ReadonlyMap<string, readonly RefundCreditRow[]>;
}

function storedCredits({ credits, refundCredits }: LoadedCredits): StoredCredits {
  const nameOf = (row: { readonly settings_version: number; readonly conversion_key: number }) =>
    `${row.settings_version} ${row.conversion_key}`;
  return { credits: Map.groupBy(credits, nameOf), refundCredits: Map.groupBy(refundCredits, nameOf) };
}

function keptOf(
  { credits, refundCredits }: StoredCredits,
  version: number,
  conversions: readonly RecreditedConversion[],
  scope: Scope,
): CreditRows {
  const names = conversions
    .filter(({ facts }) => !scope.isFresh(facts.key))
    .map(({ facts }) => `${version} ${facts.key}`);
  return {
    credits: names.flatMap((name) => credits.get(name) ?? []),
    refundCredits: names.flatMap((name) => refundCredits.get(name) ?? []),
  };
}
