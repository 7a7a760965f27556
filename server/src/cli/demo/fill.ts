import { formatAmount } from '../../domain/money.ts';
import type { Store } from '../../storage/store.ts';
import { type DemoConversion, type DemoJourney, demoCurrencyDigits } from './journey.ts';
import { spendOf } from './spend.ts';

const journeysAtOnce = 500;
const spendAtOnce = 1_000;

/** The organization of the journeys, and the actor who is said to have recorded them. */
export interface DemoOwner {
  readonly organizationId: string;
  readonly actor: string;
}

/** Stores journeys and what they cost, each fact as if it had been recorded when it happened. Webhooks hear nothing of it. */
export async function fill(store: Store, owner: DemoOwner, journeys: readonly DemoJourney[]): Promise<void> {
  for (let from = 0; from < journeys.length; from += journeysAtOnce) {
    await keepJourneys(store, owner, journeys.slice(from, from + journeysAtOnce));
  }
  const { organizationId } = owner;
  const entries = spendOf(journeys);
  for (let from = 0; from < entries.length; from += spendAtOnce) {
    await store.write('putSpend', { organizationId, entries: entries.slice(from, from + spendAtOnce) });
  }
  await store.write('pruneEvents', { organizationId, upToKey: null });
}

/** Touches come first, so that each conversion is credited only once. */
async function keepJourneys(store: Store, owner: DemoOwner, journeys: readonly DemoJourney[]): Promise<void> {
  await Promise.all(journeys.flatMap((journey) => keepTouches(store, owner, journey)));
  await Promise.all(journeys.flatMap((journey) => keepConversions(store, owner, journey)));
  const conversions = journeys.flatMap((journey) => journey.conversions);
  await Promise.all(conversions.flatMap((conversion) => keepRefunds(store, owner, conversion)));
}

function keepTouches(store: Store, owner: DemoOwner, { customerId, touches }: DemoJourney) {
  return touches.map(({ occurredTime, origin, given }) =>
    store.write('addTouch', {
      ...owner,
      customerId,
      givenId: null,
      given,
      occurredTime,
      origin,
      announces: false,
      now: occurredTime,
    }),
  );
}

function keepConversions(store: Store, owner: DemoOwner, { customerId, conversions }: DemoJourney) {
  return conversions.map(({ id, occurredTime, amount, currency, type }) =>
    store.write('recordConversion', {
      ...owner,
      customerId,
      announces: false,
      conversionId: id,
      occurredTime,
      amount,
      currency,
      type,
      orderId: null,
      metadata: null,
      now: occurredTime,
    }),
  );
}

function keepRefunds(store: Store, owner: DemoOwner, conversion: DemoConversion) {
  return conversion.refunds.map(({ id, occurredTime, amount }) =>
    store.write('recordRefund', {
      ...owner,
      conversionId: conversion.id,
      refundId: id,
      amount: formatAmount(amount, demoCurrencyDigits),
      occurredTime,
      now: occurredTime,
    }),
  );
}
