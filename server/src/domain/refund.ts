import { type Conversion, digitsOf } from './conversion.ts';
import { Failure, invalid } from './failure.ts';
import { formatAmount, type MinorUnits, readAmount } from './money.ts';
import { readAll } from './read-all.ts';
import { changeTime, type Instant, occurrenceTime, tooFarAhead } from './time.ts';

/** Money of a conversion that was given back. */
export interface Refund {
  /** Orders refunds of one moment by arrival; unique within an organization. */
  readonly key: number;
  /** The public name, unique within the organization. */
  readonly id: string;
  readonly amount: MinorUnits;
  readonly occurredTime: Instant;
  readonly createdTime: Instant;
  readonly actor: string;
}

export interface OwnedRefund {
  readonly conversionId: string;
  readonly refund: Refund;
}

/** A refund as its sender states it. */
export interface ToldRefund {
  readonly refundId: string;
  /** In the conversion's currency, as written; null for all that is left. */
  readonly amount: string | number | null;
  /** Null for now. */
  readonly occurredTime: Instant | null;
}

/**
 * The conversion after a refund, and the refund. Fails with `invalid` for an amount that the currency cannot have or that
 * exceeds what is left, and for a moment before the conversion or more than 60 seconds ahead.
 */
export function refundConversion(
  conversion: Conversion,
  told: ToldRefund,
  { now, actor, refundKey }: { readonly now: Instant; readonly actor: string; readonly refundKey: number },
): { readonly conversion: Conversion; readonly refund: Refund } {
  const [amount, occurredTime] = readAll([
    () => refundedBy(conversion, told),
    () => momentOf(conversion, told.occurredTime, now),
  ]);
  return {
    conversion: {
      ...conversion,
      refundedAmount: conversion.refundedAmount + amount,
      updatedTime: changeTime(conversion, now),
    },
    refund: { key: refundKey, id: told.refundId, amount, occurredTime, createdTime: now, actor },
  };
}

function refundedBy(conversion: Conversion, told: ToldRefund): MinorUnits {
  const left = conversion.amount - conversion.refundedAmount;
  if (left === 0) throw invalid('amount', 'cannot be refunded: nothing of the conversion is left');
  const amount = told.amount === null ? left : amountTold(conversion, told.amount);
  if (amount === 0) throw invalid('amount', 'must be above zero');
  if (amount > left) {
    throw invalid(
      'amount',
      `must not be above ${formatAmount(left, digitsOf(conversion))}, which is what is left`,
    );
  }
  return amount;
}

/** Nothing is given back before it is paid: if clocks differ, "now" is not before the conversion. */
function momentOf(conversion: Conversion, told: Instant | null, now: Instant): Instant {
  const occurredTime = occurrenceTime(told ?? now, now);
  if (occurredTime === null) throw invalid('occurredTime', tooFarAhead);
  if (told !== null && told < conversion.occurredTime) {
    throw invalid('occurredTime', 'must not be before the conversion');
  }
  return Math.max(occurredTime, conversion.occurredTime);
}

function amountTold(conversion: Conversion, told: string | number): MinorUnits {
  const read = readAmount(told, digitsOf(conversion));
  if ('fault' in read) throw invalid('amount', read.fault);
  return read.amount;
}

/**
 * Checks a refund that is sent again under its id; members left out are not compared. Fails with `conflict` where it is another
 * conversion's or states something else.
 */
export function requireSameRefund(
  { conversionId, refund }: OwnedRefund,
  conversion: Conversion,
  { amount, occurredTime }: ToldRefund,
): void {
  const isSame =
    conversionId === conversion.id &&
    (amount === null || amountTold(conversion, amount) === refund.amount) &&
    (occurredTime === null || isMomentOf(refund, conversion, occurredTime));
  if (!isSame) throw new Failure('conflict', 'Another refund has this id.');
}

/** What counted as now when it was first sent counts as the same moment again. */
function isMomentOf({ occurredTime, createdTime }: Refund, conversion: Conversion, told: Instant): boolean {
  if (told === occurredTime) return true;
  const counted = occurrenceTime(told, createdTime);
  return counted !== null && Math.max(counted, conversion.occurredTime) === occurredTime;
}
