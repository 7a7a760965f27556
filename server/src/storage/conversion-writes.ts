import {
  type Conversion,
  comesFirst,
  type OwnedConversion,
  recordConversion,
  requireSameConversion,
} from '../domain/conversion.ts';
import { Failure } from '../domain/failure.ts';
import { type OwnedRefund, type Refund, refundConversion, requireSameRefund } from '../domain/refund.ts';
import { type CustomerRoom, doOnce, findForWrite } from './customer-writes.ts';
import type { RecordedConversion, RecordedRefund } from './ports/money.ts';
import type { WriteInput, Writes } from './store.ts';

/** Which of a customer's conversions are in question: those from a moment on, or one. */
export interface RecreditedPart {
  readonly from?: number;
  readonly key?: number;
  /** Whether the one of the key cannot have any credits yet. */
  readonly isFresh?: boolean;
}

export const everything: RecreditedPart = { from: Number.NEGATIVE_INFINITY };

/** The conversions of an organization as a write finds and leaves them. */
export interface MoneyRoom {
  findConversion(conversionId: string): OwnedConversion | null;
  findRefund(refundId: string): OwnedRefund | null;
  /** Keys above those of all before. */
  nextConversionKey(): number;
  nextRefundKey(): number;
  addConversion(customerId: string, conversion: Conversion, isFirst: boolean): void;
  /** Keeps a refund and what it leaves of its conversion. */
  addRefund(owned: OwnedConversion, refund: Refund): void;
  /** Sees to it that these conversions have the credits they should have once the transaction is committed. */
  recredit(customerId: string, part: RecreditedPart): void;
}

export type ConversionWrites = Pick<Writes, 'recordConversion' | 'recordRefund'>;

/** The writes on conversions, alike on every engine. */
export function createConversionWrites(roomOf: (organizationId: string) => CustomerRoom): ConversionWrites {
  return {
    recordConversion(input) {
      const room = roomOf(input.organizationId);
      return doOnce(
        room,
        input,
        ({ customerId }) => customerId,
        () => recordConversionIn(room, input),
      );
    },
    recordRefund(input) {
      const room = roomOf(input.organizationId);
      return doOnce(
        room,
        input,
        ({ customerId }) => customerId,
        () => recordRefundIn(room, input),
      );
    },
  };
}

function recordConversionIn(room: CustomerRoom, input: WriteInput<'recordConversion'>): RecordedConversion {
  const { id, customer } = findForWrite(room, input.customerId);
  const known = room.money.findConversion(input.conversionId);
  if (known !== null) {
    requireSameConversion(known, id, input);
    return { ...known, recorded: false };
  }
  const { now, actor } = input;
  const context = { now, actor, conversionKey: room.money.nextConversionKey() };
  const { change, conversion } = recordConversion(customer, id, input, context);
  room.apply(customer, change);
  const isFirst = customer === null || comesFirst(customer, conversion.occurredTime);
  room.money.addConversion(id, conversion, isFirst);
  room.money.recredit(id, { key: conversion.key, isFresh: true });
  // Another one was the first until now.
  if (isFirst && customer !== null && customer.conversionTimes !== null) room.money.recredit(id, everything);
  return { customerId: id, conversion, recorded: true };
}

function recordRefundIn(room: CustomerRoom, input: WriteInput<'recordRefund'>): RecordedRefund {
  const owned = room.money.findConversion(input.conversionId);
  if (owned === null) throw new Failure('not-found', 'No such conversion.');
  const { customerId } = owned;
  const known = room.money.findRefund(input.refundId);
  if (known !== null) {
    requireSameRefund(known, owned.conversion, input);
    return { ...owned, refund: known.refund, recorded: false };
  }
  const context = { now: input.now, actor: input.actor, refundKey: room.money.nextRefundKey() };
  const { conversion, refund } = refundConversion(owned.conversion, input, context);
  room.money.addRefund({ customerId, conversion }, refund);
  room.money.recredit(customerId, { key: conversion.key });
  return { customerId, conversion, refund, recorded: true };
}
